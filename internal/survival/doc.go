// Package survival has only tests. They run whole servers as separate processes that are
// killed, that lose their database or their storage, or that run at the same time. Everything
// that was acknowledged must still be there afterwards, and its processing must finish.
package survival
