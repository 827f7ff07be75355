package content_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/content"
)

// only gives the one object of a name in the folder of the store, as a file.
func only(tb testing.TB, root, pattern string) string {
	tb.Helper()
	found, err := filepath.Glob(filepath.Join(root, "media", "*", "*", pattern))
	if err != nil || len(found) != 1 {
		tb.Fatalf("%s: there are %q (%v)", pattern, found, err)
	}
	return found[0]
}

func TestTus_CopiesNothingOnADisk(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	s := newStage(t, root, content.Options{})
	data := noise(900_000, 1)
	address := create(t, s, 7, len(data))
	patch(t, address, 0, data[:300_000]).wants(t, 204)
	patch(t, address, 300_000, data[300_000:600_000]).wants(t, 204)
	part, err := os.Stat(only(t, root, "part-*"))
	if err != nil {
		t.Fatal(err)
	}
	patch(t, address, 600_000, data[600_000:]).wants(t, 204)
	original, err := os.Stat(only(t, root, "original"))
	if err != nil || !os.SameFile(part, original) {
		t.Errorf("the part was copied (%v)", err)
	}
	s.wantsUpload(t, 7, data)
	if keys := s.keys(t); len(keys) != 2 { // the original and the announcement
		t.Errorf("stored are %q", keys)
	}
}

// A PATCH of more than one stretch counts stretch by stretch: what a server that is killed
// in the second one leaves is the first.
func TestTus_LosesNoMoreThanAStretchToAKill(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	data := noise(64<<20+200_000, 1)
	first := newStage(t, root, content.Options{})
	address := create(t, first, 7, len(data))
	patch(t, address, 0, data[:64<<20+100_000]).wants(t, 204)

	// What the killed one wrote and had not made safe is behind what counts.
	part := only(t, root, "part-*")
	file, err := os.OpenFile(part, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(noise(70_000, 9)); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	second := newStage(t, root, content.Options{})
	address = strings.Replace(address, first.url, second.url, 1)
	if got := offsetOf(t, address); got != 64<<20+100_000 {
		t.Fatalf("after the kill, the offset is %d", got)
	}
	patch(t, address, 64<<20+100_000, data[64<<20+100_000:]).wants(t, 204)
	second.wantsUpload(t, 7, data)
}

// No matter who writes, how it breaks off, and whether or not a writer is slow: every node
// says at least what was acknowledged, and the bytes are the client's.
func TestTus_TakesTurnsOnSeveralNodes(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	root := t.TempDir()
	data := noise(2_000_000, 4)
	nodes := []*stage{newStage(t, root, content.Options{}), newStage(t, root, content.Options{})}
	address := create(t, nodes[0], 7, len(data))
	at := func(s *stage) string { return strings.Replace(address, nodes[0].url, s.url, 1) }
	for acknowledged := 0; acknowledged < len(data); {
		switch chance.IntN(12) {
		case 0: // a node dies, and another takes its place
			nodes[1] = newStage(t, root, content.Options{})
		case 1, 2, 3:
			breakOff(t, at(nodes[chance.IntN(2)]), acknowledged, data[acknowledged:], chance.IntN(min(200_000, len(data)-acknowledged)))
		}
		node := nodes[chance.IntN(2)]
		offset := offsetOf(t, at(node))
		if offset < acknowledged {
			t.Fatalf("a node is at %d, acknowledged were %d", offset, acknowledged)
		}
		end := min(len(data), offset+1+chance.IntN(200_000))
		switch got := patch(t, at(node), offset, data[offset:end]); got.StatusCode {
		case http.StatusNoContent:
			acknowledged = end
		case http.StatusConflict, http.StatusLocked: // one that broke off was not at its end yet
		default:
			t.Fatalf("PATCH at %d: %d %s", offset, got.StatusCode, got.body)
		}
	}
	told := append(nodes[0].uploads(), nodes[1].uploads()...)
	if len(told) == 0 {
		t.Fatal("nobody was told")
	}
	for _, upload := range told {
		object, err := nodes[0].store.Open(t.Context(), upload.Key)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(object)
		if err = errors.Join(err, object.Close()); err != nil || !bytes.Equal(got, data) || upload.SHA256 != sha256.Sum256(data) {
			t.Errorf("stored are %d bytes, or others (%v)", len(got), err)
		}
	}
}

// failing is a store in a folder whose disk breaks.
type failing struct {
	*blob.Disk
	broken func(key string) bool
}

var errBroken = errors.New("input/output error")

func (f *failing) Put(ctx context.Context, key string, r io.Reader, mimeType string) (blob.Info, error) {
	if f.broken(key) {
		return blob.Info{}, errBroken
	}
	return f.Disk.Put(ctx, key, r, mimeType)
}

func (f *failing) Append(ctx context.Context, key string, size int64, r io.Reader) (int64, error) {
	if f.broken(key) {
		r = io.MultiReader(io.LimitReader(r, 10), brokenReader{})
	}
	return f.Disk.Append(ctx, key, size, r)
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

func TestTus_OutlivesFailingWrites(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]string{"of bytes": "/part-", "of marks": "/mark-"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			disk, err := blob.NewDisk(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			calls := 0
			s := newStageOver(t, &failing{disk, func(key string) bool {
				if strings.Contains(key, kind) {
					calls++
				}
				return strings.Contains(key, kind) && calls%3 == 2
			}}, content.Options{})
			data := noise(500_000, 5)
			address := create(t, s, 7, len(data))
			failed := 0
			for offset := 0; offset < len(data); {
				end := min(len(data), offset+50_000)
				switch got := patch(t, address, offset, data[offset:end]); got.StatusCode {
				case http.StatusNoContent:
				case http.StatusInternalServerError:
					failed++
				default:
					t.Fatalf("PATCH at %d: %d %s", offset, got.StatusCode, got.body)
				}
				now := offsetOf(t, address)
				if now != offset && now != end {
					t.Fatalf("the offset is %d after a PATCH from %d to %d", now, offset, end)
				}
				offset = now
			}
			if failed == 0 {
				t.Error("nothing failed")
			}
			s.wantsUpload(t, 7, data)
		})
	}
}

// Where the upload is, is Lectern's own word: whatever a proxy or a stranger writes into
// the request's headers.
func TestTus_SaysItsOwnAddress(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), content.Options{})
	proxied := newStageOver(t, s.store, content.Options{Signer: s.newSigner(t, "https://media.school.test")})
	for name, c := range map[string]struct {
		stage *stage
		want  string
	}{
		"behind a proxy that ends TLS": {proxied, "https://media.school.test"},
		"reached directly":             {s, s.url},
	} {
		path := strings.TrimPrefix(s.signer.TusURL(embedOf(7), c.stage.clock().Add(time.Hour)), s.url)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.stage.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "stranger.test"
		for header, value := range map[string]string{
			"Tus-Resumable": "1.0.0", "Upload-Length": "5", "X-Forwarded-Host": "stranger.test",
			"X-Forwarded-Proto": "gopher", "Forwarded": "host=stranger.test;proto=http",
		} {
			request.Header.Set(header, value)
		}
		answer, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		location := answer.Header.Get("Location")
		if answer.StatusCode != http.StatusCreated || !strings.HasPrefix(location, c.want+path) {
			t.Errorf("%s: %d, Location %q, want one below %q", name, answer.StatusCode, location, c.want+path)
		}
		if upload := c.stage.url + strings.TrimPrefix(location, c.want); offsetOf(t, upload) != 0 {
			t.Errorf("%s: the upload at %s does not begin", name, upload)
		}
	}
	if _, err := content.New(content.Options{Store: s.store, Signer: s.newSigner(t, ""), Uploads: s}); err == nil {
		t.Error("a handler without an address of its own was made")
	}
}
