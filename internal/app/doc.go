// Package app is the server: it connects the packages of Lectern, and owns everything that
// is started: what it starts, it stops, in reverse order, within a deadline.
//
//	Options → New → Start → Addr … Stop   a server (App)
//
// It has no flags and prints nothing; package main does.
package app
