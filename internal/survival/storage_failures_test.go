package survival

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lectern-media/lectern/internal/testkit"
)

// trouble is a server whose writes fail from break to mend.
type trouble struct {
	server       *server
	clips        *clips
	db           *raw
	breaks, mend func(l *life)
	says         string // what is in the log of it
	full         bool   // there is no space
}

// test has a server meet the trouble in all it does: who uploads then is told, and what
// was acknowledged before is worked on when it has passed, by the same process.
func (p *trouble) test(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	l := p.server.start()
	done := p.server.uploadSome(t, p.clips, 1)
	p.server.finish(t, done)

	file := p.clips.one(0)
	waiting, err := post[upload](ctx, p.server, "/media/uploads", map[string]any{})
	if err != nil {
		t.Fatal(err)
	}
	worked := p.clips.one(1)
	id, err := p.server.put(ctx, worked)
	if err == nil {
		err = p.server.complete(ctx, id, "Worked on in trouble")
	}
	if err != nil {
		t.Fatal(err)
	}
	imported := p.clips.one(0)
	brought, err := post[media](ctx, p.server, "/media", map[string]any{"url": p.clips.offer(imported), "title": "Brought in trouble"})
	if err != nil {
		t.Fatal(err)
	}
	before := len(l.said.String())
	p.breaks(l)
	a, err := p.server.try(ctx, l, http.MethodPut, waiting.Upload.URL, "video/mp4", file)
	if err != nil {
		t.Fatal(err)
	}
	p.verifyFault(t, a)
	if p.full {
		p.askOnFullDisk(t, l)
	}
	waitFor(t, "the work meets the trouble", func() bool {
		for line := range strings.Lines(l.said.String()[before:]) {
			if strings.Contains(line, p.says) && !strings.Contains(line, "msg=content") {
				return true
			}
		}
		return false
	})
	p.mend(l)

	// A connection that was cut may fail one more request.
	waitFor(t, "the bytes are taken when the trouble has passed", func() bool {
		a, err := p.server.try(ctx, l, http.MethodPut, waiting.Upload.URL, "video/mp4", file)
		return err == nil && a.status == http.StatusOK
	})
	if err := p.server.complete(ctx, waiting.Upload.ID, "Uploaded after the trouble"); err != nil {
		t.Fatal(err)
	}
	done[waiting.Upload.ID], done[id], done[brought.Media.ID] = sumOf(file), sumOf(worked), sumOf(imported)
	p.server.finish(t, done)
	p.db.awaitJobs(t)
	p.db.verifyRows(t)
	select {
	case <-l.over:
		t.Errorf("the server has ended: %s", l.said.String())
	default:
	}
}

// verifyFault checks that the trouble is told as what it is: 507 on a full disk, or else 503
// with the time after which to ask again.
func (p *trouble) verifyFault(t *testing.T, a answer) {
	t.Helper()
	var fault struct {
		Error string `json:"error"`
	}
	want, retry := http.StatusServiceUnavailable, "5"
	if p.full {
		want, retry = http.StatusInsufficientStorage, ""
	}
	if err := json.Unmarshal(a.body, &fault); a.status != want || err != nil || fault.Error == "" || a.header.Get("Retry-After") != retry {
		t.Errorf("PUT answers %d, %v: %s, Retry-After %q", a.status, err, a.body, a.header.Get("Retry-After"))
	}
}

// askOnFullDisk changes the library until there is no space for one more change, which is
// told, and reads it, which works on.
func (p *trouble) askOnFullDisk(t *testing.T, l *life) {
	t.Helper()
	body := []byte(`{"name":"` + strings.Repeat("x", 255) + `"}`)
	const most = 500 // what the database's files have room for
	for range most {
		a, err := p.server.try(t.Context(), l, http.MethodPost, api+"/collections", "application/json", body)
		if err != nil {
			t.Fatal(err)
		}
		if a.status == http.StatusInsufficientStorage {
			if !bytes.Contains(a.body, []byte("is full")) {
				t.Errorf("it says %s", a.body)
			}
			a, err = p.server.try(t.Context(), l, http.MethodGet, api+"/collections", "", nil)
			if err != nil || a.status != http.StatusOK {
				t.Errorf("reading answers %d, %v", a.status, err)
			}
			return
		}
		if a.status != http.StatusCreated {
			t.Fatalf("it answers %d: %s", a.status, a.body)
		}
	}
	t.Errorf("%d changes found room on a full disk", most)
}

// A process that may write no large files is told so by each write, as by a broken disk.
func TestStorage_FailingWrites(t *testing.T) {
	t.Parallel()
	at := place{testkit.PostgresURL(t), t.TempDir()}
	limit := func(bytes uint64) func(*life) {
		return func(l *life) {
			if err := unix.Prlimit(l.command.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	p := &trouble{
		server: newServer(t, at), clips: newClips(t), db: openRaw(t, at.database), says: "file too large",
		breaks: limit(8 << 10), mend: limit(unix.RLIM_INFINITY),
	}
	p.test(t)
	verifyObjects(t, at)
}

// A disk that is full, with all that the library has on it.
func TestStorage_FullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := unix.Mount("lectern-test", dir, "tmpfs", 0, "size=48m"); errors.Is(err, unix.EPERM) {
		t.Log("only root may make a small disk; TestStorage_FailingWrites has what others can have of it")
		return
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // after the server's
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	at := place{"sqlite:" + filepath.Join(dir, "library.db"), filepath.Join(dir, "files")}
	filler := filepath.Join(dir, "filler")
	p := &trouble{
		server: newServer(t, at, "--data="+filepath.Join(dir, "data")), clips: newClips(t), db: openRaw(t, at.database), says: "full", full: true,
		breaks: func(*life) {
			f, err := os.Create(filler)
			if err != nil {
				t.Fatal(err)
			}
			for block := bytes.Repeat([]byte{1}, 4<<10); err == nil; {
				_, err = f.Write(block)
			}
			if !errors.Is(err, unix.ENOSPC) {
				t.Error(err)
			}
			_ = f.Close() // which cannot write either
		},
		mend: func(*life) {
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
		},
	}
	p.test(t)
	verifyObjects(t, at)
}

// An S3 store that answers 500, or breaks off what it is sent and what it sends.
func TestStorage_S3Breaks(t *testing.T) {
	t.Parallel()
	address, faults := testkit.FaultyS3(t)
	at := place{testkit.PostgresURL(t), address}
	p := &trouble{
		server: newServer(t, at), clips: newClips(t), db: openRaw(t, at.database), says: "the job will be retried",
		breaks: func(*life) {
			faults.Break(func(r *http.Request) testkit.Fault {
				fails := []testkit.Fault{{Status: http.StatusInternalServerError}, {CutSent: true, CutAt: 1000}, {Cut: true, CutAt: 10}}
				if r.Method == http.MethodPut { // whose answer has nothing to cut
					fails = fails[:2]
				}
				return fails[rand.IntN(len(fails))]
			})
		},
		mend: func(*life) { faults.Break(nil) },
	}
	p.test(t)
	faults.Break(func(*http.Request) testkit.Fault { return testkit.Fault{Status: http.StatusServiceUnavailable} })
	l, err := p.server.alive(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusServiceUnavailable, fmt.Sprintf("%s/users/1", api): http.StatusOK} {
		a, err := p.server.try(t.Context(), l, http.MethodGet, path, "", nil)
		if err != nil || a.status != want {
			t.Errorf("without storage %s answers %d, %v", path, a.status, err)
		}
	}
	faults.Break(nil)
	verifyObjects(t, at)
}

// An S3 store that takes requests and answers none: each is given up in time.
func TestStorage_S3Hangs(t *testing.T) {
	t.Parallel()
	address, faults := testkit.FaultyS3(t)
	at := place{testkit.PostgresURL(t), address + "&silence=1s"} // else 30 seconds, three times
	p := &trouble{
		server: newServer(t, at), clips: newClips(t), db: openRaw(t, at.database), says: "the job will be retried",
		breaks: func(*life) { faults.Break(func(*http.Request) testkit.Fault { return testkit.Fault{Hang: true} }) },
		mend:   func(*life) { faults.Break(nil) },
	}
	p.test(t)
	verifyObjects(t, at)
}

// A PostgreSQL that cannot be reached for a while, neither for answers nor for work.
func TestStorage_DatabaseAway(t *testing.T) {
	t.Parallel()
	byLine, direct, line := testkit.PostgresByLine(t)
	at := place{byLine, t.TempDir()}
	p := &trouble{
		server: newServer(t, at), clips: newClips(t), db: openRaw(t, direct), says: "failed to connect",
		breaks: func(*life) { line.Cut() },
		mend:   func(*life) { line.Mend() },
	}
	p.test(t)
	verifyObjects(t, at)
}

// A disk that is unmounted leaves an empty folder, which would take everything.
func TestStorage_DiskUnmounted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := place{"sqlite:" + filepath.Join(dir, "library.db"), filepath.Join(dir, "files")}
	elsewhere := filepath.Join(dir, "unmounted")
	p := &trouble{
		server: newServer(t, at), clips: newClips(t), db: openRaw(t, at.database), says: "has no lectern.json",
		breaks: func(*life) {
			if err := errors.Join(os.Rename(at.storage, elsewhere), os.Mkdir(at.storage, 0o700)); err != nil {
				t.Fatal(err)
			}
		},
		mend: func(*life) {
			if err := errors.Join(os.RemoveAll(at.storage), os.Rename(elsewhere, at.storage)); err != nil {
				t.Fatal(err)
			}
		},
	}
	p.test(t)
	verifyObjects(t, at)
}
