package blob_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/lectern-media/lectern/internal/blob"
)

func TestPutFile_KeepsTheBytesWhateverBecomesOfTheFile(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, store blob.Store) {
		made, want := filepath.Join(t.TempDir(), "made"), noise(100_000, 5)
		if err := os.WriteFile(made, want, 0o644); err != nil {
			t.Fatal(err)
		}
		put(t, store, "a/b.mp4", []byte("before"))
		info, err := store.PutFile(t.Context(), "a/b.mp4", made, "video/mp4")
		if err != nil || info.Size != int64(len(want)) || info.MIMEType != "video/mp4" {
			t.Fatalf("got %+v, %v", info, err)
		}
		if err := os.Remove(made); err != nil { // it is still the caller's
			t.Fatal(err)
		}
		if got := read(t, store, "a/b.mp4"); !bytes.Equal(got, want) {
			t.Errorf("got %d other bytes", len(got))
		}
		if _, err := store.PutFile(t.Context(), "a/c", made, ""); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a file that is gone: got %v", err)
		}
		if got := keys(t, store, ""); len(got) != 1 {
			t.Errorf("there are %q", got)
		}
	})
}

func TestPutFile_CopiesNothingOnOneDisk(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	store, made := open(t, filepath.Join(parent, "storage")), filepath.Join(parent, "made")
	if err := os.WriteFile(made, []byte("bytes"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := store.PutFile(t.Context(), "a/b", made, ""); err != nil {
		t.Fatal(err)
	}
	kept, err := os.Stat(filepath.Join(parent, "storage", "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	if file, err := os.Stat(made); err != nil || !os.SameFile(kept, file) {
		t.Errorf("the file was copied (%v)", err)
	}
	if kept.Mode().Perm() != 0o600 {
		t.Errorf("others may do %v", kept.Mode())
	}
}
