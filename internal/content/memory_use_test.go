package content_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// mostMemory is what the process may have had at its peak (the promise).
const mostMemory = 200 << 20

// The bytes to send: 1 GB, or LECTERN_UPLOAD_GB of them.
func uploadSize(tb testing.TB) int64 {
	tb.Helper()
	text := os.Getenv("LECTERN_UPLOAD_GB")
	if text == "" {
		return 1 << 30
	}
	gigabytes, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		tb.Fatalf("LECTERN_UPLOAD_GB is a number, not %q", text)
	}
	return gigabytes << 30
}

// A process of its own, so that its memory is that of the server and nothing else: the
// client, which is this process, counts for itself.
func TestUploads_AreNeverInMemoryWhole(t *testing.T) {
	t.Parallel()
	if address := os.Getenv("LECTERN_CONTENT_SERVER"); address != "" { // we are the child started below
		serveUntilEOF(t, address)
		return
	}
	if testing.Short() {
		t.Log("1 GB takes too long under the race detector; a part of it shows nothing less about races")
	}
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestUploads_AreNeverInMemoryWhole$")
		child.Env = append(os.Environ(), "LECTERN_CONTENT_SERVER="+address)
		child.Stderr = t.Output() // its log
		alive, err := child.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		output, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(output)
		lines.Scan()
		url, ok := strings.CutPrefix(lines.Text(), "upload to ")
		if !ok {
			t.Fatalf("the child said %q", lines.Text())
		}
		size := uploadSize(t)
		if testing.Short() {
			size = 64 << 20
		}
		hash := sha256.New()
		body := io.TeeReader(&repeating{block: noise(1<<20, 1), left: size}, hash)
		do(t, http.MethodPut, url, body, nil).wants(t, http.StatusOK)
		peak := peakOf(t, child.Process.Pid)
		if err := alive.Close(); err != nil {
			t.Fatal(err)
		}
		lines.Scan()
		if want := fmt.Sprintf("got %d %x", size, hash.Sum(nil)); lines.Text() != want {
			t.Errorf("the child %s, want %s", lines.Text(), want)
		}
		_, _ = io.Copy(io.Discard, output)
		if err := child.Wait(); err != nil {
			t.Error(err)
		}
		t.Logf("%d MB uploaded, %d MB of memory at the peak", size>>20, peak>>20)
		if peak > mostMemory {
			t.Errorf("the server had %d MB of memory at its peak, want at most %d", peak>>20, mostMemory>>20)
		}
	})
}

// repeating gives a block over and over.
type repeating struct {
	block []byte
	left  int64
	at    int
}

func (r *repeating) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), r.left)], r.block[r.at:])
	r.at = (r.at + n) % len(r.block)
	r.left -= int64(n)
	return n, nil
}

// peakOf is the most memory a process has had, as the kernel counts.
func peakOf(tb testing.TB, pid int) int64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if text, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kilobytes, err := strconv.ParseInt(strings.Fields(text)[0], 10, 64)
			if err != nil {
				tb.Fatal(err)
			}
			return kilobytes << 10
		}
	}
	tb.Fatalf("no VmHWM in %s", status)
	return 0
}

// told hands on what was uploaded.
type told chan content.Upload

func (told) FindUpload(context.Context, uuid.UUID) (library.MediaID, error) { return 7, nil }

func (told) MayUpload(context.Context, uuid.UUID, int64) (library.MediaID, error) { return 7, nil }

func (told) Announce(context.Context, uuid.UUID, int64) (library.MediaID, error) { return 7, nil }

func (told) BeginRun(context.Context) (uuid.UUID, error) { return uuid.New(), nil }

func (c told) Uploaded(_ context.Context, upload content.Upload) (string, error) {
	c <- upload
	return "", nil
}

func serveUntilEOF(t *testing.T, address string) {
	t.Helper()
	store, err := blob.Open(address)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	clock := time.Now
	signer := content.NewSigner(sealsOf(t, clock), "http://"+server.Listener.Addr().String(), clock)
	uploads := make(told, 1)
	server.Config.Handler = newHandler(t, content.Options{
		Store: store, Signer: signer, Uploads: uploads, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	server.Start()
	defer server.Close()
	fmt.Println("upload to " + signer.UploadURL(embedOf(7), clock().Add(24*time.Hour)))
	_, _ = io.Copy(io.Discard, os.Stdin)
	select {
	case upload := <-uploads:
		fmt.Printf("got %d %x\n", upload.Size, upload.SHA256)
	default:
		fmt.Println("got nothing")
	}
}
