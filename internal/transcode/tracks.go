package transcode

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"slices"
	"strconv"
	"strings"
)

// firstMinute is how many seconds of each track are looked at to choose among several.
const firstMinute = 60

// leastLoud is the peak of samples of 16 bits below which a track is taken for silent: -60 dB.
const leastLoud = 33

// secondary says that a track is not the sound of the recording itself, but goes with it.
func (d disposition) secondary() bool {
	return d.Comment+d.VisualImpaired+d.HearingImpaired+d.Descriptions+d.Karaoke+d.Lyrics+d.CleanEffects > 0
}

// language of a track, or "" where it has none.
func (s *stream) language() string {
	switch said := strings.ToLower(s.Tags.Language); said {
	case "und", "mis", "mul", "zxx", "```": // the last is 0 in MP4
		return ""
	default:
		return said
	}
}

// soundTracks are the tracks among which the sound is chosen, the best first: those that are
// understood, in the language of the best, without comments and the like.
func soundTracks(said described) []*stream {
	var all, primary []*stream
	for i := range said.Streams {
		if s := &said.Streams[i]; s.Type == "audio" {
			all = append(all, s)
		}
	}
	if slices.ContainsFunc(all, known) {
		all = slices.DeleteFunc(all, func(s *stream) bool { return !known(s) })
	}
	for _, s := range all {
		if !s.Disposition.secondary() {
			primary = append(primary, s)
		}
	}
	if len(primary) > 0 {
		all = primary
	}
	var best *stream
	for _, s := range all {
		best = better(best, s)
	}
	if best == nil {
		return nil
	}
	tracks := []*stream{best}
	for _, s := range all {
		if s != best && s.language() == best.language() {
			tracks = append(tracks, s)
		}
	}
	return tracks
}

// monoTracks are those that belong together where the best is mono: a camera writes each of
// its microphones into a track of its own, and calls the first its default.
func monoTracks(tracks []*stream) []*stream {
	var mono []*stream
	for _, s := range tracks {
		if s.Channels == 1 {
			mono = append(mono, s)
		}
	}
	if len(tracks) > 0 && tracks[0].Channels == 1 && len(mono) > 1 {
		return mono
	}
	return nil
}

// withoutEmpty leaves out tracks of sound that have nothing in the first minute, where others
// have.
func (t Tools) withoutEmpty(ctx context.Context, said described, path string, late bool) (described, error) {
	isSound := func(s stream) bool { return s.Type == "audio" }
	if !slices.ContainsFunc(said.Streams, isSound) || len(soundTracks(said)) == 0 {
		return said, nil
	}
	sounds := 0
	for _, s := range said.Streams {
		if isSound(s) {
			sounds++
		}
	}
	if sounds < 2 {
		return said, nil
	}
	found := streamSet{}
	if err := t.ffprobe(ctx, packetOwnerArgs(path, late, t.Limits), &found); err != nil {
		return said, t.judgeProbe(err)
	}
	if len(found.seen) == 0 {
		return said, nil
	}
	said.Streams = slices.DeleteFunc(slices.Clone(said.Streams), func(s stream) bool { return isSound(s) && !found.seen[s.Index] })
	return said, nil
}

// streamSet collects the numbers of streams.
type streamSet struct {
	seen map[int]bool
	lines
}

// Write takes any piece of lines with a number each.
func (s *streamSet) Write(p []byte) (int, error) {
	return s.write(p, func(line string) {
		if n, err := strconv.Atoi(strings.Trim(line, ", \r")); err == nil {
			if s.seen == nil {
				s.seen = map[int]bool{}
			}
			s.seen[n] = true
		}
	})
}

// lines cuts what is written in any pieces into lines.
type lines struct{ rest []byte }

// longestLine is the most bytes of a line that are kept.
const longestLine = 4096

func (l *lines) write(p []byte, each func(line string)) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		line, rest, whole := bytes.Cut(l.rest, []byte("\n"))
		if !whole {
			break
		}
		each(string(line))
		l.rest = rest
	}
	if len(l.rest) > longestLine {
		return 0, errTooMuch
	}
	l.rest = append([]byte(nil), l.rest...)
	return len(p), nil
}

// mix decides which tracks are the sound: the best alone, mono tracks together, or, where the
// best is silent in the first minute, together with those after it up to the first that is not.
func (t Tools) mix(ctx context.Context, path string, p *Probe, said described) error {
	tracks := soundTracks(said)
	if len(tracks) < 2 || p.Audio == nil {
		return nil
	}
	chosen := monoTracks(tracks)
	if chosen == nil {
		for i, s := range tracks {
			loud, err := t.isLoud(ctx, path, p.late, s.Index)
			if err != nil {
				return err
			}
			if loud {
				chosen = tracks[:i+1]
				break
			}
		}
	}
	if len(chosen) < 2 {
		return nil
	}
	a := p.Audio
	a.mixed, a.Channels = nil, 1
	for _, s := range chosen {
		a.mixed = append(a.mixed, s.Index)
		a.Channels = max(a.Channels, min(2, s.Channels))
		lasts := s.span(said.Format.Start)
		a.begins, a.ends = min(a.begins, lasts.begins), max(a.ends, lasts.ends)
	}
	return nil
}

// isLoud says whether anything is heard of a track in the first minute. A track that cannot be
// decoded is not heard.
func (t Tools) isLoud(ctx context.Context, path string, late bool, index int) (bool, error) {
	var peak peakMeter
	err := t.run(ctx, command{
		program: t.FFmpeg, args: listenArgs(path, late, index, t.Limits), dir: os.TempDir(),
		stdout: &peak, timeout: t.Limits.ProbeTime, progress: func(float64) {},
	})
	if err != nil && !permanent(judge(err, t.Limits)) {
		return false, err
	}
	return peak.loudest >= leastLoud, nil
}

// peakMeter finds the loudest of samples of 16 bits, lower byte first.
type peakMeter struct {
	loudest int
	odd     []byte
}

// Write takes any piece of the samples.
func (m *peakMeter) Write(p []byte) (int, error) {
	all := append(m.odd, p...) //nolint:gocritic // at most one byte is left over
	for ; len(all) >= 2; all = all[2:] {
		loud := int(int16(binary.LittleEndian.Uint16(all)))
		m.loudest = max(m.loudest, loud, -loud)
	}
	m.odd = append([]byte(nil), all...)
	return len(p), nil
}
