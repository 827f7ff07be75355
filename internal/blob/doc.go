// Package blob keeps bytes under keys: in a folder, or in a bucket of an S3-compatible
// store. It knows nothing of media; what an object means, and whether it counts, is
// decided by who wrote its key down.
//
// An object is there whole or not at all, and nobody changes it in place: [Store.Put]
// makes it visible by one step after its last byte is safe.
package blob
