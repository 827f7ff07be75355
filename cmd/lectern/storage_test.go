package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/testkit"
)

// swept is what storage check and storage sweep print.
type swept struct {
	Uploads      []int64 `json:"uploads"`
	Bin          []int64 `json:"bin"`
	Strays       []stray `json:"strays"`
	StrayBytes   int64   `json:"stray_bytes"`
	Unknown      []stray `json:"unknown"`
	UnknownBytes int64   `json:"unknown_bytes"`
	Lost         []lost  `json:"lost"`

	Interrupted int `json:"interrupted"`
	Objects     int `json:"objects"`
}

type stray struct {
	Key       string `json:"key"`
	Size      int64  `json:"size"`
	WrittenAt string `json:"written_at"`
}

type lost struct {
	MediaID int64  `json:"media_id"`
	Kind    string `json:"kind"`
	Key     string `json:"key"`
}

// keepOld writes a file as of ten days ago.
func keepOld(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	makeOld(t, path)
}

// makeOld has a file be written ten days ago.
func makeOld(t *testing.T, path string) {
	t.Helper()
	ago := time.Now().Add(-240 * time.Hour)
	if err := os.Chtimes(path, ago, ago); err != nil {
		t.Fatal(err)
	}
}

func isThere(t *testing.T, path string) bool {
	t.Helper()
	_, err := os.Stat(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return err == nil
}

// filmIn makes a library with one upload, and says where its storage and its film are.
func filmIn(t *testing.T, db, data string) (files, film string) {
	t.Helper()
	server := serveAs(t, db, data, "--workers=0")
	id := server.upload()
	server.end()
	files = filepath.Join(strings.TrimPrefix(data, "--data="), "files")
	found, err := filepath.Glob(filepath.Join(files, "media", strconv.FormatInt(id, 10), "*", "original"))
	if err != nil || len(found) != 1 {
		t.Fatalf("there are %v, %v", found, err)
	}
	return files, found[0]
}

func TestStorage_CheckAndSweep(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db, data := "--database="+url, "--data="+t.TempDir()
		files, film := filmIn(t, db, data)
		stray, theirs := filepath.Join(filepath.Dir(film), "part"), filepath.Join(files, "backups", "library.sql")
		keepOld(t, stray)
		keepOld(t, theirs)
		look := func(command string) swept {
			t.Helper()
			var is swept
			lectern(t, "storage", command, db, data, "--json").ok(t).json(t, &is)
			return is
		}
		inFiles := func(path string) string {
			t.Helper()
			key, err := filepath.Rel(files, path)
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
		for _, command := range []string{"check", "sweep"} {
			is := look(command)
			if len(is.Strays) != 1 || is.Strays[0].Key != inFiles(stray) || is.StrayBytes != 3 || is.Objects != 2 || len(is.Lost) != 0 {
				t.Errorf("%s says %+v", command, is)
			}
			if isThere(t, stray) != (command == "check") || !isThere(t, theirs) || !isThere(t, film) {
				t.Errorf("after %s the stray is there: %t, the backup: %t, the film: %t",
					command, isThere(t, stray), isThere(t, theirs), isThere(t, film))
			}
		}
		keepOld(t, stray)
		if err := os.Remove(film); err != nil {
			t.Fatal(err)
		}
		key := inFiles(film)
		text := lectern(t, "storage", "check", db, data).ok(t).stdout
		for _, want := range []string{"unused         " + inFiles(stray), "lost original  media 1: " + key, ", 1 unused objects with 3 bytes, 0 objects with 0 bytes unknown to this database, 1 files lost, "} {
			if !strings.Contains(text, want) {
				t.Errorf("check lacks %q:\n%s", want, text)
			}
		}
		for _, command := range []string{"sweep", "check", "sweep", "check"} { // told each time
			if is := look(command); len(is.Lost) != 1 || is.Lost[0] != (lost{1, "original", key}) {
				t.Errorf("%s says %+v", command, is)
			}
		}
	})
}

// A database that was put back from a backup does not know of the recordings that came
// after it. Their files are all that is left of them, and no sweep deletes them.
func TestStorage_SweepKeepsFilesNewerThanTheDatabase(t *testing.T) {
	folder := t.TempDir()
	current, backup := filepath.Join(folder, "library.db"), filepath.Join(folder, "backup.db")
	db, data := "--database=sqlite:"+current, "--data="+t.TempDir()
	files, film := filmIn(t, db, data)
	copyDatabase(t, current, backup)
	server := serveAs(t, db, data, "--workers=0")
	var later []string
	for range 3 {
		server.upload()
	}
	server.end()
	originals, err := filepath.Glob(filepath.Join(files, "media", "*", "*", "original"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range originals {
		if path != film {
			later = append(later, path)
		}
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(current + suffix); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if err := os.Rename(backup, current); err != nil {
		t.Fatal(err)
	}

	// They are listed at once, and deleted only when they are old.
	var is swept
	lectern(t, "storage", "check", db, data, "--json").ok(t).json(t, &is)
	if len(later) != 3 || len(is.Unknown) != 3 {
		t.Errorf("of %d later files, checking says at once %+v", len(later), is)
	}
	lectern(t, "storage", "sweep", db, data, "--unknown", "--json").ok(t).json(t, &is)
	if len(is.Unknown) != 0 {
		t.Errorf("sweeping deletes files of today: %+v", is)
	}
	for _, path := range originals {
		makeOld(t, path)
	}
	lectern(t, "storage", "sweep", db, data, "--json").ok(t).json(t, &is)
	if len(later) != 3 || len(is.Unknown) != 3 || len(is.Strays) != 0 {
		t.Errorf("of %d later files, sweeping says %+v", len(later), is)
	}
	for _, path := range originals {
		if !isThere(t, path) {
			t.Errorf("%s is gone", path)
		}
	}
	text := lectern(t, "storage", "check", db, data).ok(t).stdout
	if strings.Count(text, "unknown to this database  media/") != 3 {
		t.Errorf("check says:\n%s", text)
	}
	lectern(t, "storage", "sweep", db, data, "--unknown").ok(t)
	for _, path := range later {
		if isThere(t, path) {
			t.Errorf("%s is still there", path)
		}
	}
	if !isThere(t, film) {
		t.Error("the film that the database names is gone")
	}
}

// copyDatabase copies a library of SQLite as its own backup does.
func copyDatabase(t *testing.T, from, to string) {
	t.Helper()
	db, err := sql.Open("sqlite", from)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "VACUUM INTO ?", to); err != nil {
		t.Fatal(err)
	}
}

func TestStorage_Claim(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db, data := "--database="+url, "--data="+t.TempDir()
		files, film := filmIn(t, db, data)
		mounted := filepath.Join(t.TempDir(), "mounted")
		rename := func(from, to string) {
			t.Helper()
			if err := os.Rename(from, to); err != nil {
				t.Fatal(err)
			}
		}
		commands := [][]string{{"serve", "--listen=127.0.0.1:0"}, {"storage", "check"}, {"storage", "sweep"}}
		rename(files, mounted)
		for _, command := range commands {
			lectern(t, append(command, db, data, "--log-level=error")...).is(t, exitRefused, "lectern: "+files+
				" has no lectern.json, but the library has files: a disk may not be mounted, or the folder, bucket or prefix may be wrong;"+
				" if it is this library's storage, confirm it with lectern storage claim")
		}
		others := "--database=sqlite:" + filepath.Join(t.TempDir(), "library.db")
		lectern(t, "user", "create", others, "--name=Bob").ok(t)
		for _, command := range append(commands, []string{"storage", "claim"}) {
			lectern(t, append(command, others, "--storage="+mounted, "--log-level=error")...).is(t, exitRefused, "lectern: "+mounted+
				" belongs to another library, according to its lectern.json: the folder, bucket, prefix or database may be wrong")
		}
		if err := os.Remove(files); err != nil { // which is still empty
			t.Fatal(err)
		}
		rename(mounted, files)
		lectern(t, "storage", "check", db, data).ok(t)
		if !isThere(t, film) {
			t.Error("the film is gone")
		}

		rename(files, mounted)
		if said := lectern(t, "storage", "claim", db, data).ok(t).stdout; said != "Claimed "+files+" as the storage of this library.\n" {
			t.Errorf("claiming says %q", said)
		}
		var claimed struct{ Storage string }
		lectern(t, "storage", "claim", db, data, "--json").ok(t).json(t, &claimed)
		var is swept
		lectern(t, "storage", "check", db, data, "--json").ok(t).json(t, &is)
		if claimed.Storage != files || len(is.Lost) != 1 {
			t.Errorf("of %q it says %+v", claimed.Storage, is)
		}
		serveAs(t, db, data, "--workers=0")
	})
}
