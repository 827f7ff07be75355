package histories

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// Random histories of a small library, on two nodes that share a database but no
// cache. After each step both nodes are asked about everybody's lists and held
// against a plain model of the rules (model_test.go).
//
//	LECTERN_HISTORIES_SEED=N  repeats a run
//	LECTERN_HISTORIES_FOR=10m goes on for that long
//
// Steps are values that name what they are about, so a history with some of its steps
// left out still is one. That makes shorten thirty lines, and its result sentences to
// read; a library for random tests would shrink the random numbers behind them.

// stepsInHistory is long enough that founding a library does not cost more than living
// in it.
const stepsInHistory = 80

// answersWanted is how many answers one run compares on each database.
const answersWanted = 60_000

// engines are the databases that the library is kept on.
var engines = []struct {
	name  string
	fresh func(testing.TB) string // returns the URL of one with nothing in it
}{
	{"sqlite", databases.SQLiteURL},
	{"postgres", databases.PostgresURL},
}

// databases are those of the histories, with the schema of a library.
var databases = testkit.Prepared{Prepare: func(ctx context.Context, url string) error {
	s, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		return err
	}
	return s.Close()
}}

func TestMain(m *testing.M) {
	status := m.Run()
	if err := databases.Close(); err != nil {
		fmt.Println(err)
		status = 1
	}
	os.Exit(status)
}

func TestHistories(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			run := newEffort(t, answersWanted)
			for n := uint64(0); run.goesOn() && !t.Failed(); n++ {
				a := newAuthor(rand.New(rand.NewPCG(run.seed, n)))
				a.detours = true
				steps := a.history(stepsInHistory)
				if n == 0 {
					steps = tour() // in which every transition of the life cycle happens
				}
				failed := play(t, engine.fresh, steps, run)
				if failed == nil {
					continue
				}
				t.Logf("histories: %s, seed %d: history %d fails after %d answers; looking for a shorter one",
					engine.name, run.seed, n, run.answers)
				steps, failed = shorten(steps, failed, func(steps []step) *failure {
					return play(t, engine.fresh, steps, &effort{lived: make(map[library.Transition]int)})
				})
				t.Fatalf("%s\nLECTERN_HISTORIES_SEED=%d repeats it.", tell(steps, failed), run.seed)
			}
			testkit.Report("histories: %s, %d answers compared, seed %d", engine.name, run.answers, run.seed)
			reportLife(t, engine.name, run.lived)
		})
	}
}

// An effort is how much of random testing is to be done, and what has been.
type effort struct {
	seed    uint64
	answers int
	lived   map[library.Transition]int // the transitions of the life cycle that happened

	wanted int
	until  context.Context // ends a run that goes on for a time; nil where wanted counts
}

// newEffort makes one of so many answers, of a tenth where the test is to be short or
// is slowed down tenfold by the race detector, or of the time that is asked for.
func newEffort(t *testing.T, wanted int) *effort {
	t.Helper()
	e := &effort{seed: rand.Uint64N(1_000_000_000), lived: make(map[library.Transition]int), wanted: wanted}
	if testing.Short() || raceDetector {
		e.wanted /= 10
	}
	if seed := os.Getenv("LECTERN_HISTORIES_SEED"); seed != "" {
		var err error
		if e.seed, err = strconv.ParseUint(seed, 10, 64); err != nil {
			t.Fatalf("LECTERN_HISTORIES_SEED: %v", err)
		}
	}
	if span := os.Getenv("LECTERN_HISTORIES_FOR"); span != "" {
		d, err := time.ParseDuration(span)
		if err != nil {
			t.Fatalf("LECTERN_HISTORIES_FOR: %v", err)
		}
		until, cancel := context.WithTimeout(t.Context(), d)
		t.Cleanup(cancel)
		e.until = until
	}
	return e
}

func (e *effort) goesOn() bool {
	if e.until != nil {
		return e.until.Err() == nil
	}
	return e.answers < e.wanted
}

// A failure is an answer that a history should not have led to.
type failure struct {
	after int // the steps that had been made
	err   error
}

// play makes the steps of a history in a fresh library and asks after each. It has a
// subtest of its own so that what it opens is gone before the next begins.
func play(t *testing.T, fresh func(testing.TB) string, steps []step, e *effort) *failure {
	t.Helper()
	var failed *failure
	t.Run("history", func(t *testing.T) {
		p := found(t, fresh(t), &e.answers)
		p.lived = e.lived
		for i, s := range steps {
			if err := p.step(t, s); err != nil {
				failed = &failure{after: i + 1, err: err}
				return
			}
		}
	})
	return failed
}

// shorten looks for a history that fails too and from which no change can be left out
// any more. It leaves out halves of the steps, then quarters, and so on, and in the
// end single changes for as long as one of them can go.
func shorten(steps []step, failed *failure, replay func([]step) *failure) ([]step, *failure) {
	steps = steps[:failed.after]
	try := func(fewer []step) bool {
		again := replay(fewer)
		if again != nil {
			steps, failed = fewer[:again.after], again
		}
		return again != nil
	}
	for size := len(steps) / 2; size > 1; size /= 2 {
		for end := len(steps); end > 0; end = min(end-size, len(steps)) {
			try(slices.Delete(slices.Clone(steps), max(0, end-size), end))
		}
	}
	for shorter := true; shorter; {
		shorter = false
		for i := len(steps) - 1; i >= 0; i = min(i, len(steps)) - 1 {
			shorter = slices.ContainsFunc(withLess(steps, i), try) || shorter
		}
	}
	return steps, failed
}

// withLess returns the histories without one of the steps, and without one of its
// changes where it has several.
func withLess(steps []step, i int) [][]step {
	less := [][]step{slices.Delete(slices.Clone(steps), i, i+1)}
	if changes := steps[i].changes; len(changes) > 1 {
		for j := range changes {
			fewer := slices.Clone(steps)
			fewer[i].changes = slices.Delete(slices.Clone(changes), j, j+1)
			less = append(less, fewer)
		}
	}
	return less
}

func tell(steps []step, failed *failure) string {
	var b strings.Builder
	b.WriteString("The shortest failing history begins with")
	for _, c := range founders {
		fmt.Fprintf(&b, " %s;", c)
	}
	for _, k := range foundedCourses {
		fmt.Fprintf(&b, " course k%d in sub-account %d (0 is none) with collection c%d;", k, subAccountOf(k), k)
	}
	fmt.Fprintf(&b, " and groups g%d without members. Then\n", foundedGroups)
	for i, s := range steps {
		fmt.Fprintf(&b, "%3d. %s\n", i+1, s)
	}
	fmt.Fprintf(&b, "and %v", failed.err)
	return b.String()
}
