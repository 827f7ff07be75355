// Package survival has no code, only tests: of whole servers, as processes of their own,
// that are killed, that lose their database or their storage, or that run beside each
// other. What was acknowledged must be there afterwards, and be worked on to its end.
package survival
