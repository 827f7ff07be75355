// Package app puts the rooms of Lectern together. It alone knows both the library's
// rules and where they are kept, and it owns everything that is started: what begins
// here ends here, in reverse order, within a deadline.
//
//	Options → New → Start → Addr … Stop   a server (App)
//	Options → OpenConsole → … → Close     the operator's work without one (Console)
//
// It has no flags and prints nothing; that is the command line's.
package app
