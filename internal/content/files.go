package content

import (
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/blob"
)

// serveFile answers with an object or a range of it.
func (h *Handler) serveFile(w http.ResponseWriter, r *http.Request) {
	key, shown := r.PathValue("key"), presentationIn(r.URL.Query())
	expiry, err := h.Signer.checkFile(r.PathValue("grant"), key, shown.query())
	if err != nil {
		h.fail(w, r, err)
		return
	}
	object, err := h.Store.Open(r.Context(), key)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	defer object.Close()

	header := w.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "Accept-Ranges, Content-Length, Content-Range, ETag")
	header.Set("ETag", object.Info.ETag)
	left := int64(expiry.Sub(h.Signer.clock()).Seconds())
	header.Set("Cache-Control", "private, max-age="+strconv.FormatInt(left, 10))
	describeFile(header, object.Info, shown)

	// The bare reader, which is a file where it can be: the kernel sends it.
	patient := &patientWriter{ResponseWriter: w, idle: newIdle(w, h.IdleTimeout)}
	http.ServeContent(patient, r, "", object.Info.ModTime, object.ReadSeekCloser)
}

// unknownType is that of an object whose key does not say more.
const unknownType = "application/octet-stream"

// describeFile sets the headers that say what an object is. What Lectern made has a
// type by its key, and what it has looked into one by its address. Whatever else was uploaded by somebody and may be a page with a
// script: it is only ever downloaded, and runs nothing if a browser shows it all the
// same.
func describeFile(header http.Header, info blob.Info, shown presentation) {
	kind := blob.TypeByKey(info.Key)
	known := kind != unknownType || shown.mimeType != ""
	if kind == unknownType {
		header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		switch major, _, _ := strings.Cut(info.MIMEType, "/"); {
		case shown.mimeType != "":
			kind = shown.mimeType
		case major == "video" || major == "audio":
			kind = info.MIMEType
		}
	}
	header.Set("Content-Type", kind)
	if shown.filename != "" || !known {
		header.Set("Content-Disposition", disposition(shown.filename))
	}
}

// disposition has a browser download under a name, in whatever script it is.
func disposition(filename string) string {
	filename = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '/' || r == '\\' {
			return '_'
		}
		return r
	}, filename)
	if filename == "" {
		return "attachment"
	}
	if text := mime.FormatMediaType("attachment", map[string]string{"filename": filename}); text != "" {
		return text
	}
	return "attachment"
}
