package main

import (
	"strings"
	"testing"
	"time"
)

func TestTrial_ComparesNeighbours(t *testing.T) {
	t.Parallel()
	// The machine halves its speed for most of the time: the medians of the two would
	// say 1.5, the neighbours say 2.
	contest := trial{scores: map[string][]score{
		nameLectern: {{perSecond: 400}, {perSecond: 300}, {perSecond: 200}},
		nameFloor:   {{perSecond: 200}, {perSecond: 200}, {perSecond: 100}},
	}}
	if r := contest.lecternTo(nameFloor, perSecond); r != 2 {
		t.Errorf("Lectern to floor: got %v, want 2", r)
	}
	if s := contest.score(nameLectern); s.perSecond != 300 {
		t.Errorf("Lectern: got %v a second, want the middle of its slices, 300", s.perSecond)
	}
}

func TestReport_Table(t *testing.T) {
	t.Parallel()
	head, rows := []string{"what", "p50"}, [][]string{{"floor", milliseconds(2300 * time.Microsecond)}}
	for _, c := range []struct {
		name     string
		markdown bool
		want     string
	}{
		{"Text", false, "what        p50\nfloor   2.30 ms\n\n"},
		{"Markdown", true, "| what  |     p50 |\n|---|--:|\n| floor | 2.30 ms |\n\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			(&report{out: &out, markdown: c.markdown}).table(head, rows)
			if out.String() != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", out.String(), c.want)
			}
		})
	}
}

func TestThousands(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 999: "999", 1_000: "1,000", 1_234_567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}

func TestChoose_RefusesWhatIsNoSection(t *testing.T) {
	t.Parallel()
	if _, err := choose("small,smal"); err == nil || !strings.Contains(err.Error(), `"smal"`) {
		t.Errorf("got the error %v, want one that names it", err)
	}
}
