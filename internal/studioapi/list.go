package studioapi

import (
	"net/http"
	"time"
)

// listAnswer writes the items of an answer that is a bare JSON array.
type listAnswer func(*listWriter) error

// listWriter writes an array as it comes, so that no more of it than a piece is in memory.
type listWriter struct {
	x     *exchange
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

// answerList answers with an array. An error before the first piece is sent is answered as
// any; one after it ends the connection, so that the client does not take what it has for all.
func (x *exchange) answerList(list listAnswer) error {
	w := &listWriter{x: x, b: []byte{'['}}
	err := list(w)
	if err == nil {
		w.b = append(w.b, ']')
		if !w.begun {
			x.answer(http.StatusOK, jsonType, w.b)
			return nil
		}
		err = w.send()
	}
	if w.begun && err != nil {
		x.cause, x.broken = err, true
		return nil //nolint:nilerr // it has been answered as far as it can be: observe ends the connection
	}
	return err
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
		w.begun, w.x.status = true, http.StatusOK
		header := w.x.Header()
		header.Set("Content-Type", jsonType)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cache-Control", "no-store")
	}
	control := http.NewResponseController(w.x.ResponseWriter)
	_ = control.SetWriteDeadline(time.Now().Add(listPatience)) // without support for it, the server's deadline holds
	n, err := w.x.Write(w.b)
	w.x.written += n
	if cap(w.b) > 2*listPiece { // a long text was in it
		w.b = nil
	}
	w.b = w.b[:0]
	return err
}
