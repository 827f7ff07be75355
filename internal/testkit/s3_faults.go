package testkit

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
)

// Fault is what goes wrong with one request to an S3 server. The zero Fault is none.
type Fault struct {
	Status  int   // answered at once, and the server not asked
	Hang    bool  // no answer until the client goes or the test ends
	Cut     bool  // the server's answer ends after CutAt bytes of its body
	CutAt   int64 // bytes
	CutSent bool  // the connection closes after CutAt bytes of the request's body
}

// Faults stands between a client and a real S3 server and fails as a test says.
type Faults struct {
	choose atomic.Pointer[func(*http.Request) Fault]
	ended  chan struct{}
	proxy  *httputil.ReverseProxy
}

// FaultyS3 is S3 by way of a proxy that passes everything on until a test sets [Faults].
func FaultyS3(tb testing.TB) (address string, faults *Faults) {
	tb.Helper()
	server, err := s3Server()
	if err != nil {
		tb.Fatal(err)
	}
	target, err := url.Parse(server.endpoint)
	if err != nil {
		tb.Fatal(err)
	}
	faults = &Faults{ended: make(chan struct{})}
	faults.proxy = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // which the client's signature covers
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	front := httptest.NewServer(faults)
	tb.Cleanup(func() {
		close(faults.ended)
		front.Close()
	})
	return bucketAt(tb, server, front.URL), faults
}

// Break has choose say what goes wrong with each request from now on. It may be called
// from several goroutines. With nil nothing goes wrong any more.
func (f *Faults) Break(choose func(*http.Request) Fault) {
	if choose == nil {
		f.choose.Store(nil)
		return
	}
	f.choose.Store(&choose)
}

// ServeHTTP passes a request on, or breaks it.
func (f *Faults) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var fault Fault
	if choose := f.choose.Load(); choose != nil {
		fault = (*choose)(r)
	}
	switch {
	case fault.Status != 0:
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(fault.Status)
		return
	case fault.Hang:
		// A body that nobody reads would hide that the client went.
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
		case <-f.ended:
		}
		panic(http.ErrAbortHandler)
	case fault.Cut:
		w = &cutWriter{ResponseWriter: w, left: fault.CutAt}
	case fault.CutSent:
		r.Body = &cutReader{ReadCloser: r.Body, left: fault.CutAt}
	}
	f.proxy.ServeHTTP(w, r)
}

// cutWriter breaks the connection off after some bytes of the body.
type cutWriter struct {
	http.ResponseWriter
	left int64
}

// Write passes on what is left before the break.
func (w *cutWriter) Write(p []byte) (int, error) {
	if int64(len(p)) < w.left {
		w.left -= int64(len(p))
		return w.ResponseWriter.Write(p)
	}
	_, _ = w.ResponseWriter.Write(p[:w.left])
	_ = http.NewResponseController(w.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}

// cutReader is a body that breaks off.
type cutReader struct {
	io.ReadCloser
	left int64
}

// Read gives what is left before the break.
func (r *cutReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := r.ReadCloser.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	return n, err
}
