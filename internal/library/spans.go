package library

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Span is the whole numbers from From up to, and without, To.
type Span struct{ From, To int64 }

// Spans is a set of whole numbers from 0 on: its runs, in order, with a gap between any
// two. Watched stretches of a media item are one, in milliseconds, and the batches
// received of a viewer another.
type Spans []Span

// With returns the set and all that is in more, whose spans may come in any order,
// overlap and be empty.
func (s Spans) With(more ...Span) Spans {
	all := append(slices.Clone(s), more...)
	slices.SortFunc(all, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	var union Spans
	for _, next := range all {
		last := len(union) - 1
		switch {
		case next.From >= next.To:
		case last >= 0 && next.From <= union[last].To:
			union[last].To = max(union[last].To, next.To)
		default:
			union = append(union, next)
		}
	}
	return union
}

// Within counts the numbers of the set that lie in the span.
func (s Spans) Within(bounds Span) int64 {
	var n int64
	for _, run := range s {
		n += max(0, min(run.To, bounds.To)-max(run.From, bounds.From))
	}
	return n
}

// Has says whether a number is in the set.
func (s Spans) Has(n int64) bool { return s.Within(Span{n, n + 1}) > 0 }

// String writes the set as it is stored: "0-1500,2000-3000", each end the first number
// that is not in it any more.
func (s Spans) String() string {
	var b []byte
	for i, run := range s {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, run.From, 10)
		b = append(b, '-')
		b = strconv.AppendInt(b, run.To, 10)
	}
	return string(b)
}

// ParseSpans reads what [Spans.String] writes, and nothing else.
func ParseSpans(text string) (Spans, error) {
	if text == "" {
		return nil, nil
	}
	var s Spans
	last := int64(-1) // the end of the run before
	for piece := range strings.SplitSeq(text, ",") {
		from, to, _ := strings.Cut(piece, "-")
		begin, err := strconv.ParseInt(from, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("spans %.40q: %w", text, err)
		}
		end, err := strconv.ParseInt(to, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("spans %.40q: %w", text, err)
		}
		if begin <= last || end <= begin {
			return nil, fmt.Errorf("spans %.40q: not in order at %.40q", text, piece)
		}
		s, last = append(s, Span{begin, end}), end
	}
	return s, nil
}
