// Package histories tests the rules with random histories of a small library: who
// shares, leaves, archives, deletes and watches what, through two nodes that share a
// database and no cache. After each step both nodes are asked, and every answer is
// compared with a model of the rules that is simple enough to be obviously right.
//
// TestHistories plays one step after the other, TestConcurrentHistories several at once.
// They use what any caller of library has, on SQLite and on PostgreSQL, and are a package
// of their own, like conformance and survival, because they test a promise of several
// packages together and not one package's code.
package histories
