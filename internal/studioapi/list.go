package studioapi

import (
	"net/http"
	"time"

	"github.com/lectern-media/lectern/internal/front"
)

// listAnswer writes the items of an answer that is a bare JSON array.
type listAnswer func(*listWriter) error

// listWriter writes an array as it comes, so that no more of it than a piece is in memory.
type listWriter struct {
	x     *front.Exchange
	b     []byte
	items int
	begun bool // the client has had some of it
}

const (
	// listPiece is how many bytes come together before they are sent.
	listPiece = 64 << 10
	// listPatience is how long a client may take for a piece.
	listPatience = 20 * time.Second
)

// writeList answers with an array. An error before the first piece is sent is answered as
// any; after one that comes later the front ends the connection.
func writeList(x *front.Exchange, list listAnswer) error {
	w := &listWriter{x: x, b: []byte{'['}}
	if err := list(w); err != nil {
		return err
	}
	w.b = append(w.b, ']')
	if w.begun {
		return w.send()
	}
	x.Answer(http.StatusOK, front.JSONType, w.b)
	return nil
}

// item begins the next item.
func (w *listWriter) item() {
	if w.items++; w.items > 1 {
		w.b = append(w.b, ',')
	}
}

// append adds to the current item, and sends what there is when that is enough for a piece.
func (w *listWriter) append(json ...byte) error {
	w.b = append(w.b, json...)
	if len(w.b) < listPiece {
		return nil
	}
	return w.send()
}

// send sends what there is.
func (w *listWriter) send() error {
	if !w.begun {
		w.begun = true
		header := w.x.Header()
		header.Set("Content-Type", front.JSONType)
		header.Set("Cache-Control", "no-store")
	}
	control := http.NewResponseController(w.x.ResponseWriter)
	_ = control.SetWriteDeadline(time.Now().Add(listPatience)) // without support for it, the server's deadline holds
	_, err := w.x.Write(w.b)
	if cap(w.b) > 2*listPiece { // a long text was in it
		w.b = nil
	}
	w.b = w.b[:0]
	return err
}
