// Package demo runs a server on a library that is deleted with it: a made-up college,
// with recordings that are part of the program, or what a fixture holds.
//
//	Start → Demo … Wait or Stop
//
// The recordings in clips are made by script/make-demo-clips.
package demo
