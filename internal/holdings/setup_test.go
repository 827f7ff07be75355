package holdings_test

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/work"
)

// agedStore tells the time of the test's clock for when its objects were written.
type agedStore struct {
	blob.Store
	clock *clock

	mu      sync.Mutex
	written map[string]time.Time
}

func (s *agedStore) put(ctx context.Context, tb testing.TB, key string) {
	tb.Helper()
	if _, err := s.Put(ctx, key, strings.NewReader(key), "text/plain"); err != nil {
		tb.Fatal(err)
	}
}

// Put is [blob.Store]'s.
func (s *agedStore) Put(ctx context.Context, key string, r io.Reader, mimeType string) (blob.Info, error) {
	info, err := s.Store.Put(ctx, key, r, mimeType)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written[key] = s.clock.now()
	return info, err
}

// List is [blob.Store]'s.
func (s *agedStore) List(ctx context.Context, prefix string, each func(blob.Info) error) error {
	return s.Store.List(ctx, prefix, func(o blob.Info) error {
		s.mu.Lock()
		o.ModTime = s.written[o.Key]
		s.mu.Unlock()
		return each(o)
	})
}

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// sweepWorld is a library whose media come and go, and everything that is under way.
type sweepWorld struct {
	t       *testing.T
	random  *rand.Rand
	clock   *clock
	store   *store.Store
	library *library.Library
	blobs   *agedStore
	sweeper *holdings.Sweeper
	owner   library.User
	media   []library.MediaID
	deleted map[library.MediaID]time.Time
	pending []pendingWrite
	resumed []*resumable
	content http.Handler
	signer  *content.Signer
	unknown map[string]bool // keys of runs that the database has not started
	strays  int             // swept in all
	lost    int
	resumes int // that came to their end
}

// onEachPlace runs a test on each database with each storage.
func onEachPlace(t *testing.T, test func(t *testing.T, url, storage string)) {
	t.Helper()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		t.Run("disk", func(t *testing.T) { test(t, url, t.TempDir()) })
	})
	t.Run("s3", func(t *testing.T) {
		t.Parallel()
		test(t, testkit.SQLiteURL(t), testkit.S3(t))
	})
}

func newSweepWorld(t *testing.T, url, storage string, seed uint64) *sweepWorld {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	blobs, err := blob.Open(storage)
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)}
	w := &sweepWorld{
		t: t, random: rand.New(rand.NewPCG(seed, 1)), clock: c, store: s, library: library.New(s, c.now),
		deleted: make(map[library.MediaID]time.Time), unknown: make(map[string]bool),
		blobs: &agedStore{Store: blobs, clock: c, written: make(map[string]time.Time)},
	}
	w.sweeper = &holdings.Sweeper{Rows: work.Rows(w.library), Blobs: w.blobs, Clock: c.now}
	if err := holdings.Open(t.Context(), w.library, w.blobs); err != nil {
		t.Fatal(err)
	}
	seals, err := w.library.Seals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.signer = content.NewSigner(seals, "http://lectern.test", c.now)
	log := slog.New(slog.DiscardHandler)
	handler, err := content.New(content.Options{Store: w.blobs, Signer: w.signer, Uploads: uploads{w.library}, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	w.content = front.New(front.Options{Logger: log}, handler.RouteGroup())
	w.change(t.Context(), func(change *library.Change) (err error) {
		w.owner, err = change.CreateUser(t.Context(), library.NewUser{FullName: "Ada"})
		return err
	})
	return w
}

// uploads is what the library says to those who send bytes.
type uploads struct{ library *library.Library }

// BeginRun is [content.Uploads]'s.
func (u uploads) BeginRun(ctx context.Context) (uuid.UUID, error) { return u.library.BeginRun(ctx) }

// MayUpload is [content.Uploads]'s.
func (u uploads) MayUpload(ctx context.Context, embed uuid.UUID, size int64) (library.MediaID, error) {
	return u.library.MayUpload(ctx, embed, size)
}

// Announce is [content.Uploads]'s.
func (u uploads) Announce(ctx context.Context, embed uuid.UUID, size int64) (library.MediaID, error) {
	return u.library.Announce(ctx, embed, size)
}

// FindUpload is [content.Uploads]'s.
func (u uploads) FindUpload(ctx context.Context, embed uuid.UUID) (library.MediaID, error) {
	return u.library.FindUpload(ctx, embed)
}

// Uploaded is [content.Uploads]'s.
func (u uploads) Uploaded(ctx context.Context, is content.Upload) (replaced string, err error) {
	return u.library.Uploaded(ctx, is.EmbedID, library.Arrived{
		Media: is.Media, Key: is.Key, MIMEType: is.MIMEType, Size: is.Size, Checksum: hex.EncodeToString(is.SHA256[:]),
	})
}

func (w *sweepWorld) change(ctx context.Context, fn func(*library.Change) error) {
	w.t.Helper()
	if err := w.library.Change(ctx, library.Operator(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// key begins a run and names an object of it.
func (w *sweepWorld) key(ctx context.Context, id library.MediaID, rest string) string {
	w.t.Helper()
	run, err := w.library.BeginRun(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	return holdings.Run{Media: int64(id), ID: run}.Key(rest).String()
}

// embedOf returns the embed id of a media item, or the zero UUID if the item is deleted.
func (w *sweepWorld) embedOf(ctx context.Context, id library.MediaID) uuid.UUID {
	m, err := w.library.Media(ctx, library.Operator(), id)
	if err != nil && library.KindOf(err) != library.KindNotFound {
		w.t.Fatal(err)
	}
	return m.EmbedID
}

// started makes a media item that waits for its upload.
func (w *sweepWorld) started(ctx context.Context) (id library.MediaID) {
	w.t.Helper()
	w.change(ctx, func(c *library.Change) error {
		m, err := c.StartUpload(ctx, library.NewUpload{Owner: w.owner.ID})
		id = m.ID
		return err
	})
	w.media = append(w.media, id)
	return id
}

// arrived makes a media item whose bytes have come and which waits to be worked on.
func (w *sweepWorld) arrived(ctx context.Context) library.MediaID {
	w.t.Helper()
	id := w.started(ctx)
	key := w.key(ctx, id, "original")
	w.blobs.put(ctx, w.t, key)
	if _, err := w.library.Uploaded(ctx, w.embedOf(ctx, id), library.Arrived{Media: id, Key: key, MIMEType: "video/mp4", Size: 7, Checksum: "00"}); err != nil {
		w.t.Fatal(err)
	}
	w.change(ctx, func(c *library.Change) error {
		_, err := c.CompleteUpload(ctx, id, library.Completion{Title: "Lenses"})
		return err
	})
	return id
}

// playing makes a media item that plays, whose original is a download too.
func (w *sweepWorld) playing(ctx context.Context) library.MediaID {
	w.t.Helper()
	id := w.arrived(ctx)
	held, err := w.library.BeginWork(ctx, library.Job{Task: library.TaskPrepare, Media: id})
	if err == nil {
		err = w.library.Probed(ctx, held, 3, false)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	files := []library.MediaFile{
		{Kind: library.FileMP4, Definition: "720p", Key: held.Original.Key, CreatedAt: w.clock.at},
		{Kind: library.FileHLSMaster, Key: w.key(ctx, id, "master.m3u8"), CreatedAt: w.clock.at},
		{Kind: library.FileHLSMedia, Key: w.key(ctx, id, "720p.mp4"), CreatedAt: w.clock.at},
		{Kind: library.FileThumbnail, Key: w.key(ctx, id, "thumbnail.jpg"), CreatedAt: w.clock.at},
	}
	for _, f := range files[1:] {
		w.blobs.put(ctx, w.t, f.Key)
	}
	if err := w.library.FinishWork(ctx, held, 3, files); err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *sweepWorld) rows(ctx context.Context) (rows []library.FileRow) {
	for after := int64(0); ; after = rows[len(rows)-1].Row {
		more, err := w.library.FilesAfter(ctx, after, 100)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(more) == 0 {
			return rows
		}
		rows = append(rows, more...)
	}
}

func (w *sweepWorld) there(ctx context.Context) map[string]bool {
	keys := make(map[string]bool)
	err := w.blobs.List(ctx, holdings.Prefix, func(o blob.Info) error { keys[o.Key] = true; return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return keys
}

// kept is what of it is in the database.
func (w *sweepWorld) kept(ctx context.Context) string {
	w.t.Helper()
	var text strings.Builder
	for _, id := range w.media {
		m, err := library.New(w.store, nil).Media(ctx, library.Operator(), id)
		text.WriteString(string(m.Status()) + " ")
		if err != nil {
			text.WriteString(err.Error() + " ")
		}
	}
	for _, f := range w.rows(ctx) {
		text.WriteString(f.Key + " ")
	}
	return text.String()
}

// state is what a sweep may change.
func (w *sweepWorld) state(ctx context.Context) string {
	w.t.Helper()
	return w.kept(ctx) + strings.Join(slices.Sorted(maps.Keys(w.there(ctx))), " ")
}

// refused wants that an error is about the storage, and says so.
func refused(t *testing.T, what string, err error, says string) {
	t.Helper()
	refusal, is := errors.AsType[*holdings.StorageError](err)
	if !is || !strings.Contains(refusal.Sentence, says) {
		t.Errorf("%s: %v, want it to be refused with %q", what, err, says)
	}
}
