package survival

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// What was acknowledged survives a power cut at any instant. All that a server writes to
// its SQLite database is recorded, and then written again up to some instant: what was
// synced until then is there whole, and of the rest any part.
func TestPowerCut_LosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	const changes, cuts = 120, 40
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dir := t.TempDir()
	path := filepath.Join(dir, "library.db")
	s := newServer(t, place{"sqlite:" + path, filepath.Join(dir, "files")}, "--workers=0")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	trace := filepath.Join(t.TempDir(), "trace")
	s.under = straceTo(trace)
	l := s.start()
	t.Cleanup(func() { endTraced(t, trace) })
	for n := range changes {
		if _, err := post[map[string]any](t.Context(), s, "/collections", map[string]any{"name": fmt.Sprintf("kept %d", n)}); err != nil {
			t.Fatal(err)
		}
	}
	endTraced(t, trace)
	<-l.over
	t.Log("traced")
	steps := readTrace(t, trace)
	checkSyncs(t, steps, path, changes)
	if t.Failed() {
		return
	}

	random := rand.New(rand.NewPCG(seed, 0))
	disk := &disk{path: path, files: map[string]*diskFile{path: {durable: before}, path + "-wal": {}}}
	chosen := chooseCuts(steps, cuts, random)
	acknowledged, checkpoints := 0, 0
	for i, one := range steps {
		disk.do(one)
		if one.kind == answered {
			acknowledged++
		}
		if one.kind == synced && one.file == path {
			checkpoints++
		}
		if chosen[i] {
			disk.cut(t, random, acknowledged, i)
		}
	}
	if checkpoints < 2 {
		t.Errorf("%d checkpoints, too few to be cut in", checkpoints)
	}
	testkit.Report("power cut: %d changes, %d system calls and %d syncs of the database by checkpoints; cut at %d instants, nothing acknowledged is lost",
		changes, len(steps), checkpoints, len(chosen))
}

// checkSyncs wants at least one sync of the log between each request and its answer.
func checkSyncs(t *testing.T, steps []step, path string, changes int) {
	t.Helper()
	requests, answers, syncs, fewest := 0, 0, 0, changes
	for _, one := range steps {
		switch {
		case one.kind == received:
			requests++
			syncs = 0
		case one.kind == synced && one.file == path+"-wal":
			syncs++
		case one.kind == answered:
			answers++
			if syncs == 0 {
				t.Errorf("change %d is acknowledged before it is on the disk", answers)
			}
			fewest = min(fewest, syncs)
		}
	}
	if requests != changes || answers != changes {
		t.Errorf("%d requests and %d answers are in the trace of %d changes", requests, answers, changes)
	}
	t.Logf("at least %d syncs of the log for each change", fewest)
}

// chooseCuts picks instants: right after an answer, in checkpoints, and anywhere.
func chooseCuts(steps []step, n int, random *rand.Rand) map[int]bool {
	var answers, checkpoints []int
	for i, one := range steps {
		if one.kind == answered {
			answers = append(answers, i)
		}
		if one.kind == wrote && strings.HasSuffix(one.file, ".db") {
			checkpoints = append(checkpoints, i)
		}
	}
	chosen := map[int]bool{}
	for range n {
		switch random.IntN(3) {
		case 0:
			chosen[answers[random.IntN(len(answers))]] = true
		case 1:
			chosen[checkpoints[random.IntN(len(checkpoints))]] = true
		default:
			chosen[random.IntN(len(steps))] = true
		}
	}
	return chosen
}

// disk is what a disk has of some files.
type disk struct {
	path  string // of the database
	files map[string]*diskFile
}

// diskFile is a file: what is on the disk for sure, and what may be.
type diskFile struct {
	durable []byte
	pending []step
}

func (d *disk) do(one step) {
	file := d.files[one.file]
	if file == nil {
		return
	}
	switch one.kind {
	case wrote, truncated:
		file.pending = append(file.pending, one)
	case synced:
		for _, write := range file.pending {
			file.durable = apply(file.durable, write)
		}
		file.pending = nil
	case received, answered: // not about a file
	}
}

func apply(data []byte, one step) []byte {
	end := one.at + int64(len(one.data))
	if one.kind == truncated {
		end = one.at
	}
	if missing := end - int64(len(data)); missing > 0 {
		data = append(data, make([]byte, missing)...)
	}
	if one.kind == truncated {
		return data[:end]
	}
	copy(data[one.at:], one.data)
	return data
}

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// cut cuts the power, and wants the library to be whole and to have all that was
// acknowledged.
func (d *disk) cut(t *testing.T, random *rand.Rand, acknowledged, instant int) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "library.db")
	chance := random.Float64() // of each write to have come to the disk
	for name, file := range d.files {
		data := bytes.Clone(file.durable)
		for _, write := range file.pending {
			switch {
			case random.Float64() < chance:
				data = apply(data, write)
			case random.IntN(4) == 0 && len(write.data) > sector: // torn
				write.data = write.data[:sector*random.IntN(len(write.data)/sector)]
				data = apply(data, write)
			}
		}
		if err := os.WriteFile(path+strings.TrimPrefix(name, d.path), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := store.Open(t.Context(), store.Options{URL: "sqlite:" + path})
	if err != nil {
		t.Fatalf("cut after %d steps, it does not open: %v", instant, err)
	}
	defer func() { _ = kept.Close() }()
	db := openRaw(t, "sqlite:"+path)
	defer func() { _ = db.db.Close() }()
	if sound := db.counts(t, "SELECT integrity_check, 1 FROM pragma_integrity_check"); sound["ok"] != 1 {
		t.Fatalf("cut after %d steps: %v", instant, sound)
	}
	names := db.counts(t, "SELECT name, 1 FROM collections WHERE name LIKE 'kept %'")
	for n := range acknowledged {
		if names[fmt.Sprintf("kept %d", n)] == 0 {
			t.Fatalf("cut after %d steps, change %d of %d acknowledged is lost", instant, n, acknowledged)
		}
	}
}
