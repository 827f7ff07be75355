package transcode

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// unprotected refuses an MP4 whose streams are encrypted. ffprobe describes such a
// file like any other, and its encrypted pictures would be repackaged as they are.
func unprotected(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open the file: %w", err)
	}
	w := boxWalk{from: f, left: 10_000}
	found, err := w.encrypted(0, info.Size(), 0)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read the file: %w", err)
	}
	if found {
		return refuse(nil, "This file is protected against copying (encrypted), so Lectern cannot read it. Upload a version without protection.")
	}
	return nil
}

// boxWalk goes through the boxes of ISO/IEC 14496-12 to the sample descriptions.
type boxWalk struct {
	from io.ReaderAt
	left int // boxes that are still looked at: a stranger chose their number
}

// deepest is one more than the depth of moov/trak/mdia/minf/stbl/stsd/entry.
const deepest = 8

// encrypted says whether a sample description between start and end is one of an
// encrypted stream (ISO/IEC 14496-12, 8.12, and Apple's older DRM).
func (w *boxWalk) encrypted(start, end int64, depth int) (bool, error) {
	for at := start; at+8 <= end && depth < deepest && w.left > 0; w.left-- {
		var header [16]byte
		if _, err := w.from.ReadAt(header[:8], at); err != nil {
			return false, err
		}
		size, inner := int64(binary.BigEndian.Uint32(header[:4])), int64(8)
		switch size {
		case 0:
			size = end - at
		case 1:
			if _, err := w.from.ReadAt(header[8:], at+8); err != nil {
				return false, err
			}
			size, inner = int64(binary.BigEndian.Uint64(header[8:])), 16
		}
		if size < inner || size > end-at {
			return false, nil // no box: not this format, or cut
		}
		switch string(header[4:8]) {
		case "encv", "enca", "drms", "drmi":
			return true, nil
		case "stsd":
			inner += 8 // version, flags and the number of entries
			fallthrough
		case "moov", "trak", "mdia", "minf", "stbl":
			if found, err := w.encrypted(at+inner, at+size, depth+1); found || err != nil {
				return found, err
			}
		}
		at += size
	}
	return false, nil
}
