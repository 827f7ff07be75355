package blob_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/lectern-media/lectern/internal/blob"
)

func appender(tb testing.TB, root string) blob.Appender {
	tb.Helper()
	store, ok := open(tb, root).(blob.Appender)
	if !ok {
		tb.Fatal("a folder cannot append")
	}
	return store
}

// An object that is lengthened again and again, with failures in between and bytes behind
// it that a killed process left, has what the model has.
func TestAppend_KeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	root := t.TempDir()
	store := appender(t, root)
	model := noise(1000, 1)
	put(t, store, "a/b", model)
	for round := range 60 {
		more := noise(chance.IntN(700_000), uint64(round))
		switch chance.IntN(4) {
		case 0:
			failure := errors.New("the client went")
			r := io.MultiReader(bytes.NewReader(more), iotest.ErrReader(failure))
			if n, err := store.Append(t.Context(), "a/b", int64(len(model)), r); !errors.Is(err, failure) || n != 0 {
				t.Fatalf("got %d, %v; want 0 and the failure", n, err)
			}
		case 1: // as a process that is killed while it appends
			file, err := os.OpenFile(filepath.Join(root, "a", "b"), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := file.Write(more); err != nil {
				t.Fatal(err)
			}
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
			if got := read(t, store, "a/b"); !bytes.Equal(got[:len(model)], model) {
				t.Fatal("the bytes that were there are others")
			}
			continue
		default:
			if n, err := store.Append(t.Context(), "a/b", int64(len(model)), bytes.NewReader(more)); err != nil || n != int64(len(more)) {
				t.Fatalf("got %d, %v; want %d", n, err, len(more))
			}
			model = append(model, more...)
		}
		if got := read(t, store, "a/b"); !bytes.Equal(got, model) {
			t.Fatalf("got %d bytes, want %d", len(got), len(model))
		}
	}
	if got := keys(t, store, ""); len(got) != 1 {
		t.Errorf("there are %q", got)
	}
}

func TestAppend_RefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	store := appender(t, t.TempDir())
	put(t, store, "a/b", []byte("12345"))
	if _, err := store.Append(t.Context(), "a/b", 6, bytes.NewReader([]byte("7"))); err == nil {
		t.Error("a byte was appended behind one that is not there")
	}
	if got := read(t, store, "a/b"); string(got) != "12345" {
		t.Errorf("there is %q", got)
	}
	if _, err := store.Append(t.Context(), "a/c", 0, bytes.NewReader([]byte("1"))); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("no object: %v", err)
	}
	if _, err := store.Append(t.Context(), "../b", 0, bytes.NewReader([]byte("1"))); !errors.Is(err, blob.ErrKey) {
		t.Errorf("no key: %v", err)
	}
}
