package front

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Static is a file that is the same for everyone until the next version of the program. It
// is sent compressed to those who take gzip, and not at all to those who have it already.
type Static struct {
	contentType string
	plain       representation
	packed      func() representation // without content where compressing does not pay
}

// representation is one of the forms of a file.
type representation struct {
	content []byte
	tag     string // strong: no other form has it
}

// NewStatic makes a file of its content. It is compressed when it is first asked for.
func NewStatic(contentType string, content []byte) *Static {
	return &Static{
		contentType: contentType,
		plain:       represent(content),
		packed:      sync.OnceValue(func() representation { return pack(content) }),
	}
}

func represent(content []byte) representation {
	sum := sha256.Sum256(content)
	return representation{content, `"` + hex.EncodeToString(sum[:16]) + `"`}
}

// pack compresses a file, unless nearly nothing is saved by that, as with a picture.
func pack(content []byte) representation {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is one
	}
	_, err = w.Write(content)
	if err != nil || w.Close() != nil {
		panic("front: writing to memory failed") // which it does not
	}
	if packed.Len() >= len(content)*9/10 {
		return representation{}
	}
	return represent(packed.Bytes())
}

// Serve answers with the file, a part of it, or that it has not changed. How long it may be
// kept without asking is the caller's to say; otherwise each use of it asks.
func (s *Static) Serve(x *Exchange, r *http.Request) error {
	h, is := x.Header(), s.plain
	if packed := s.packed(); packed.content != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			h.Set("Content-Encoding", "gzip")
			is = packed
		}
	}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	h.Set("Content-Type", s.contentType)
	h.Set("ETag", is.tag)
	h.Set("Content-Length", strconv.Itoa(len(is.content))) // which ServeContent leaves out of what is coded
	http.ServeContent(x, r, "", time.Time{}, bytes.NewReader(is.content))
	return nil
}

// acceptsGzip says whether a client takes gzip (RFC 9110, 12.5.3). Who does not say gets the
// file as it is: there are programs that take every answer for what it would be then.
func acceptsGzip(r *http.Request) bool {
	named, others := -1.0, -1.0
	for one := range elements(strings.Join(r.Header.Values("Accept-Encoding"), ","), ',') {
		parts := slices.Collect(elements(one, ';'))
		if len(parts) == 0 {
			continue
		}
		q, _ := weight(parts[1:])
		switch strings.ToLower(parts[0]) {
		case "gzip", "x-gzip":
			named = max(named, q)
		case "*":
			others = q
		}
	}
	if named < 0 {
		named = others
	}
	return named > 0
}
