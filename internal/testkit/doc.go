// Package testkit starts the real parts that Lectern's tests run against.
//
// A part that is missing on the machine fails the test with the sentence that
// says what to install. It never skips: a suite that passes because nothing
// ran is worse than one that fails.
package testkit
