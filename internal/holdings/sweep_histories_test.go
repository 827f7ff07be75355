package holdings_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
)

// pendingWrite is objects that are written and have no row yet: their writer has a day
// for that.
type pendingWrite struct {
	keys []string
	at   time.Time
	name func(ctx context.Context) error
}

// resumable is a tus upload on its way.
type resumable struct {
	address string
	prefix  string // of its objects' keys
	at      time.Time
	sent    int
}

// Whatever happens to media, sweeping takes nothing that a row names or that a writer is
// still to name, and leaves nothing else that is old.
func TestSweep_DeletesUnusedFilesAndNothingElse(t *testing.T) {
	t.Parallel()
	onEachPlace(t, func(t *testing.T, url, storage string) {
		t.Helper()
		seed := rand.Uint64()
		if text := os.Getenv("LECTERN_SWEEP_SEED"); text != "" {
			var err error
			if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		w := newSweepWorld(t, url, storage, seed)
		ctx := t.Context()
		steps := 600
		if testing.Short() {
			steps = 150
		}
		tame := func() bool { return w.strays == 0 || w.lost == 0 || w.resumes == 0 }
		for n := 0; n < steps || tame() && n < 20*steps; n++ {
			w.step(ctx)
		}
		w.sweep(ctx)
		w.sweepUnknown(ctx)
		if tame() {
			t.Errorf("seed %d: swept %d strays, found %d lost files and finished %d resumable uploads: the histories are too tame",
				seed, w.strays, w.lost, w.resumes)
		}
		t.Logf("seed %d: %d media, %d strays swept, %d resumable uploads", seed, len(w.media), w.strays, w.resumes)
	})
}

// may lets a change be refused: the media may be in any state by now.
func (w *sweepWorld) may(err error) {
	w.t.Helper()
	if err != nil && library.KindOf(err) == library.KindInternal {
		w.t.Fatal(err)
	}
}

func (w *sweepWorld) step(ctx context.Context) {
	w.t.Helper()
	roll := w.random.IntN(100)
	switch {
	case roll < 14:
		w.change(ctx, func(c *library.Change) error {
			m, err := c.StartUpload(ctx, library.NewUpload{Owner: w.owner.ID})
			w.media = append(w.media, m.ID)
			return err
		})
	case roll < 26:
		w.upload(ctx)
	case roll < 40:
		w.resume(ctx)
	case roll < 50:
		w.nameOne(ctx)
	case roll < 60:
		w.may(w.library.Change(ctx, library.Operator(), func(c *library.Change) error {
			_, err := c.CompleteUpload(ctx, w.anyMedia(), library.Completion{Title: "Lenses"})
			return err
		}))
	case roll < 76:
		w.work(ctx)
	case roll < 80:
		id := w.anyMedia()
		err := w.library.Change(ctx, library.Operator(), func(c *library.Change) error {
			_, err := c.DeleteMedia(ctx, id)
			return err
		})
		w.may(err)
		if err == nil {
			w.deleted[id] = w.clock.at
		}
	case roll < 84:
		w.may(w.library.Change(ctx, library.Operator(), func(c *library.Change) error {
			return c.RetryProcessing(ctx, w.anyMedia())
		}))
	case roll < 86:
		w.lose(ctx)
	case roll < 88:
		w.strange(ctx)
	case roll < 96:
		w.clock.at = w.clock.at.Add(time.Duration(w.random.IntN(20)) * time.Hour)
	default:
		w.sweep(ctx)
		if w.random.IntN(4) == 0 {
			w.clock.at = w.clock.at.Add(time.Duration(w.random.IntN(40*24)) * time.Hour)
		}
	}
}

func (w *sweepWorld) anyMedia() library.MediaID {
	if len(w.media) == 0 {
		return 1 << 40
	}
	// Mostly a recent one, so that something becomes of some.
	from := max(0, len(w.media)-6)
	return w.media[from+w.random.IntN(len(w.media)-from)]
}

// strange puts an object of a run that the database has not started: what was written after
// the state to which the database went back.
func (w *sweepWorld) strange(ctx context.Context) {
	key := holdings.Run{Media: int64(w.anyMedia()), ID: uuid.New()}.Key(holdings.Original).String()
	w.blobs.put(ctx, w.t, key)
	w.unknown[key] = true
}

func (w *sweepWorld) upload(ctx context.Context) {
	id := w.anyMedia()
	key := w.key(ctx, id, "original")
	w.blobs.put(ctx, w.t, key)
	embed := w.embedOf(ctx, id)
	w.pending = append(w.pending, pendingWrite{[]string{key}, w.clock.at, func(ctx context.Context) error {
		_, err := w.library.Uploaded(ctx, embed, library.Arrived{Media: id, Key: key, MIMEType: "video/mp4", Size: 7, Checksum: "00"})
		return err
	}})
}

// resume begins a tus upload, or sends some more of one. It is of three parts.
func (w *sweepWorld) resume(ctx context.Context) {
	w.t.Helper()
	if len(w.resumed) == 0 || w.random.IntN(3) == 0 {
		id := w.anyMedia()
		answer := w.tus(ctx, http.MethodPost, w.signer.TusURL(w.embedOf(ctx, id), w.clock.at.Add(library.UploadLife)), "", "Upload-Length", "9")
		if answer.Code == http.StatusCreated {
			address := answer.Header().Get("Location")
			w.resumed = append(w.resumed, &resumable{
				address: address, prefix: holdings.Run{Media: int64(id), ID: uuid.MustParse(path.Base(address))}.Folder(), at: w.clock.at,
			})
		}
		return
	}
	i := len(w.resumed) - 1 - w.random.IntN(min(2, len(w.resumed)))
	r := w.resumed[i]
	answer := w.tus(ctx, http.MethodPatch, r.address, "one", "Upload-Offset", strconv.Itoa(r.sent))
	if answer.Code == http.StatusNoContent {
		r.sent += 3
	}
	switch said := answer.Body.String(); {
	case answer.Code == http.StatusNoContent && r.sent < 9:
		return
	case answer.Code == http.StatusNoContent:
		w.resumes++
	case answer.Code >= 500, strings.Contains(said, "ERR_UPLOAD_NOT_FOUND"): // and not that the library wants it no more
		w.t.Fatalf("PATCH %s answers %d %s", r.address, answer.Code, said)
	}
	w.resumed = append(w.resumed[:i], w.resumed[i+1:]...)
}

func (w *sweepWorld) tus(ctx context.Context, method, address, body string, header ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	request.Header.Set("Tus-Resumable", "1.0.0")
	request.Header.Set("Content-Type", "application/offset+octet-stream")
	request.Header.Set(header[0], header[1])
	answer := httptest.NewRecorder()
	w.content.ServeHTTP(answer, request)
	return answer
}

// work takes a job of some media a step further.
func (w *sweepWorld) work(ctx context.Context) {
	task := []library.Task{library.TaskPrepare, library.TaskTranscode}[w.random.IntN(2)]
	held, err := w.library.BeginWork(ctx, library.Job{Task: task, Media: w.anyMedia()})
	w.may(err)
	switch {
	case err != nil:
	case w.random.IntN(5) == 0:
		w.may(w.library.FailWork(ctx, held, "It is broken."))
	case task == library.TaskPrepare && w.random.IntN(2) == 0:
		w.may(w.library.Probed(ctx, held, 3, true))
	default:
		if task == library.TaskPrepare {
			w.may(w.library.Probed(ctx, held, 3, false))
		}
		files := []library.MediaFile{
			{Kind: library.FileHLSMaster, Key: w.key(ctx, held.Media.ID, "master.m3u8"), CreatedAt: w.clock.at},
			{Kind: library.FileMP4, Definition: "360p", Key: w.key(ctx, held.Media.ID, "360p.mp4"), CreatedAt: w.clock.at},
			{Kind: library.FileMP4, Definition: "best", Key: held.Original.Key, CreatedAt: w.clock.at},
		}
		for _, f := range files[:2] {
			w.blobs.put(ctx, w.t, f.Key)
		}
		w.pending = append(w.pending, pendingWrite{[]string{files[0].Key, files[1].Key}, w.clock.at, func(ctx context.Context) error {
			return w.library.FinishWork(ctx, held, 3, files)
		}})
	}
}

// nameOne has the writer of some pending objects come to their end, unless their day is
// over: then the address or the job was.
func (w *sweepWorld) nameOne(ctx context.Context) {
	if len(w.pending) == 0 {
		return
	}
	i := w.random.IntN(len(w.pending))
	p := w.pending[i]
	w.pending = append(w.pending[:i], w.pending[i+1:]...)
	if w.clock.at.Sub(p.at) < 24*time.Hour {
		w.may(p.name(ctx))
	}
}

// lose has a named object disappear, as from a broken disk.
func (w *sweepWorld) lose(ctx context.Context) {
	rows := w.rows(ctx)
	if len(rows) == 0 {
		return
	}
	if err := w.blobs.Delete(ctx, rows[w.random.IntN(len(rows))].Key); err != nil {
		w.t.Fatal(err)
	}
}

// sweep looks first, which must change nothing, and then sweeps and compares.
func (w *sweepWorld) sweep(ctx context.Context) {
	w.t.Helper()
	before, rowsBefore, playing := w.there(ctx), w.rows(ctx), w.finished(ctx)
	looked, err := w.sweeper.Sweep(ctx, true)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(w.there(ctx)) != len(before) || len(w.rows(ctx)) != len(rowsBefore) {
		w.t.Fatal("looking changed something")
	}
	found, err := w.sweeper.Sweep(ctx, false)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(looked.Uploads) > len(found.Uploads) || len(looked.Strays) > len(found.Strays) {
		w.t.Errorf("looking found %d uploads and %d strays, sweeping %d and %d",
			len(looked.Uploads), len(looked.Strays), len(found.Uploads), len(found.Strays))
	}
	for _, o := range found.Unknown {
		if !w.unknown[o.Key] {
			w.t.Fatalf("%s is said to be unknown, and its run was started", o.Key)
		}
	}
	w.strays += len(found.Strays)
	w.lost += len(found.Lost)
	w.compare(ctx, before)
	w.compareBin(ctx, rowsBefore, found.Uploads)
	now := w.finished(ctx)
	for _, f := range rowsBefore {
		if f.Kind == library.FileHLSMaster && before[f.Key] && playing[f.Media] == library.Finished && now[f.Media] == library.Failed {
			w.t.Fatalf("media %d has failed, and all that plays was there", f.Media)
		}
	}
}

// sweepUnknown sweeps as an operator who is sure that no newer database will come back.
func (w *sweepWorld) sweepUnknown(ctx context.Context) {
	w.t.Helper()
	w.clock.at = w.clock.at.Add(holdings.StrayLife + time.Hour)
	w.sweeper.Unknown = true
	before := w.there(ctx)
	found, err := w.sweeper.Sweep(ctx, false)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(found.Unknown) != len(w.unknown) {
		w.t.Errorf("%d objects are unknown, want %d", len(found.Unknown), len(w.unknown))
	}
	there := w.there(ctx)
	for key := range w.unknown {
		if there[key] {
			w.t.Errorf("%s is still there", key)
		}
	}
	for _, f := range w.rows(ctx) {
		if before[f.Key] && !there[f.Key] {
			w.t.Errorf("%s was deleted, and a row names it", f.Key)
		}
	}
}

// finished is the media that are finished or have failed.
func (w *sweepWorld) finished(ctx context.Context) map[library.MediaID]library.TranscodingStatus {
	statuses := make(map[library.MediaID]library.TranscodingStatus)
	for _, id := range w.media {
		if m, err := library.New(w.store, nil).Media(ctx, library.Operator(), id); err == nil && (m.Status() == library.Finished || m.Status() == library.Failed) {
			statuses[id] = m.Status()
		}
	}
	return statuses
}

// compareBin holds the originals against the recycle bin's grace.
func (w *sweepWorld) compareBin(ctx context.Context, before []library.FileRow, ended []int64) {
	w.t.Helper()
	for _, id := range ended {
		w.deleted[library.MediaID(id)] = w.clock.at
	}
	still := make(map[int64]bool)
	for _, f := range w.rows(ctx) {
		still[f.Row] = true
	}
	for _, f := range before {
		at, gone := w.deleted[f.Media]
		past := gone && w.clock.at.Sub(at) > 30*24*time.Hour
		if f.Kind == library.FileOriginal && still[f.Row] == past {
			w.t.Fatalf("the original of media %d, deleted at %v, is kept: %t", f.Media, at, still[f.Row])
		}
	}
}

func (w *sweepWorld) compare(ctx context.Context, before map[string]bool) {
	w.t.Helper()
	needed := make(map[string]string)
	for _, f := range w.rows(ctx) {
		needed[f.Key] = "a row names it"
	}
	for _, p := range w.pending {
		if w.clock.at.Sub(p.at) < 24*time.Hour {
			for _, key := range p.keys {
				needed[key] = "its writer is not done"
			}
		}
	}
	for _, r := range w.resumed {
		for key := range before {
			if w.clock.at.Sub(r.at) < library.UploadLife && strings.HasPrefix(key, r.prefix) {
				needed[key] = "its upload goes on"
			}
		}
	}
	for key := range w.unknown {
		needed[key] = "it is unknown to the database"
	}
	there := w.there(ctx)
	for key, why := range needed {
		if before[key] && !there[key] {
			w.t.Fatalf("%s was swept, but %s", key, why)
		}
	}
	for key := range there {
		if age := w.clock.at.Sub(w.blobs.written[key]); needed[key] == "" && age > holdings.StrayLife {
			w.t.Fatalf("%s is nobody's, %s old and still there", key, age)
		}
	}
	w.compareMedia(ctx)
}

// compareMedia holds the media against the rules' ages.
func (w *sweepWorld) compareMedia(ctx context.Context) {
	w.t.Helper()
	named := make(map[library.MediaID]bool)
	for _, f := range w.rows(ctx) {
		named[f.Media] = true
	}
	for _, id := range w.media {
		m, err := library.New(w.store, nil).Media(ctx, library.Operator(), id)
		if library.KindOf(err) == library.KindNotFound {
			continue
		}
		if err != nil {
			w.t.Fatal(err)
		}
		age := w.clock.at.Sub(m.CreatedAt)
		if m.Status() == library.WaitingForUpload && (age > 30*24*time.Hour || age > 48*time.Hour && !named[id]) {
			w.t.Fatalf("media %d has waited for its upload for %s", id, age)
		}
	}
}
