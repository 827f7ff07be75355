// Package library has the rules of Lectern: the nouns of a media library, the permission
// levels, and the use cases that read and change it. It imports no other package of Lectern,
// and uses no SQL, no HTTP and no files. What it needs of the storage it declares as
// interfaces next to the code that uses them; package store implements them.
//
// A read is a method of [Library]. It takes an explicit [Actor], and returns only what the
// actor may see. A change is a method of [Change], which is one transaction: it locks and
// reads the rows in question (if one is missing: not found), checks whether the actor may
// (if not: forbidden), changes them, and says which lists became stale. Nothing that a
// transaction relies on is checked outside it.
package library
