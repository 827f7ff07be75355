package db

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// When the files of a library are replaced under a process that uses it, nothing more is
// acknowledged, and the process is told at once.
func TestChange_FailsOnceTheFilesAreReplaced(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string]func(l *fileLibrary, copied string) error{
		"mv copy.db lectern.db": func(l *fileLibrary, copied string) error { return os.Rename(copied, l.path) },
		"rm lectern.db":         func(l *fileLibrary, _ string) error { return os.Remove(l.path) },
		"rm lectern.db-wal":     func(l *fileLibrary, _ string) error { return os.Remove(l.path + logSuffix) },
		"mv the folder": func(l *fileLibrary, _ string) error {
			return os.Rename(filepath.Dir(l.path), filepath.Dir(l.path)+".moved")
		},
		"cp copy.db lectern.db": func(l *fileLibrary, copied string) error {
			copyFile(l.t, copied, l.path)
			return nil
		},
		": > lectern.db": func(l *fileLibrary, _ string) error { return os.Truncate(l.path, 0) },
	} {
		for _, waits := range []bool{false, true} { // for the guard to look by itself
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := &fileLibrary{t: t, path: filepath.Join(t.TempDir(), "folder", "library.db")}
				s.start()
				s.change(20)
				copied := s.backup()
				s.change(40)
				if err := s.raw.Close(); err != nil {
					t.Fatal(err)
				}
				if err := replace(s, copied); err != nil {
					t.Fatal(err)
				}
				if waits {
					select {
					case <-s.db.Replaced():
					case <-time.After(time.Minute):
						t.Fatal("nobody notices")
					}
				}
				lost := func(err error) bool {
					_, ok := errors.AsType[*ReplacedError](err)
					return ok && strings.Contains(err.Error(), s.path)
				}
				for range 3 {
					if err := s.try(); !lost(err) {
						t.Fatalf("a change ends with %v", err)
					}
				}
				<-s.db.Replaced()
				if err := s.db.Ping(t.Context()); !lost(err) {
					t.Errorf("Ping: %v", err)
				}
			})
		}
	}
}

// What replaces the database is left as it is, also when the process ends.
func TestClose_LeavesACopyThatWasPutInPlaceAsItIs(t *testing.T) {
	t.Parallel()
	l := newFileLibrary(t)
	l.change(20)
	copied := l.backup()
	l.change(40)
	if err := l.raw.Close(); err != nil {
		t.Fatal(err)
	}
	copyFile(t, copied, l.path)
	if err := l.try(); err == nil {
		t.Fatal("the change is acknowledged")
	}
	if err := l.db.Close(); err != nil {
		t.Fatal(err)
	}
	if contents(t, l.path) != contents(t, copied) {
		t.Error("the copy was changed")
	}
	wantWhole(t, "the copy", copied, 20)
}

// The files of a library are for their owner, whatever the umask, the folder and the modes
// that they had.
func TestOpen_KeepsFilesFromOthers(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "[b] *")
	if err := os.Mkdir(folder, 0o755); err != nil { // as an administrator may have made it
		t.Fatal(err)
	}
	l := &fileLibrary{t: t, path: filepath.Join(folder, "library.db")}
	l.start()
	l.change(1)
	private := func(when string) {
		t.Helper()
		files, err := os.ReadDir(folder)
		if err != nil || len(files) < 4 {
			t.Fatalf("%s: %v, %v", when, files, err)
		}
		for _, file := range files {
			info, err := file.Info()
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %s has mode %v, %v", when, file.Name(), info.Mode(), err)
			}
		}
	}
	private("new")
	copied := l.path + copySuffix + "12-20260901T083000.000000Z"
	if err := os.WriteFile(copied, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{l.path, l.path + logSuffix, l.path + sharedSuffix, l.path + lockSuffix, copied} {
		if err := os.Chmod(name, 0o644); err != nil { // as older programs left it
			t.Fatal(err)
		}
	}
	opens(t, "with open files", l.path, 1)
	private("corrected")
}

// A library behind symbolic links is opened, checked and guarded as any other: SQLite has
// its log beside the file that the link leads to.
func TestOpen_FollowsSymbolicLinks(t *testing.T) {
	t.Parallel()
	l := newFileLibrary(t)
	l.change(2)
	crashed := l.crash()
	link := filepath.Join(t.TempDir(), "link.db")
	folder := filepath.Join(t.TempDir(), "folder")
	if err := errors.Join(os.Symlink(crashed, link), os.Symlink(filepath.Dir(link), folder)); err != nil {
		t.Fatal(err)
	}
	opens(t, "by links", filepath.Join(folder, "link.db"), 2)
	linked := &fileLibrary{t: t, path: link, groups: 2}
	linked.start()
	linked.change(3)
	wantWhole(t, "by its own name", crashed, 5)
}
