// Package library is the rules of Lectern: the nouns of a media library, the
// permission levels, and the use cases that read and change it. It knows no SQL,
// no HTTP and no files; what it needs of storage it declares as interfaces next to
// where it uses them, and package store implements them.
//
// A read is a method of [Library]: who asks is an explicit [Actor], what comes back
// is already allowed. A change is a method of [Change], which lives inside one
// transaction: lock and read what is named (not there: not found), ask whether the
// actor may (forbidden), change, and say which lists it made stale. Nothing is
// checked outside the transaction that the transaction relies on.
package library
