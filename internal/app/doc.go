// Package app is the server: it puts the rooms of Lectern together, and owns everything
// that is started. What begins here ends here, in reverse order, within a deadline.
//
//	Options → New → Start → Addr … Stop   a server (App)
//
// It has no flags and prints nothing; that is the command line's.
package app
