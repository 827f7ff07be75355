package library_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
)

// numbers is the plain model of a set: whether each number is in it.
type numbers [200]bool

func (m *numbers) within(from, to int64) (n int64) {
	for i := max(from, 0); i < to && i < int64(len(m)); i++ {
		if m[i] {
			n++
		}
	}
	return n
}

func TestSpans_AreSetsOfNumbers(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		var s library.Spans
		var model numbers
		for range dice.IntN(12) {
			more := make([]library.Span, dice.IntN(5))
			for i := range more {
				from := dice.Int64N(int64(len(model)))
				more[i] = library.Span{From: from, To: from + dice.Int64N(int64(len(model))-from) - 3} // some are empty
				for n := from; n < more[i].To; n++ {
					model[n] = true
				}
			}
			before := s.String()
			grown := s.With(more...)
			if s.String() != before {
				t.Fatalf("adding %v to %s changed it to %s", more, before, s)
			}
			s = grown
			wantSameSet(t, s, &model, dice)
		}
	}
}

func wantSameSet(t *testing.T, s library.Spans, model *numbers, dice *rand.Rand) {
	t.Helper()
	for n := range model {
		if s.Has(int64(n)) != model[n] {
			t.Fatalf("%s holds %d: %v", s, n, !model[n])
		}
	}
	from, to := dice.Int64N(250)-20, dice.Int64N(250)-20
	if got, want := s.Within(library.Span{From: from, To: to}), model.within(from, to); got != want {
		t.Fatalf("%s has %d numbers from %d to %d, want %d", s, got, from, to, want)
	}
	runs := 0
	for n := range model {
		if model[n] && (n == 0 || !model[n-1]) {
			runs++
		}
	}
	if len(s) != runs {
		t.Fatalf("%s is in %d pieces, want %d", s, len(s), runs)
	}
	again, err := library.ParseSpans(s.String())
	if err != nil || again.String() != s.String() {
		t.Fatalf("%s is read as %s, %v", s, again, err)
	}
}

func TestParseSpans_RefusesWhatIsNoSet(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"1", "1-", "-1", "a-b", "2-1", "1-1", "1-3,3-4", "5-6,1-2", "1-2,", ",", "1-2 ", "-5--3", "0-99999999999999999999"} {
		if s, err := library.ParseSpans(text); err == nil {
			t.Errorf("%q is read as %s", text, s)
		}
	}
}
