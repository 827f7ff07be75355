package transcode

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
)

// Refusal says that a file will not become a lecture, however often one tries.
type Refusal struct { //nolint:errname // it reads as what it is: err is a Refusal
	// Sentence is for the person who uploaded the file: what is wrong with it.
	Sentence string
	// Err is the cause, for the log; it may be nil. It may quote paths and what ffmpeg
	// said, so it is not for the person.
	Err error
}

// Error gives the sentence and the cause.
func (r *Refusal) Error() string {
	if r.Err == nil {
		return r.Sentence
	}
	return r.Sentence + " (" + r.Err.Error() + ")"
}

// Unwrap gives the cause.
func (r *Refusal) Unwrap() error { return r.Err }

func refuse(cause error, format string, args ...any) *Refusal {
	return &Refusal{Sentence: fmt.Sprintf(format, args...), Err: cause}
}

const unreadable = "This file is not audio or video that Lectern can read"

// causes are what ffmpeg says where the machine is at fault, not the file: the same file
// may pass tomorrow.
var causes = []string{
	"No space left on device",
	"Disk quota exceeded",
	"Input/output error",
	"Read-only file system",
	"Too many open files",
	"Permission denied",
	"No such file or directory",
	"Resource temporarily unavailable",
	"Unknown encoder",
	"No such filter",
	"Unrecognized option",
	"Option not found",
	"error while loading shared libraries",
}

// damage is what ffmpeg says where the file is at fault.
var damage = []string{
	"Invalid data found when processing input",
	"Error while decoding",
	"Error splitting the input",
	"Error while processing the decoded data",
	"Conversion failed",
	"Output file is empty",
	"does not contain any stream",
	"Cannot determine format of input stream",
	"Could not find codec parameters",
	"Picture size",
	"Decoder (codec",
	"matches no streams",
	"Could not write header",
	"Not yet implemented in FFmpeg",
	"Error initializing output stream",
	"Function not implemented",
}

// faults are what ffmpeg says where what Lectern asked of a filter or an encoder did not work
// with these pictures or this sound: the file may be as good as any.
var faults = []string{
	"Error while filtering",
	"Failed to inject frame into filter network",
	"Error reinitializing filters",
	"Error initializing filter",
	"Error initializing complex filters",
	"Failed to configure output pad",
	"Failed to configure input pad",
	"Impossible to convert between the formats",
	"no path between colorspaces",
	"Error while opening encoder",
	"Error submitting video frame to the encoder",
	"Error submitting audio frame to the encoder",
	"Error submitting a video frame for encoding",
	"Video encoding failed",
	"Audio encoding failed",
}

// undecoded are what ffmpeg says where nothing that could be filtered came out of a decoder.
var undecoded = []string{
	"Cannot determine format of input stream",
	"Output file is empty",
	"does not contain any stream",
}

// errConversion marks a file that our filters or encoders rejected.
var errConversion = errors.New("a filter or an encoder failed")

// judge makes a Refusal of a failed run where the file is to blame, and gives other
// errors back as they are. limits are for naming the one that was hit.
func judge(err error, limits Limits) error {
	var failed *runError
	if !errors.As(err, &failed) {
		return err
	}
	says := func(word string) bool { return strings.Contains(failed.stderr, word) }
	memory := says("Cannot allocate memory") || says("malloc of size")
	switch {
	case failed.canceled, failed.diskFull:
		return err
	case failed.timedOut && memory:
		return needsMemory(err, limits)
	case errors.Is(err, errStalled):
		return refuse(err, "Preparing this file stopped in the middle; it is probably damaged.")
	case failed.timedOut:
		return refuse(err, "Preparing this file took longer than %s, which is the limit.", hours(limits.Time.Seconds()))
	case failed.signal == syscall.SIGXFSZ:
		return refuse(err, "Preparing this file produces more data than the limit of %s.", gigabytes(limits.FileSize))
	case failed.signal == syscall.SIGSEGV, failed.signal == syscall.SIGABRT, failed.signal == syscall.SIGFPE,
		failed.signal == syscall.SIGILL, failed.signal == syscall.SIGBUS:
		return refuse(err, "%s: it is damaged.", unreadable)
	case failed.signal != 0: // by the system or a person; the file may be innocent
		return err
	}
	for _, cause := range causes {
		if says(cause) {
			return err
		}
	}
	switch {
	case memory:
		return needsMemory(err, limits)
	case says("File too large"):
		return refuse(err, "Preparing this file produces more data than the limit of %s.", gigabytes(limits.FileSize))
	case says("moov atom not found"):
		return refuse(errors.Join(errNoIndex, err), "This file is incomplete: its index is missing. The recording or its copying was probably interrupted.")
	case says("not on whitelist"):
		return notReadHere(failed.stderr, err)
	}
	if says("[SWR @") && says("Failed to configure output pad") {
		return refuse(err, "%s: mixing its sound to stereo is not supported, for it has more channels than usual, or unusual ones.", unreadable)
	}
	switch {
	case slices.ContainsFunc(faults, says) && !slices.ContainsFunc(undecoded, says):
		return refuse(errors.Join(errConversion, err), "Lectern cannot convert this file, although it may be intact. The administrators can find the cause in the server's log.")
	case slices.ContainsFunc(damage, says):
		return refuse(err, "%s: it is damaged.", unreadable)
	}
	return err
}

func needsMemory(err error, limits Limits) *Refusal {
	return refuse(err, "Preparing this file needs more memory than Lectern gives to one file (%s).", gigabytes(limits.Memory))
}

// errNoIndex marks an MP4 without its moov box.
var errNoIndex = errors.New("no moov box")

// notMP4 corrects the refusal of an incomplete MP4 for a file that is none but for its
// name, which ffmpeg believes where it recognizes nothing.
func notMP4(err error, path string) error {
	if !errors.Is(err, errNoIndex) {
		return err
	}
	head := make([]byte, 8)
	f, opening := os.Open(path)
	if opening != nil {
		return err
	}
	defer f.Close()
	_, reading := io.ReadFull(f, head)
	if first := string(head[4:]); reading == nil && slices.Contains([]string{"ftyp", "moov", "mdat", "wide", "free", "skip"}, first) {
		return err
	}
	return refuse(err, "%s: it is damaged, or it is not a recording.", unreadable)
}

func hours(seconds float64) string {
	switch {
	case seconds >= 2*3600:
		return fmt.Sprintf("%.0f hours", seconds/3600)
	case seconds >= 120:
		return fmt.Sprintf("%.0f minutes", seconds/60)
	default:
		return fmt.Sprintf("%.0f seconds", seconds)
	}
}

func gigabytes(bytes int64) string {
	return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
}
