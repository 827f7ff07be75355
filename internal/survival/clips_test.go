package survival

import (
	"crypto/rand"
	"encoding/binary"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// clips are recordings of a second or two: one that plays as it is, one that must be
// re-encoded, and a sound.
type clips struct {
	files  [][]byte
	server *httptest.Server // gives them away

	mu      sync.Mutex
	offered map[string][]byte // by path
}

func newClips(t *testing.T) *clips {
	t.Helper()
	c := &clips{offered: map[string][]byte{}}
	dir := t.TempDir()
	for name, args := range map[string]string{
		"plays.mp4": "-f lavfi -i testsrc2=s=320x180:r=25 -f lavfi -i sine -t 2 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -movflags +faststart",
		"old.mp4":   "-f lavfi -i testsrc2=s=320x180:r=25 -f lavfi -i sine -t 2 -c:v mpeg4 -c:a aac",
		"sound.m4a": "-f lavfi -i sine -t 2 -c:a aac",
	} {
		path := filepath.Join(dir, name)
		command := exec.CommandContext(t.Context(), "ffmpeg", append(append([]string{"-nostdin", "-v", "error"}, strings.Fields(args)...), path)...)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("this test needs ffmpeg, which script/setup installs: %v: %s", err, out)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c.files = append(c.files, file)
	}
	c.server = httptest.NewServer(c)
	t.Cleanup(c.server.Close)
	return c
}

// one is a recording that there is only once.
func (c *clips) one(kind int) []byte {
	const size = 24
	box := binary.BigEndian.AppendUint32(nil, size) // ISO/IEC 14496-12, 8.1.2: free space
	box = append(box, "free"...)
	unique := make([]byte, size-len(box))
	_, _ = rand.Read(unique) // which never fails
	return append(append(append([]byte{}, c.files[kind%len(c.files)]...), box...), unique...)
}

// offer returns an address that a recording is had from.
func (c *clips) offer(file []byte) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	path := "/" + sumOf(file) + ".mp4"
	c.offered[path] = file
	return c.server.URL + path
}

// ServeHTTP gives a recording away.
func (c *clips) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	file, there := c.offered[r.URL.Path]
	c.mu.Unlock()
	if !there {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "video/mp4")
	_, _ = w.Write(file[:len(file)/2]) // to a server that may be killed
	_ = http.NewResponseController(w).Flush()
	select { // long enough to be met in it
	case <-time.After(100 * time.Millisecond):
	case <-r.Context().Done():
	}
	_, _ = w.Write(file[len(file)/2:])
}
