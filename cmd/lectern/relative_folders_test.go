package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// Whatever the folder that the server runs in is called, and however its settings name others
// from there, what is uploaded and has to be encoded becomes what plays.
func TestProcess_FinishesRecordingsInRelativeFolders(t *testing.T) {
	testkit.NeedsMore(t, "film")
	t.Parallel()
	for name, c := range map[string]struct {
		folder   string
		settings []string
		film     []string // how ffmpeg encodes what is uploaded
		kept     []string // where the library is then, from the folder
	}{
		"with nothing but defaults": {
			"ä [b] 100% #1?", nil, []string{"-c:v", "libx264", "-pix_fmt", "yuv444p"}, []string{"lectern-data/lectern.db", "lectern-data/files/lectern.json"},
		},
		"with folders of their own": {
			"a/b c",
			[]string{"LECTERN_DATA=link", "LECTERN_DATABASE=sqlite:../kept.db", "LECTERN_STORAGE=./x/../files"},
			[]string{"-c:v", "libx265", "-x265-params", "log-level=none"},
			[]string{"../kept.db", "files/lectern.json", "linked/work"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), c.folder)
			program, err := filepath.Abs(os.Args[0])
			if err == nil {
				err = os.MkdirAll(filepath.Join(folder, "linked"), 0o700)
			}
			if err == nil {
				err = os.Symlink("linked", filepath.Join(folder, "link"))
			}
			if err == nil {
				err = os.Symlink(program, filepath.Join(folder, "lectern"))
			}
			if err != nil {
				t.Fatal(err)
			}
			film(t, filepath.Join(folder, "lecture.mp4"), c.film...)
			term := terminal{t, folder, append(c.settings, asProgram+"=1", "LECTERN_LISTEN=127.0.0.1:0")}

			run := readmeBlocks(t, "Run it")
			_, begin, _ := strings.Cut(run[0], "\n") // it is built already
			server := term.start("set -e\n" + begin)
			base := server.until(regexp.MustCompile(`^Listening on \S+ \(public URL (http://\S+)\)\.\n`))[1]
			printed, complaints, err := term.paste(strings.ReplaceAll(run[1], "http://127.0.0.1:8080", base))
			if err != nil || complaints != "" || !strings.Contains(printed, `"stage":"finished"`) {
				t.Fatalf("uploading: %v: %s\n%s", err, complaints, printed)
			}
			plays(t, lastURL(t, printed))
			for _, path := range c.kept {
				if _, err := os.Stat(filepath.Join(folder, path)); err != nil {
					t.Error(err)
				}
			}
			server.interrupt()
		})
	}
}
