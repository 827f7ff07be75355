// Package operator has what an operator does at a terminal, whether a server runs on the
// library or not: people, tokens, courses, jobs, the storage, fixtures and migrations.
//
//	Options → Open, Read or OpenOrCreate → Console … Close
//
// It has no flags and prints nothing; that is the command line's.
package operator
