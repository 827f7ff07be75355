package blob_test

import (
	"os"
	"path/filepath"
	"testing"
)

// Operators put a store, or a folder of it, on another disk by a symbolic link.
func TestDisk_FollowsTheLinksOfItsOperator(t *testing.T) {
	t.Parallel()
	elsewhere, root := t.TempDir(), filepath.Join(t.TempDir(), "files")
	if err := os.Symlink(elsewhere, root); err != nil {
		t.Fatal(err)
	}
	store := open(t, root)
	put(t, store, "media/1/a", []byte("one"))
	if err := os.Rename(filepath.Join(root, "media"), filepath.Join(root, "moved")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("moved", filepath.Join(root, "media")); err != nil {
		t.Fatal(err)
	}
	for prefix, want := range map[string]int{"media/": 1, "media/1/": 1} {
		if got := keys(t, store, prefix); len(got) != want {
			t.Errorf("below %q there are %q", prefix, got)
		}
	}
	if err := os.Remove(filepath.Join(root, "media")); err != nil {
		t.Fatal(err)
	}
	if got := keys(t, store, ""); len(got) != 1 || got[0] != "moved/1/a" {
		t.Errorf("there are %q", got)
	}
}
