package content_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/seal"
	"github.com/lectern-media/lectern/internal/testkit"
)

// stage is a server over an empty store, and a library that says yes.
type stage struct {
	store  blob.Store
	signer *content.Signer
	url    string
	log    logLines

	mu       sync.Mutex
	now      time.Time
	refuse   map[library.MediaID]error // by MayUpload
	reject   error                     // by Uploaded
	uploaded []content.Upload
	current  map[library.MediaID]string // keys
	archived map[library.MediaID]bool
	told     chan content.Upload // gets each that is uploaded, where a test waits for it
}

func (s *stage) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *stage) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// embedOf is the embed id of a media item of every stage.
func embedOf(media library.MediaID) (embed uuid.UUID) {
	binary.BigEndian.PutUint64(embed[8:], uint64(media))
	return embed
}

// FindUpload is library's part.
func (s *stage) FindUpload(_ context.Context, embed uuid.UUID) (library.MediaID, error) {
	media := library.MediaID(binary.BigEndian.Uint64(embed[8:]))
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refuse[media]; library.KindOf(err) == library.KindNotFound {
		return 0, err
	}
	return media, nil
}

// MayUpload is library's part.
func (s *stage) MayUpload(ctx context.Context, embed uuid.UUID, _ int64) (library.MediaID, error) {
	media, err := s.FindUpload(ctx, embed)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return media, s.refuse[media]
}

// Announce is library's part.
func (s *stage) Announce(ctx context.Context, embed uuid.UUID, size int64) (library.MediaID, error) {
	return s.MayUpload(ctx, embed, size)
}

// MayServe is library's part.
func (s *stage) MayServe(_ context.Context, media library.MediaID, downloadsArchived bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.archived[media] && !downloadsArchived {
		return library.Forbidden("this recording is archived")
	}
	return s.refuse[media]
}

// BeginRun is library's part.
func (*stage) BeginRun(context.Context) (uuid.UUID, error) { return uuid.New(), nil }

// Uploaded is library's part.
func (s *stage) Uploaded(_ context.Context, upload content.Upload) (replaced string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reject != nil {
		return "", s.reject
	}
	s.uploaded = append(s.uploaded, upload)
	if s.told != nil {
		s.told <- upload
	}
	replaced, s.current[upload.Media] = s.current[upload.Media], upload.Key
	return replaced, nil
}

func (s *stage) uploads() []content.Upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]content.Upload(nil), s.uploaded...)
}

// onEach runs a test on a server over each kind of store.
func onEach(t *testing.T, test func(t *testing.T, s *stage)) {
	t.Helper()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		test(t, newStage(t, address, content.Options{}))
	})
}

func newStage(tb testing.TB, address string, options content.Options) *stage {
	tb.Helper()
	store, err := blob.Open(address)
	if err != nil {
		tb.Fatal(err)
	}
	return newStageOver(tb, store, options)
}

// newStageOver is newStage over a store. The addresses are the options' signer's, where
// they have one.
func newStageOver(tb testing.TB, store blob.Store, options content.Options) *stage {
	tb.Helper()
	s := &stage{store: store, log: make(logLines, 1000), now: time.Unix(1_800_000_000, 0), refuse: map[library.MediaID]error{}, current: map[library.MediaID]string{}, archived: map[library.MediaID]bool{}}
	server := httptest.NewUnstartedServer(nil)
	// As the real one: limits that would cut off what takes long.
	server.Config.ReadTimeout, server.Config.WriteTimeout = 500*time.Millisecond, time.Second
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	s.url = "http://" + server.Listener.Addr().String()
	if options.Signer == nil {
		options.Signer = s.newSigner(tb, s.url)
	}
	s.signer = options.Signer
	options.Store, options.Uploads, options.Media = s.store, s, s
	options.Logger = slog.New(slog.NewTextHandler(s.log, nil))
	server.Config.Handler = newHandler(tb, options)
	server.Start()
	tb.Cleanup(server.Close)
	return s
}

// newHandler serves content as a whole server does.
func newHandler(tb testing.TB, options content.Options) http.Handler {
	tb.Helper()
	handler, err := content.New(options)
	if err != nil {
		tb.Fatal(err)
	}
	return front.New(front.Options{Logger: options.Logger}, handler.RouteGroup())
}

// logLines takes the first lines of a log.
type logLines chan string

// Write takes a line.
func (l logLines) Write(line []byte) (int, error) {
	select {
	case l <- string(line):
	default:
	}
	return len(line), nil
}

// wants waits until the log has a text.
func (l logLines) wants(t *testing.T, text string) {
	t.Helper()
	for {
		select {
		case line := <-l:
			if strings.Contains(line, text) {
				return
			}
		case <-time.After(10 * time.Second):
			t.Errorf("the log lacks %q", text)
			return
		}
	}
}

// sealsOf returns seals by the key of every stage.
func sealsOf(tb testing.TB, clock func() time.Time) *seal.Signer {
	tb.Helper()
	seals, err := seal.New(tb.Context(), seal.Static(seal.Key{ID: "AAAAAAAA", Secret: bytes.Repeat([]byte("k"), 32)}), clock)
	if err != nil {
		tb.Fatal(err)
	}
	return seals
}

// newSigner returns a signer with the key of every stage.
func (s *stage) newSigner(tb testing.TB, base string) *content.Signer {
	tb.Helper()
	return content.NewSigner(sealsOf(tb, s.clock), base, s.clock)
}

func (s *stage) put(tb testing.TB, key, mimeType string, data []byte) {
	tb.Helper()
	if _, err := s.store.Put(tb.Context(), key, bytes.NewReader(data), mimeType); err != nil {
		tb.Fatal(err)
	}
}

func (s *stage) keys(tb testing.TB) (keys []string) {
	tb.Helper()
	if err := s.store.List(tb.Context(), "", func(info blob.Info) error {
		keys = append(keys, info.Key)
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	return keys
}
