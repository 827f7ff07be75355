// Package seal signs what the library hands out and later has to recognize: addresses,
// tickets, and whatever else leaves the server and comes back. A signature is for one
// purpose and one audience and until one time, by one of the keys that the database keeps.
//
// It answers one question: is this text ours, for this purpose, and until when. It knows
// nothing of what is signed.
package seal
