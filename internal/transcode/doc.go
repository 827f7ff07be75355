// Package transcode makes of a stranger's recording what every browser plays.
//
// It knows local files and two programs, ffprobe and ffmpeg, and nothing else:
//
//   - [Tools.Probe] says what a file is, whether it plays as it is, and refuses for
//     good, with a sentence for the person who uploaded it, what cannot become a lecture.
//   - [Tools.Transcode] writes HLS, downloads, a thumbnail and, for sound, a waveform
//     into a folder. What plays already is repackaged without touching a picture.
//   - [Tools.Sprite] writes the sheet of small pictures for the scrub bar. It stands
//     apart because it must read pictures that repackaging never looks at: a lecture
//     need not wait for it to be finished.
//
// Files come from strangers, so each run of a program is bounded: in time, memory,
// threads, size of what it writes; it opens no network protocol and no format that
// names other files; it dies with us. All of that stands in run.go and input.go.
//
// An error is a [*Refusal], which no retry will change, or it is transient: a full
// disk, a killed process, a missing program.
package transcode
