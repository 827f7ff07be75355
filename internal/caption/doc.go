// Package caption reads caption files: SRT and WebVTT, in whatever encoding they come.
//
// [Read] turns a stranger's bytes into a [library.CaptionText], or says in which line
// they are broken, or in which format they are. It works in three steps: decode.go makes
// UTF-8 of the bytes (encodings.go knows what is usual in which language), scan.go finds
// the cues among the lines that lines.go has read, and read.go has go-astisub read their
// text. formats.go names files that are no captions in these formats.
//
// What the formats leave open is decided as players do it:
//
//   - A cue that ends when it begins is shown for a second, or until the next one begins.
//     One that ends earlier is rejected: its text would be shown at a time that nobody
//     can guess.
//   - Two times with another arrow between them (–>, =>, →) are times, unless they may be
//     times of day in a text.
//   - Character references are read in WebVTT, and in SRT by the player page alone; see
//     references.go.
//
// The cues are found here and not by go-astisub because that is lenient where captions
// would be lost without a word: it takes an end before its start, drops what stands
// after an empty line, stops at a long line, and panics at a time without an end. What
// it gets is clean, and it has to find in it just the cues that were found before.
package caption
