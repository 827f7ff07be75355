// Package caption reads caption files: SRT and WebVTT, in any usual encoding.
//
// [Read] parses untrusted bytes into a [library.CaptionText], or reports the line that is
// broken, or the format of a file that is not a caption file. It works in three steps:
// decode.go converts the bytes to UTF-8 (encodings.go has the usual encodings of each
// language), scan.go finds the cues in the lines that lines.go has read, and read.go has
// go-astisub parse their text. formats.go recognizes files of other formats.
//
// Where the formats are unclear, this package does what players do:
//
//   - A cue that ends when it begins is shown for a second, or until the next one begins.
//     One that ends earlier is rejected: nobody can guess when to show its text.
//   - Two times with another arrow between them (–>, =>, →) are times, unless they may be
//     times of day in a text.
//   - Character references are decoded in WebVTT, and in SRT by the player page alone; see
//     references.go.
//
// The cues are found here and not by go-astisub because that silently loses captions: it
// accepts an end before its start, drops text after an empty line, stops at a long line, and
// panics at a time without an end. It only gets clean input, and must find the same cues in
// it.
package caption
