package content

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	tusd "github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// tus answers the resumable uploads of tus 1.0 (https://tus.io), by tusd's handler over
// a store of ours. A client creates its upload by POST to /tus/<grant>/ and goes on at
// /tus/<grant>/<upload>, as the answer's Location says.
type tus struct {
	content *Handler
	handler *tusd.Handler
}

func newTus(h *Handler) (*tus, error) {
	if h.Signer.base == "" { // then tusd would take the address from the request, and a proxy's for ours
		return nil, errors.New("content: a handler's signer needs a base URL")
	}
	composer := tusd.NewStoreComposer()
	store := &tusStore{content: h, growing: newGrowings(h.Store)}
	composer.UseCore(store)
	composer.UseTerminater(store)
	composer.UseLocker(newTusLocker(h))
	handler, err := tusd.NewHandler(tusd.Config{
		StoreComposer:   composer,
		BasePath:        h.Signer.base + "/tus/", // what Location begins with
		MaxSize:         h.MaxUpload,
		DisableDownload: true,
		NetworkTimeout:  h.IdleTimeout,
		// Who asks where to go on while the upload ends waits for that. A client that is told
		// of a failure asks again, tus-js-client four times by itself, which makes ten minutes;
		// to have it wait for all of them at once would only have a proxy cut the line.
		AcquireLockTimeout: writerWait,
		// tusd logs two lines a request; the server has its own, and our store its
		// errors.
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return nil, err
	}
	return &tus{content: h, handler: handler}, nil
}

// tusRequest is what our store and locker know of a request beyond tusd's arguments.
type tusRequest struct {
	into   recipient
	grant  string
	method string
	x      *front.Exchange
	http   *http.Request
	idle   *idle
	until  time.Time // no bytes are taken from then on
}

// finite ends at the time of its request: what has come is kept, and the client's next request
// told what is wrong.
type finite struct {
	io.Reader
	request *tusRequest
	clock   func() time.Time
}

// Read reads, or returns io.EOF at the end.
func (r *finite) Read(p []byte) (int, error) {
	if !r.clock().Before(r.request.until) {
		return 0, io.EOF
	}
	n, err := r.Reader.Read(p)
	r.request.idle.wait() // tusd has set limits, which the store might not keep
	return n, err
}

// tusBody is the body of a request as tusd reads it. What ends it before its time is told as
// tusd passes it on; what has come is kept.
type tusBody struct {
	io.Reader
	io.Closer
	content *Handler
	ctx     context.Context //nolint:containedctx // an io.Reader has no other way to know of its request
}

// Read reads from the body.
func (b *tusBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if _, refused := errors.AsType[*library.Error](err); refused || errors.Is(err, os.ErrDeadlineExceeded) {
		request := tusRequestOf(b.ctx)
		closeAfter(request.x, request.http)
		err = b.content.tusError(b.ctx, b.content.broken(err, "what came before is kept, so ask where to continue"))
	}
	return n, err
}

type tusRequestKey struct{}

func tusRequestOf(ctx context.Context) *tusRequest {
	request, _ := ctx.Value(tusRequestKey{}).(*tusRequest)
	return request
}

// serve checks the grant and hands the request to tusd, with the path below /tus/:
// the name of an upload includes the grant, so that it has no use without it.
func (t *tus) serve(x *front.Exchange, r *http.Request) error {
	x.Header().Set("Tus-Resumable", "1.0.0") // on what is answered here, too
	request := &tusRequest{
		grant: r.PathValue("grant"), method: r.Method, x: x, http: r,
		idle: newIdle(x, t.content.IdleTimeout),
	}
	if method := r.Header.Get("X-HTTP-Method-Override"); method != "" && r.Method == http.MethodPost {
		request.method = method // as tusd takes it
	}
	if r.Method != http.MethodOptions {
		var err error
		request.into.embed, request.until, err = t.content.Signer.checkUpload(r.Context(), request.grant)
		if err == nil {
			request.into.id, err = t.content.Uploads.FindUpload(r.Context(), request.into.embed)
		}
		if err != nil {
			return err
		}
	}
	ctx := context.WithValue(r.Context(), tusRequestKey{}, request)
	below := r.Clone(ctx)
	body := t.content.whileAccepted(ctx, newPatientReader(r.Body, request.idle), request.into.embed, -1)
	below.Body = &tusBody{body, r.Body, t.content, ctx}
	below.URL.Path = ""
	methods := []string{http.MethodOptions, http.MethodPost}
	if name := strings.Trim(r.PathValue("upload"), "/"); name != "" {
		below.URL.Path = "/" + request.grant + "/" + name
		methods = []string{http.MethodDelete, http.MethodHead, http.MethodOptions, http.MethodPatch}
	}
	switch {
	case !slices.Contains(methods, request.method):
		return front.WrongMethod(methods...)
	case request.method == http.MethodPatch && r.Header.Get("Content-Type") != chunkType:
		return errChunkType // tusd says 400, where the protocol wants 415
	case request.method == http.MethodHead && r.Method != http.MethodHead:
		t.handler.ServeHTTP(headAnswer{x}, below)
	default:
		t.handler.ServeHTTP(x, below)
	}
	return nil
}

// chunkType is the type of the body of a PATCH (tus 1.0, "PATCH").
const chunkType = "application/offset+octet-stream"

var errChunkType = front.Unsupported("Content-Type: send the bytes as " + chunkType)

// headAnswer is the answer to a HEAD that came as a POST with X-HTTP-Method-Override. It has no
// body, and to the client it is the answer to a POST: a Content-Length, which tusd gives with
// the size of the upload, would have it wait for so many bytes.
type headAnswer struct{ http.ResponseWriter }

// WriteHeader is [http.ResponseWriter]'s.
func (a headAnswer) WriteHeader(status int) {
	a.Header().Del("Content-Length")
	a.ResponseWriter.WriteHeader(status) //nolint:forbidigo // tusd's status, passed on
}

// Write takes a body and sends none.
func (headAnswer) Write(p []byte) (int, error) { return len(p), nil }

// Unwrap lets http.ResponseController reach the connection.
func (a headAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
