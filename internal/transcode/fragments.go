package transcode

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
)

// The times of what was made are read from its fragments (ISO/IEC 14496-12, 8.8), since the
// playlists that ffmpeg writes are wrong where frames do not come at a constant rate.

// largestBox is the most bytes of one moov or moof that we write; a minute of frames has a thousandth.
const largestBox = 64 << 20

// media is a fragmented MP4 that we wrote.
type media struct {
	tracks    map[uint32]*track
	fragments []fragment
	decodings []decoding
}

type track struct {
	sound    bool
	scale    float64 // units of time in a second
	duration uint32  // of a sample that has none of its own
	// edit is the time, in units, that is shown at 0, as the edit list says, and editAt where
	// that stands in the file with 32 bits; 0 where it does not.
	edit   uint32
	editAt int64
}

// fragment is a moof: when what it has of each kind begins and ends, in seconds.
type fragment struct {
	at              int64 // offset in the file
	pictures, sound lasting
}

// lasting is when something begins and ends; there is nothing where both are equal.
type lasting struct{ begins, ends float64 }

func (l lasting) empty() bool { return l.ends <= l.begins }

func (l lasting) with(other lasting) lasting {
	switch {
	case l.empty():
		return other
	case other.empty():
		return l
	default:
		return lasting{min(l.begins, other.begins), max(l.ends, other.ends)}
	}
}

// decoding is where in the file a fragment's decoding time stands.
type decoding struct {
	of    *track
	at    int64
	bytes int // 4 or 8
	time  uint64
}

var errNoFragments = errors.New("no fragments with times")

// readMedia reads the times of all fragments.
func readMedia(from io.ReaderAt, size int64) (*media, error) {
	m := &media{tracks: map[uint32]*track{}}
	for at := int64(0); at+8 <= size; {
		var head [16]byte
		if _, err := from.ReadAt(head[:8], at); err != nil {
			return nil, err
		}
		length, inner := int64(binary.BigEndian.Uint32(head[:4])), int64(8)
		if length == 1 {
			if _, err := from.ReadAt(head[8:], at+8); err != nil {
				return nil, err
			}
			length, inner = int64(binary.BigEndian.Uint64(head[8:])), 16
		}
		if length < inner || length > size-at {
			return nil, errors.New("a box is longer than its file")
		}
		if kind := string(head[4:8]); kind == "moov" || kind == "moof" {
			if length > largestBox {
				return nil, fmt.Errorf("a box of %d bytes", length)
			}
			box := make([]byte, length-inner)
			if _, err := from.ReadAt(box, at+inner); err != nil {
				return nil, err
			}
			if kind == "moov" {
				m.readTracks(box, at+inner, nil)
			} else {
				m.fragments = append(m.fragments, fragment{at: at})
				m.readFragment(box, at+inner, &traf{})
			}
		}
		at += length
	}
	if all := m.all(); all.empty() {
		return nil, errNoFragments
	}
	return m, nil
}

// boxes calls visit with each box in b, its content, and where that begins in b.
func boxes(b []byte, visit func(kind string, content []byte, at int)) {
	for at := 0; at+8 <= len(b); {
		length := int(binary.BigEndian.Uint32(b[at:]))
		if length < 8 || length > len(b)-at {
			return
		}
		visit(string(b[at+4:at+8]), b[at+8:at+length], at+8)
		at += length
	}
}

// number is the 32 bits at a place, or 0 beyond the end.
func number(b []byte, at int) uint32 {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return binary.BigEndian.Uint32(b[at:])
}

// readTracks reads a moov, whose content begins at a place in the file, or a part of one.
func (m *media) readTracks(b []byte, begins int64, of *track) {
	boxes(b, func(kind string, content []byte, at int) {
		place := begins + int64(at)
		wide := 0 // version 1 has two times of 64 bits before what is read
		if len(content) > 0 && content[0] == 1 {
			wide = 8
		}
		switch {
		case kind == "trak":
			m.readTracks(content, place, &track{scale: 1})
		case kind == "mvex", of != nil && (kind == "mdia" || kind == "edts"):
			m.readTracks(content, place, of)
		case kind == "trex":
			if of := m.tracks[number(content, 4)]; of != nil {
				of.duration = number(content, 12)
			}
		case of == nil:
		case kind == "tkhd":
			m.tracks[number(content, 12+wide)] = of
		case kind == "mdhd":
			of.scale = float64(max(1, number(content, 12+wide)))
		case kind == "hdlr" && len(content) >= 12:
			of.sound = string(content[8:12]) == "soun"
		case kind == "elst" && wide == 0 && number(content, 4) == 1 && number(content, 12) <= math.MaxInt32:
			of.edit, of.editAt = number(content, 12), place+12
		}
	})
}

// traf is what is known of the track that a fragment is read of.
type traf struct {
	of       *track
	duration uint32
	next     uint64 // decoding time of the next sample
}

// readFragment reads a moof, whose content begins at a place in the file, into the last
// fragment.
func (m *media) readFragment(b []byte, begins int64, in *traf) {
	boxes(b, func(kind string, content []byte, at int) {
		switch {
		case kind == "traf":
			m.readFragment(content, begins+int64(at), &traf{})
		case kind == "tfhd":
			in.of = m.tracks[number(content, 4)]
			if in.of != nil {
				in.duration = in.of.duration
			}
			flags, place := number(content, 0), 8
			for bit, size := range map[uint32]int{0x1: 8, 0x2: 4} {
				if flags&bit != 0 {
					place += size
				}
			}
			if flags&0x8 != 0 {
				in.duration = number(content, place)
			}
		case in.of == nil:
		case kind == "tfdt" && len(content) >= 8:
			d := decoding{of: in.of, at: begins + int64(at) + 4, bytes: 4, time: uint64(number(content, 4))}
			if content[0] == 1 && len(content) >= 12 {
				d.bytes, d.time = 8, binary.BigEndian.Uint64(content[4:])
			}
			m.decodings = append(m.decodings, d)
			in.next = d.time
		case kind == "trun":
			last := &m.fragments[len(m.fragments)-1]
			lasts := in.readRun(content)
			if in.of.sound {
				last.sound = last.sound.with(lasts)
			} else {
				last.pictures = last.pictures.with(lasts)
			}
		}
	})
}

// mostSamples is how many samples of a run are looked at: a segment has some hundred.
const mostSamples = 1 << 22

// readRun reads the samples of a trun.
func (in *traf) readRun(b []byte) lasting {
	flags, samples, place := number(b, 0), min(mostSamples, number(b, 4)), 8
	for _, bit := range []uint32{0x1, 0x4} { // the data's offset, the first sample's flags
		if flags&bit != 0 {
			place += 4
		}
	}
	size := 0
	for _, bit := range []uint32{0x100, 0x200, 0x400, 0x800} {
		if flags&bit != 0 {
			size += 4
		}
	}
	var shown ends
	for i := uint32(0); i < samples && (size == 0 || place+size <= len(b)); i++ {
		duration, offset := in.duration, int32(0)
		if flags&0x100 != 0 {
			duration = number(b, place)
		}
		if flags&0x800 != 0 {
			offset = int32(number(b, place+size-4)) // signed, also in version 0, as browsers have it
		}
		shown.add((float64(in.next)+float64(offset)-float64(in.of.edit))/in.of.scale, float64(duration)/in.of.scale)
		in.next += uint64(duration)
		place += size
	}
	return shown.lasting()
}

// ends finds when frames end that come in the order of decoding. How long the last one is shown
// is known where it is decoded last. Where it is not, the time between it and the frame decoded
// after it says nothing; then it is shown as long as the shortest.
type ends struct {
	first, last, duration, shortest float64
	lastIsLatest, any               bool
}

func (e *ends) add(shown, duration float64) {
	if !e.any {
		*e = ends{first: shown, last: shown, shortest: math.Inf(1), any: true}
	}
	e.first = min(e.first, shown)
	e.lastIsLatest = shown >= e.last
	e.last, e.duration = max(e.last, shown), duration
	if duration > 0 {
		e.shortest = min(e.shortest, duration)
	}
}

func (e *ends) lasting() lasting {
	duration := e.duration
	if !e.lastIsLatest && !math.IsInf(e.shortest, 1) {
		duration = min(duration, e.shortest)
	}
	return lasting{e.first, e.last + duration}
}

// pictures, sound and all say when what is in the whole file begins and ends.
func (m *media) pictures() (all lasting) {
	for _, f := range m.fragments {
		all = all.with(f.pictures)
	}
	return all
}

func (m *media) sound() (all lasting) {
	for _, f := range m.fragments {
		all = all.with(f.sound)
	}
	return all
}

func (m *media) all() lasting { return m.pictures().with(m.sound()) }

// beginAtZero moves all times so that what is shown first is shown at 0. ffmpeg has everything
// begin as late as frames are decoded before they are shown. What is decoded cannot be before
// 0: of such a track an edit list says how much later it is decoded than shown.
func (m *media) beginAtZero(to io.WriterAt) error {
	late := m.all().begins
	if late <= 0 {
		return nil
	}
	first := map[*track]uint64{}
	for _, d := range m.decodings {
		if t, seen := first[d.of]; !seen || d.time < t {
			first[d.of] = d.time
		}
	}
	for of, t := range first {
		rest := uint64(math.Round(late * of.scale))
		rest -= min(rest, t)
		edit := uint64(of.edit) + rest
		if rest == 0 || edit > math.MaxInt32 || of.editAt == 0 {
			continue
		}
		if _, err := to.WriteAt(binary.BigEndian.AppendUint32(nil, uint32(edit)), of.editAt); err != nil {
			return err
		}
	}
	for _, d := range m.decodings {
		moved := d.time - min(first[d.of], uint64(math.Round(late*d.of.scale)))
		b := binary.BigEndian.AppendUint64(nil, moved)
		if _, err := to.WriteAt(b[8-d.bytes:], d.at); err != nil {
			return err
		}
	}
	for i := range m.fragments {
		f := &m.fragments[i]
		for _, l := range []*lasting{&f.pictures, &f.sound} {
			if !l.empty() {
				l.begins, l.ends = l.begins-late, l.ends-late
			}
		}
	}
	return nil
}

// mendMedia makes a file that we wrote begin at 0, and gives its times.
func mendMedia(path string) (*media, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("read the times: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read the times: %w", err)
	}
	m, err := readMedia(f, info.Size())
	if err == nil {
		err = m.beginAtZero(f)
	}
	if err != nil {
		return nil, fmt.Errorf("read the times: %w", err)
	}
	return m, f.Close()
}
