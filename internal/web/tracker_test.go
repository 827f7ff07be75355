package web_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
)

// scripts opens a page without a policy, which may import the pages' scripts one by one.
func scripts(t *testing.T) *browser {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET /page/", http.FileServer(http.Dir(".")))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Scripts</title>"))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b := openBrowser(t)
	b.open(server.URL)
	return b
}

// step is something that happens to a tracker, at a millisecond of the media.
type step struct {
	Do string  `json:"do"` // play, time, stop or take
	At float64 `json:"at"` // seconds
}

// history makes a random playing, with what of it was watched: each millisecond as often
// as it was.
func history(r *rand.Rand) ([]step, map[int]int) {
	const length = 500
	watched := make(map[int]int)
	at, playing := 0, false
	var steps []step
	add := func(do string) { steps = append(steps, step{do, float64(at) / 1000}) }
	for range 60 {
		switch r.IntN(6) {
		case 0:
			if !playing {
				playing = true
				add("play")
			}
		case 1, 2: // the film goes on, if it runs
			to := at
			if playing {
				to = min(at+r.IntN(60), length)
			}
			for ; at < to; at++ {
				watched[at]++
			}
			add("time")
		case 3: // a seek: the time has jumped when the tracker hears of it
			at = r.IntN(length)
			add("stop")
			if playing {
				add("play")
			}
		case 4:
			playing = false
			add("stop")
		case 5:
			add("take")
		}
	}
	add("take")
	return steps, watched
}

// Whatever happens, the tracker reports every millisecond as often as it was watched.
func TestTracker_ReportsWhatWasWatched(t *testing.T) {
	t.Parallel()
	b := scripts(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	const histories = 300
	all, want := make([][]step, histories), make([]map[int]int, histories)
	for i := range all {
		all[i], want[i] = history(r)
	}
	given, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	got := value[[][]library.Interval](b, `import("/page/tracker.js").then(({ Tracker }) => `+string(given)+`.map((steps) => {
		const tracker = new Tracker();
		return steps.flatMap(({ do: verb, at }) => tracker[verb](at) ?? []).map(({ start, end }) => ({ Start: start, End: end }));
	}))`)
	for i, intervals := range got {
		reported := make(map[int]int)
		for _, interval := range intervals {
			for ms := int(library.InMilliseconds(interval.Start)); ms < int(library.InMilliseconds(interval.End)); ms++ {
				reported[ms]++
			}
		}
		for ms := range 500 {
			if reported[ms] != want[i][ms] {
				t.Fatalf("millisecond %d was watched %d times, reported %d: %v\n%v", ms, want[i][ms], reported[ms], all[i], intervals)
			}
		}
	}
}

// What the server did not take is sent again under the same number, until it does; what
// it refuses for good is not.
func TestReporter_SendsUntilTaken(t *testing.T) {
	t.Parallel()
	b := scripts(t)
	for _, c := range []struct {
		name, script string
		want         string // the numbers of each request, and how many wait after
	}{
		{"taken", `add(1); await r.flush(); add(1); await r.flush(); await r.flush();`, `[[[1],[2]],0]`},
		{"no network, then a fault", `answers = [0, 503]; add(1); await r.flush(); add(1); await r.flush(); await r.flush();`, `[[[1],[1,2],[1,2]],0]`},
		{"too many", `answers = [429, 408]; add(1); await r.flush(); await r.flush(); await r.flush();`, `[[[1],[1],[1]],0]`},
		{"makes no sense", `answers = [422]; add(1); await r.flush(); add(1); await r.flush();`, `[[[1],[2]],0]`},
		{"expired", `answers = [401]; add(1); await r.flush(); add(1); await r.flush();`, `[[[1]],0]`},
		{"leaving while under way", `let answer; answers = [new Promise((done) => (answer = done))];
			add(1); const first = r.flush(); add(1); await r.flush(); await r.flush(true); answer(204); await first;`, `[[[1],[1,2]],0]`},
		{"more than a request takes", `add(10050); await r.flush(); await r.flush();`, `[[` + numbers(1, 100) + `,[101]],0]`},
	} {
		got := value[json.RawMessage](b, `import("/page/reporter.js").then(async ({ Reporter }) => {
			let answers = [];
			const sent = [];
			const r = new Reporter(async (pieces) => {
				sent.push(pieces.map((p) => p.sequence));
				return answers.shift() ?? 204;
			});
			const add = (n) => r.add(Array.from({ length: n }, (_, i) => ({ start: i, end: i + 1 })));
			`+c.script+`
			return [sent, r.waiting];
		})`)
		if string(got) != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// numbers is the JSON of the numbers from one to another.
func numbers(from, to int) string {
	var list []int
	for n := from; n <= to; n++ {
		list = append(list, n)
	}
	text, _ := json.Marshal(list) //nolint:errchkjson // because numbers always have one
	return string(text)
}
