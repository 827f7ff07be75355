// Package seal signs what the library issues and later has to recognize: addresses,
// tickets, and anything else that leaves the server and comes back. A signature is for one
// purpose and one audience and until one time, by one of the keys that the database keeps.
//
// It answers one question: is this text ours, for this purpose, and until when. It does
// not depend on what is signed.
package seal
