// Package transcode converts untrusted recordings into files that every browser plays.
//
// It uses local files and two programs, ffprobe and ffmpeg:
//
//   - [Tools.Probe] finds out what a file is and whether browsers play it unchanged. It rejects
//     a file that cannot be played, with an explanation for the person who uploaded it.
//   - [Tools.Transcode] writes HLS, downloads, a thumbnail and, for sound, a waveform
//     into a folder. A file that browsers already play is repackaged without re-encoding.
//   - [Tools.Sprite] writes the sheet of small pictures for the scrub bar. It is separate
//     because it must decode pictures that repackaging never reads: a lecture is finished
//     without waiting for it.
//
// The files are untrusted, so each run of a program is limited: in time, memory,
// threads, and the size of its output; it opens no network protocol and no format that
// names other files; it ends when Lectern ends. See run.go and input.go.
//
// An error is a [*Refusal], which no retry will change, or it is transient: a full
// disk, a killed process, a missing program.
package transcode
