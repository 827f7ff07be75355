// Package app connects the packages of Lectern. It is the only one that imports both the
// rules and their storage, and it owns everything that is started: what it starts, it stops,
// in reverse order, within a deadline.
//
//	Options → New → Start → Addr … Stop   a server (App)
//	Options → OpenConsole → … → Close     the operator's work without one (Console)
//
// It has no flags and prints nothing; package main does.
package app
