// Package holdings manages the objects that a library has in its storage: the format of their
// keys, which library owns a storage, and which objects are no longer used. Only this package
// builds and parses keys.
//
// It uses package blob and no database. [Owner] and [Rows] declare what it needs to know of the
// library.
package holdings
