// Package work runs the jobs of media items: it fetches imports, probes files, and transcodes
// them. It connects the packages that can do this with package library, which says what is to
// be done. It stores nothing itself: if a job is interrupted for any reason, it starts again
// and finds the same input. [Rows] gives a sweep of the storage the rows of the library.
package work
