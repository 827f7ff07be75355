// Package blob stores bytes under keys, in a folder or in a bucket of an S3-compatible store.
// It does not depend on other packages: its callers decide what an object means and whether it
// is still used.
//
// An object exists completely or not at all, and is never changed in place: [Store.Put]
// makes it visible in one step after its last byte is safe.
package blob
