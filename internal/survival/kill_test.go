package survival

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/testkit"
)

// kills is how often servers are killed in all: LECTERN_KILLS, or as often as it takes to
// believe.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("LECTERN_KILLS")
	if text == "" {
		if testing.Short() {
			return 6
		}
		return 50
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("LECTERN_KILLS: %v", err)
	}
	return n
}

// onEachPlace runs a test on a library in files and on one that other servers keep.
func onEachPlace(t *testing.T, test func(t *testing.T, at place)) {
	t.Helper()
	t.Run("sqlite and disk", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		test(t, place{"sqlite:" + filepath.Join(dir, "library.db"), filepath.Join(dir, "files")})
	})
	t.Run("postgres and s3", func(t *testing.T) {
		t.Parallel()
		storage := testkit.S3(t)
		test(t, place{testkit.PostgresURL(t), storage})
	})
}

// A server that is killed at any instant loses nothing that it acknowledged, and does
// nothing twice. Several people upload and import while it is killed again and again.
func TestKill_LosesNothing(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var all tally
	each := (kills(t) + 1) / 2
	t.Run("places", func(t *testing.T) { // ends when both have
		onEachPlace(t, func(t *testing.T, at place) {
			t.Helper()
			h := &hunt{
				server: newServer(t, at), clips: newClips(t), at: at, kills: each,
				uploaded: map[int64]string{}, completed: map[int64]string{}, imported: map[int64]string{},
			}
			h.run(t, rand.New(rand.NewPCG(seed, uint64(len(t.Name())))))
			all.add(h)
		})
	})
	if !t.Failed() {
		testkit.Report("kill: %s", all.String())
	}
}

// hunt is one library whose server is killed.
type hunt struct {
	server *server
	clips  *clips
	at     place
	kills  int

	mu        sync.Mutex
	uploaded  map[int64]string // the sums of what was acknowledged and not completed
	completed map[int64]string
	imported  map[int64]string

	unfinished atomic.Int64   // media, when the server was last killed
	killed     map[string]int // media items in each state when the server was killed
	children   int            // programs that were at work then
}

// tally is what came of several hunts.
type tally struct {
	mu                                             sync.Mutex
	kills, uploaded, completed, imported, children int
	killed                                         map[string]int
}

func (a *tally) add(h *hunt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.kills += h.kills
	a.uploaded += len(h.uploaded)
	a.completed += len(h.completed)
	a.imported += len(h.imported)
	a.children += h.children
	if a.killed == nil {
		a.killed = map[string]int{}
	}
	for stage, n := range h.killed {
		a.killed[stage] += n
	}
}

func (a *tally) String() string {
	return fmt.Sprintf("%d kills, %d uploads completed and %d imports, all finished; %d uploads acknowledged and not completed, all there; "+
		"killed with %d media queued, %d fetching, %d probing, %d transcoding and %d programs at work",
		a.kills, a.completed, a.imported, a.uploaded, a.killed["queued"], a.killed["fetching"], a.killed["probing"],
		a.killed["transcoding"], a.children)
}

const (
	people = 2 // who upload at the same time
	enough = 5 // unfinished media while the server is killed: they are work for its lives
)

func (h *hunt) run(t *testing.T, random *rand.Rand) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var busy sync.WaitGroup
	for n := range people {
		own := rand.New(rand.NewPCG(random.Uint64(), uint64(n)))
		busy.Go(func() {
			if err := h.person(ctx, own); err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("person %d: %v", n, err)
			}
		})
	}
	db := openRaw(t, h.at.database)
	h.killed = map[string]int{}
	for range h.kills {
		l := h.server.begin()
		h.catchUp(t, db)
		h.await(t, l, db, random)
		h.children += len(h.server.children())
		h.server.end(l, syscall.SIGKILL)
		waitFor(t, "the programs end with the server", func() bool { return len(h.server.children()) == 0 })
		unfinished := 0
		for state, n := range db.counts(t, "SELECT m.state, count(*) FROM media m JOIN media_processing p ON p.media_id = m.id GROUP BY m.state") {
			h.killed[state] += n
			if state != "finished" {
				unfinished += n
			}
		}
		h.unfinished.Store(int64(unfinished))
	}
	stop()
	busy.Wait()
	if t.Failed() {
		return
	}
	l := h.server.start()
	h.verify(t, l, db)
}

// catchUp waits where so much is unfinished that nobody brings anything more: on PostgreSQL
// most lives are shorter than it takes to be sure that the one before has died.
func (h *hunt) catchUp(t *testing.T, db *raw) {
	t.Helper()
	if h.unfinished.Load() <= enough {
		return
	}
	waitFor(t, "the work of dead lives goes on", func() bool {
		n := db.counts(t, "SELECT 'unfinished', count(*) FROM media m JOIN media_processing p ON p.media_id = m.id WHERE m.state <> 'finished'")
		h.unfinished.Store(int64(n["unfinished"]))
		return h.unfinished.Load() <= enough
	})
}

// await waits until a server is to be killed: some do not live to answer, some live for a
// while, and some are killed soon after a piece of work has begun.
func (h *hunt) await(t *testing.T, l *life, db *raw, random *rand.Rand) {
	t.Helper()
	if random.IntN(6) > 0 {
		select {
		case <-l.ready:
		case <-l.over:
			t.Fatalf("it does not serve: %s", l.said.String())
		case <-time.After(patience):
			t.Fatalf("it does not begin to serve: %s", l.said.String())
		}
	}
	within := func(most time.Duration) <-chan time.Time {
		return time.After(time.Duration(random.Int64N(int64(most))))
	}
	if states := []string{"fetching", "probing", "transcoding"}; random.IntN(2) > 0 {
		db.awaitState(t, states[random.IntN(len(states))], within(time.Second))
		<-within(60 * time.Millisecond)
		return
	}
	select {
	case <-within(900 * time.Millisecond):
	case <-l.over:
		t.Fatalf("it ended by itself: %s", l.said.String())
	}
}

// person uploads or imports something in each life of the server.
func (h *hunt) person(ctx context.Context, random *rand.Rand) error {
	var last *life
	for {
		l, err := h.server.alive(ctx, last)
		if err != nil {
			return err
		}
		last = l
		if h.unfinished.Load() > enough {
			continue
		}
		file := h.clips.one(random.IntN(len(h.clips.files)))
		sum := sumOf(file)
		if random.IntN(4) == 0 {
			if err := h.bring(ctx, file, sum); err != nil {
				return err
			}
			continue
		}
		id, err := h.server.put(ctx, file)
		if err != nil {
			return err
		}
		h.note(h.uploaded, id, sum)
		if random.IntN(4) == 0 { // left at that
			continue
		}
		if err := h.server.complete(ctx, id, sum); err != nil {
			return err
		}
		h.mu.Lock()
		delete(h.uploaded, id)
		h.mu.Unlock()
		h.note(h.completed, id, sum)
	}
}

func (h *hunt) bring(ctx context.Context, file []byte, sum string) error {
	made, err := post[media](ctx, h.server, "/media", map[string]any{"url": h.clips.offer(file), "title": sum})
	if err == nil {
		h.note(h.imported, made.Media.ID, sum)
	}
	return err
}

func (h *hunt) note(in map[int64]string, id int64, sum string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	in[id] = sum
}

// verify waits until all work is done and looks at everything.
func (h *hunt) verify(t *testing.T, l *life, db *raw) {
	t.Helper()
	db.awaitJobs(t)
	for state, n := range db.counts(t, "SELECT CAST(state AS TEXT), count(*) FROM river_job WHERE state <> 'completed' GROUP BY state") {
		t.Errorf("%d jobs are %s", n, state)
	}
	h.verifyBytes(t)
	db.awaitJobs(t) // the pictures of the scrub bar come last
	db.verifyRows(t)
	verifyObjects(t, h.at)
	folders, err := filepath.Glob(filepath.Join(h.server.data, "work", "node-*"))
	if err != nil || len(folders) != 1 {
		t.Errorf("one node lives, and these have folders: %v, %v", folders, err)
	}
	h.server.end(l, syscall.SIGTERM)
	if left, err := os.ReadDir(filepath.Join(h.server.data, "work")); err != nil || len(left) > 0 {
		t.Errorf("work in progress is left: %v, %v", left, err)
	}
	if path, found := strings.CutPrefix(h.at.database, "sqlite:"); found {
		if locks, err := filepath.Glob(path + ".node-*"); err != nil || len(locks) > 0 {
			t.Errorf("locks of nodes are left: %v, %v", locks, err)
		}
	}
}

// verifyBytes downloads what was acknowledged.
func (h *hunt) verifyBytes(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for _, done := range []map[int64]string{h.completed, h.imported} {
		for id, want := range done {
			if stage, err := h.server.stage(ctx, id); err != nil || stage != "finished" {
				t.Errorf("media %d is %s, %v", id, stage, err)
			}
			if sum, err := h.server.original(ctx, id); err != nil || sum != want {
				t.Errorf("media %d has other bytes than were sent, %v", id, err)
			}
		}
	}
	for id, want := range h.uploaded { // completed now, they are as good as any
		if err := h.server.complete(ctx, id, want); err != nil {
			t.Error(err)
		}
		waitFor(t, fmt.Sprintf("media %d is finished", id), func() bool {
			stage, err := h.server.stage(ctx, id)
			return err == nil && stage == "finished"
		})
		if sum, err := h.server.original(ctx, id); err != nil || sum != want {
			t.Errorf("media %d has other bytes than were sent, %v", id, err)
		}
	}
}
