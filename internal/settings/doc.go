// Package settings has the settings that the server and the operator's commands share: where
// a library is kept, and what is logged. It reads none of them from anywhere; that is the
// command line's.
package settings
