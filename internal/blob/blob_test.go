package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/testkit"
)

// onEach runs a test on an empty store of each kind.
func onEach(t *testing.T, test func(t *testing.T, store blob.Store)) {
	t.Helper()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		test(t, open(t, address))
	})
}

func open(tb testing.TB, address string) blob.Store {
	tb.Helper()
	store, err := blob.Open(address)
	if err != nil {
		tb.Fatal(err)
	}
	return store
}

// noise is n bytes that are the same for the same seed.
func noise(n int, seed uint64) []byte {
	chance := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	data := make([]byte, n)
	_, _ = chance.Read(data)
	return data
}

func put(tb testing.TB, store blob.Store, key string, data []byte) blob.Info {
	tb.Helper()
	info, err := store.Put(tb.Context(), key, bytes.NewReader(data), "")
	if err != nil {
		tb.Fatal(err)
	}
	return info
}

func read(tb testing.TB, store blob.Store, key string) []byte {
	tb.Helper()
	object, err := store.Open(tb.Context(), key)
	if err != nil {
		tb.Fatal(err)
	}
	defer object.Close()
	data, err := io.ReadAll(object)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func keys(tb testing.TB, store blob.Store, prefix string) []string {
	tb.Helper()
	var found []string
	if err := store.List(tb.Context(), prefix, func(info blob.Info) error {
		found = append(found, info.Key)
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	slices.Sort(found)
	return found
}

func TestPut_KeepsBytesOfAnySize(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		for _, size := range []int{0, 1, 5000, 8<<20 - 1, 8 << 20, 8<<20 + 1, 16 << 20, 21 << 20} {
			want := noise(size, uint64(size))
			key := fmt.Sprintf("media/%d/original", size)
			info, err := store.Put(t.Context(), key, iotest.HalfReader(bytes.NewReader(want)), "video/quicktime")
			if err != nil {
				t.Fatal(err)
			}
			if info.Key != key || info.Size != int64(size) || info.MIMEType != "video/quicktime" || info.ModTime.IsZero() ||
				!strings.HasPrefix(info.ETag, `"`) || len(info.ETag) < 3 || !strings.HasSuffix(info.ETag, `"`) {
				t.Errorf("Put of %d bytes says %+v", size, info)
			}
			if got, err := store.Stat(t.Context(), key); err != nil || got != info {
				t.Errorf("Stat says %+v (%v), Put said %+v", got, err, info)
			}
			if got := read(t, store, key); sha256.Sum256(got) != sha256.Sum256(want) {
				t.Errorf("%d bytes came back as %d others", size, len(got))
			}
		}
	})
}

func TestPut_TakesTheTypeFromTheKeyWhereNoneIsGiven(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		for key, want := range map[string]string{
			"a/master.m3u8": "application/vnd.apple.mpegurl", "a/x.mp4": "video/mp4", "a/original": "application/octet-stream",
		} {
			for _, given := range []string{
				"", "no type\r\nX-Header: 1", "video", strings.Repeat("x", 300), "video/mp4; name=" + strings.Repeat("x", 300),
				"video/mp4; name=\"caf\xe9.mp4\"", "video/mp4; name=\"a\x00\"", "video/mp4\x00",
			} {
				info, err := store.Put(t.Context(), key, strings.NewReader("x"), given)
				if err != nil || info.MIMEType != want {
					t.Errorf("%s with %q is %q (%v), want %q", key, given, info.MIMEType, err, want)
				}
			}
		}
	})
}

func TestPut_SpellsTypesAsIsUsual(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		for given, want := range map[string]string{
			"VIDEO/MP4": "video/mp4", "text/VTT;charset=utf-8": "text/vtt; charset=utf-8",
		} {
			info, err := store.Put(t.Context(), "a/original", strings.NewReader("x"), given)
			if err != nil || info.MIMEType != want {
				t.Errorf("%q is %q (%v), want %q", given, info.MIMEType, err, want)
			}
		}
	})
}

func TestPut_ReplacesWholeObjectsWithAnotherETag(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		first := put(t, store, "a/b", noise(1000, 1))
		second := put(t, store, "a/b", noise(1000, 2))
		if first.ETag == second.ETag {
			t.Errorf("other bytes have the same ETag %s", first.ETag)
		}
		if !bytes.Equal(read(t, store, "a/b"), noise(1000, 2)) {
			t.Error("the second bytes are not there")
		}
	})
}

// A reader may fail at any place: in the first part, at its end, in a later one; and by
// the very error that io.ReadFull gives for a short end.
func TestPut_OfAFailingReaderLeavesNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		for _, size := range []int{0, 1, 100, 8<<20 - 1, 8 << 20, 9 << 20, 17 << 20} {
			for _, failure := range []error{errors.New("the client went"), io.ErrUnexpectedEOF} {
				r := io.MultiReader(bytes.NewReader(noise(size, 1)), iotest.ErrReader(failure))
				if _, err := store.Put(t.Context(), "a/b", r, ""); !errors.Is(err, failure) {
					t.Errorf("after %d bytes: %v, want %v", size, err, failure)
				}
				if _, err := store.Stat(t.Context(), "a/b"); !errors.Is(err, blob.ErrNotFound) {
					t.Errorf("after %d bytes: Stat %v, want not found", size, err)
				}
			}
		}
		left, err := store.SweepInterrupted(t.Context(), "", tomorrow(), true)
		if err != nil || left != 0 {
			t.Errorf("%d interrupted writes are left (%v)", left, err)
		}
	})
}

// tomorrow is after everything that a test writes, whatever the store's clock.
func tomorrow() time.Time { return clock().Add(24 * time.Hour) }

func clock() time.Time {
	clock := time.Now
	return clock()
}

func TestPut_EndsWithItsContextAndLeavesNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		endless := &cancelling{after: 10 << 20, cancel: cancel}
		if _, err := store.Put(ctx, "a/b", endless, ""); !errors.Is(err, context.Canceled) {
			t.Errorf("Put says %v, want that it was cancelled", err)
		}
		if left, err := store.SweepInterrupted(t.Context(), "", tomorrow(), true); err != nil || left != 0 {
			t.Errorf("%d interrupted writes are left (%v)", left, err)
		}
		if got := keys(t, store, ""); len(got) > 0 {
			t.Errorf("there are %q", got)
		}
	})
}

// cancelling is an endless reader that cancels after some bytes.
type cancelling struct {
	after  int
	cancel func()
}

func (r *cancelling) Read(p []byte) (int, error) {
	if r.after -= len(p); r.after <= 0 {
		r.cancel()
	}
	return len(p), nil
}

func TestOpen_ReadsFromAnyPlace(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		data := noise(3<<20+17, 7)
		put(t, store, "a/b", data)
		object, err := store.Open(t.Context(), "a/b")
		if err != nil {
			t.Fatal(err)
		}
		defer object.Close()
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		chance := rand.New(rand.NewPCG(seed, 0))
		model := bytes.NewReader(data)
		for range 200 {
			whence := chance.IntN(3)
			offset := chance.Int64N(int64(len(data))+100) - int64(whence/2)*int64(len(data))
			if whence == io.SeekCurrent {
				offset = chance.Int64N(5000) - 2500
			}
			got, gotErr := object.Seek(offset, whence)
			want, wantErr := model.Seek(offset, whence)
			if (gotErr != nil) != (wantErr != nil) || gotErr == nil && got != want {
				t.Fatalf("Seek(%d, %d) = %d, %v; want %d, %v", offset, whence, got, gotErr, want, wantErr)
			}
			n := chance.IntN(1 << uint(chance.IntN(21)))
			gotBytes, gotErr := io.ReadAll(io.LimitReader(object, int64(n)))
			wantBytes, _ := io.ReadAll(io.LimitReader(model, int64(n)))
			if gotErr != nil || !bytes.Equal(gotBytes, wantBytes) {
				t.Fatalf("%d bytes from %d: got %d others, %v", n, want, len(gotBytes), gotErr)
			}
		}
	})
}

func TestStore_SaysWhatIsNotThere(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		put(t, store, "a/b/c", []byte("x"))
		for _, key := range []string{"nothing", "a/b/d", "a/b", "a", "a/b/c/d"} {
			if _, err := store.Stat(t.Context(), key); !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("Stat(%s): %v", key, err)
			}
			if object, err := store.Open(t.Context(), key); !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("Open(%s): %v, %v", key, object, err)
			}
			if _, err := store.File(t.Context(), key, t.TempDir()); !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("File(%s): %v", key, err)
			}
			if err := store.Delete(t.Context(), key); err != nil {
				t.Errorf("Delete(%s): %v", key, err)
			}
		}
		if got := keys(t, store, ""); !slices.Equal(got, []string{"a/b/c"}) {
			t.Errorf("there are %q", got)
		}
	})
}

func TestStore_RefusesWhatIsNoKey(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		for _, key := range []string{
			"", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/..", ".", "./a", ".put-x", "a/.put-x", "a\x00b", "a\nb", `a\b`,
			"a b", "ä", "a\xff", "a?b", "a%2e", strings.Repeat("x", 201), strings.Repeat("abc/", 128) + "a",
		} {
			_, putErr := store.Put(t.Context(), key, strings.NewReader("x"), "")
			_, openErr := store.Open(t.Context(), key)
			_, statErr := store.Stat(t.Context(), key)
			_, fileErr := store.File(t.Context(), key, t.TempDir())
			for _, err := range []error{putErr, openErr, statErr, fileErr, store.Delete(t.Context(), key)} {
				if !errors.Is(err, blob.ErrKey) {
					t.Errorf("%q: %v, want that it is no key", key, err)
				}
			}
		}
	})
}

func TestList_ReturnsKeysWithThePrefix(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		all := []string{"media/1/a/original", "media/1/b/hls/720p.mp4", "media/1-x", "media/10/a", "media/2/a", "other"}
		for _, key := range all {
			put(t, store, key, []byte(key))
		}
		for _, prefix := range []string{"", "media", "media/", "media/1", "media/1/", "media/1/a", "media/1/b/hls/", "o", "nothing", "nothing/at/all", "other/x"} {
			var want []string
			for _, key := range all {
				if strings.HasPrefix(key, prefix) {
					want = append(want, key)
				}
			}
			slices.Sort(want)
			if got := keys(t, store, prefix); !slices.Equal(got, want) {
				t.Errorf("List(%q) = %q, want %q", prefix, got, want)
			}
		}
		stop := errors.New("enough")
		if err := store.List(t.Context(), "", func(info blob.Info) error {
			if info.Size != int64(len(info.Key)) {
				t.Errorf("List says %+v", info)
			}
			return stop
		}); !errors.Is(err, stop) {
			t.Errorf("List ended with %v", err)
		}
	})
}

func TestFile_HasTheBytes(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		data := noise(2<<20, 3)
		put(t, store, "a/b.mp4", data)
		name, err := store.File(t.Context(), "a/b.mp4", t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, data) {
			t.Errorf("the file has %d bytes (%v)", len(got), err)
		}
	})
}

// Puts and Deletes of neighbours make and remove the same folders on a disk. (So they do
// in the tests' S3 server, which loses objects over it; there each has its own.)
func TestStore_ChangesNeighboursAtTheSameTime(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		var group sync.WaitGroup
		for worker := range 8 {
			group.Go(func() {
				key := fmt.Sprintf("a/b/c/%d", worker)
				if _, disk := store.(*blob.Disk); !disk {
					key = fmt.Sprintf("a%d/b", worker)
				}
				for round := range 20 {
					if _, err := store.Put(t.Context(), key, bytes.NewReader(noise(100, uint64(round))), ""); err != nil {
						t.Error(err)
					}
					if err := store.Delete(t.Context(), key); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if got := keys(t, store, ""); len(got) > 0 {
			t.Errorf("there are %q", got)
		}
	})
}

func TestPing_SaysWhetherItAnswers(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		if err := store.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
	gone := open(t, strings.Replace(testkit.S3(t), "s3://", "s3://no-", 1))
	if err := gone.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "no bucket") {
		t.Errorf("Ping of a bucket that is not there: %v", err)
	}
}
