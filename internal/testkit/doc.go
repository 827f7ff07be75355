// Package testkit starts the real parts that Lectern's tests run against.
//
// If a part is missing on the machine, the test fails and says what to install. It is never
// skipped: a suite that passes because nothing ran is worse than one that fails.
package testkit
