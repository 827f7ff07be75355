// Package holdings is about the objects that a library keeps in a storage: what their keys
// are made of, which library a storage belongs to, and which objects nothing needs any more.
// It alone builds and parses keys.
//
// It knows blobs and no rows. What it must know of the library it asks for by [Owner] and
// [Rows].
package holdings
