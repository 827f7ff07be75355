// Package films gives tests real recordings, which other projects publish as their own
// test data inside Go modules: so the module proxy serves them, and go.sum proves them.
package films

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// The modules stand in a module file of their own, which nothing is built from, so that they
// are no dependencies of Lectern's.
var (
	//go:embed films.mod
	goMod []byte
	//go:embed films.sum
	goSum []byte
)

// Modules that have recordings.
const (
	mp4ff = "github.com/Eyevinn/mp4ff"
	tag   = "github.com/dhowden/tag"
)

var folders = sync.OnceValues(download)

// MP4FF gives the path of a file of github.com/Eyevinn/mp4ff, such as
// "mp4/testdata/bbb_prog_10s.mp4". It must not be written to.
func MP4FF(tb testing.TB, path string) string {
	tb.Helper()
	return file(tb, mp4ff, path)
}

// Tag gives the path of a file of github.com/dhowden/tag, such as
// "testdata/with_tags/sample.m4a". It must not be written to.
func Tag(tb testing.TB, path string) string {
	tb.Helper()
	return file(tb, tag, path)
}

func file(tb testing.TB, module, path string) string {
	tb.Helper()
	found, err := folders()
	if err != nil {
		tb.Fatalf("the recordings for tests are Go modules that cannot be downloaded: %v", err)
	}
	path = filepath.Join(found[module], filepath.FromSlash(path))
	if _, err := os.Stat(path); err != nil {
		tb.Fatal(err)
	}
	return path
}

// download has go fetch the modules, or find them in its cache, and gives their folders.
func download() (map[string]string, error) {
	dir, err := os.MkdirTemp("", "lectern-films-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for name, content := range map[string][]byte{"go.mod": goMod, "go.sum": goSum} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	cmd := exec.Command("go", "mod", "download", "-json", mp4ff, tag)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go mod download: %w: %s%s", err, out, said.Bytes())
	}
	found := map[string]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var module struct{ Path, Dir string }
		if err := decoder.Decode(&module); err != nil {
			return nil, err
		}
		found[module.Path] = module.Dir
	}
	return found, nil
}
