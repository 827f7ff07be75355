package content_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/content"
)

// kernelListener accepts connections that count what they copy from files by themselves.
type kernelListener struct {
	net.Listener
	copied *atomic.Int64 // bytes
}

func (l kernelListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	tcp, is := conn.(*net.TCPConn)
	if !is {
		return nil, errors.Join(errors.New("this is no TCP"), conn.Close())
	}
	return kernelConn{tcp, l.copied}, nil
}

type kernelConn struct {
	*net.TCPConn
	copied *atomic.Int64
}

// ReadFrom counts what comes straight from a file, which is what the kernel can send by itself.
func (c kernelConn) ReadFrom(r io.Reader) (int64, error) {
	n, err := c.TCPConn.ReadFrom(r)
	if limited, is := r.(*io.LimitedReader); is {
		r = limited.R
	}
	if _, is := r.(*os.File); is {
		c.copied.Add(n)
	}
	return n, err
}

// A file goes from the disk to the connection without a copy in this process: what stands
// between the two, from the front to the limits on idle clients, hands it down as it is.
func TestFiles_AreSentByTheKernel(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), content.Options{})
	film := strings.Repeat("0123456789", 500_000)
	s.put(t, "media/7/a/original", "video/mp4", []byte(film))
	var copied atomic.Int64
	handler, answered := newHandler(t, content.Options{Store: s.store, Signer: s.signer, Uploads: s, Media: s}), make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
		answered <- struct{}{}
	}))
	server.Listener = kernelListener{server.Listener, &copied}
	server.Start()
	defer server.Close()
	address := s.signer.FileURL(content.File{Key: "media/7/a/original"}, s.clock().Add(time.Hour))
	address = strings.Replace(address, s.url, server.URL, 1)
	for _, c := range []struct {
		rng, want string
		status    int
	}{
		{"", film, http.StatusOK},
		{"bytes=1000000-", film[1_000_000:], http.StatusPartialContent},
		{"bytes=-1000000", film[len(film)-1_000_000:], http.StatusPartialContent},
	} {
		copied.Store(0)
		got := do(t, "GET", address, nil, map[string]string{"Range": c.rng})
		got.wants(t, c.status)
		<-answered
		if string(got.body) != c.want {
			t.Errorf("%q: %d bytes came, of %d", c.rng, len(got.body), len(c.want))
		}
		// net/http writes the beginning with the header.
		if n := copied.Load(); n < int64(len(c.want))-4096 || n > int64(len(c.want)) {
			t.Errorf("%q: the connection copied %d bytes of %d from the file", c.rng, n, len(c.want))
		}
	}
}
