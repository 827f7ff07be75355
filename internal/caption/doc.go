// Package caption reads caption files: SRT and WebVTT, in whatever encoding they come.
//
// [Read] turns a stranger's bytes into a [library.CaptionText], or says in which line
// they are broken. It works in three steps: decode.go makes UTF-8 of the bytes, scan.go
// finds the cues and checks their times, and read.go has go-astisub read their text.
//
// The cues are found here and not by go-astisub because that is lenient where captions
// would be lost without a word: it takes an end before its start, drops what stands
// after an empty line, stops at a long line, and panics at a time without an end. What
// it gets is clean, and it has to find in it just the cues that were found before.
package caption
