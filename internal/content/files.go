package content

import (
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/front"
)

// serveFile answers with an object or a range of it.
func (h *Handler) serveFile(x *front.Exchange, r *http.Request) error {
	shown := presentationIn(r.URL.Query())
	key, expiry, err := h.Signer.checkFile(r.Context(), r.PathValue("grant"), r.PathValue("key"), shown.query())
	if err != nil {
		return err
	}
	if answered, err := h.serveSubtitles(x, r, key); err != nil || answered {
		return err
	}
	if h.Redirect != nil && r.Method == http.MethodGet && isRecording(key) {
		return h.redirect(x, r, key, shown, expiry)
	}
	object, err := h.Store.Open(r.Context(), key)
	if err != nil {
		return err
	}
	defer object.Close()

	header := x.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "Accept-Ranges, Content-Length, Content-Range, ETag")
	header.Set("ETag", object.Info.ETag)
	left := int64(expiry.Sub(h.Signer.clock()).Seconds())
	// What many viewers have under one address a cache between us may keep for all of them.
	scope := "private"
	if isFolderGrant(r.PathValue("grant")) {
		scope = "public"
	}
	header.Set("Cache-Control", scope+", max-age="+strconv.FormatInt(left, 10))
	describeFile(header, object.Info, shown)

	// The bare reader, which is a file where it can be: the kernel sends it.
	patient := &patientWriter{ResponseWriter: x, idle: newIdle(x, h.IdleTimeout)}
	http.ServeContent(patient, r, "", object.Info.ModTime, object.ReadSeekCloser)
	return nil
}

// isRecording says whether a key is of a recording, which is large. Playlists, captions and
// pictures are small, and what they name beside them is below the address that they have.
func isRecording(key string) bool {
	kind := blob.TypeByKey(key)
	return kind == unknownType || isFilmOrSound(kind)
}

// redirectLife is how long the store gives what it was asked for by one redirect. Half of
// it a browser may go there again without asking, and then read on.
const redirectLife = 2 * time.Hour

// redirect has the client fetch an object from the store.
func (h *Handler) redirect(x *front.Exchange, r *http.Request, key string, shown presentation, expiry time.Time) error {
	info, err := h.Store.Stat(r.Context(), key)
	if err != nil {
		return err
	}
	life := max(time.Second, min(redirectLife, expiry.Sub(h.Signer.clock())))
	header := x.Header()
	describeFile(header, info, shown)
	address, err := h.Redirect.SignGET(r.Context(), key, life, header.Get("Content-Type"), header.Get("Content-Disposition"))
	if err != nil {
		return err
	}
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Cache-Control", "private, max-age="+strconv.FormatInt(int64(life.Seconds())/2, 10))
	header.Del("Content-Type")
	header.Del("Content-Disposition")
	header.Set("Location", address)
	x.Answer(http.StatusFound, "", nil)
	return nil
}

// unknownType is that of an object whose key does not say more.
const unknownType = "application/octet-stream"

// isFilmOrSound says whether a type, in any case, is that of a film or a sound.
func isFilmOrSound(mimeType string) bool {
	major, _, _ := strings.Cut(mimeType, "/")
	return strings.EqualFold(major, "video") || strings.EqualFold(major, "audio")
}

// describeFile sets the headers that say what an object is. What Lectern made has a
// type by its key, and what it has looked into one by its address. Whatever else was
// uploaded by somebody and may be a page with a script: it is only ever downloaded, and
// runs nothing if a browser shows it nevertheless.
func describeFile(header http.Header, info blob.Info, shown presentation) {
	kind := blob.TypeByKey(info.Key)
	known := kind != unknownType || shown.mimeType != ""
	if kind == unknownType {
		header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		switch {
		case shown.mimeType != "":
			kind = shown.mimeType
		case isFilmOrSound(info.MIMEType):
			kind = info.MIMEType
		}
	}
	header.Set("Content-Type", kind)
	if shown.filename != "" || !known {
		header.Set("Content-Disposition", disposition(shown.filename))
	}
}

// maxFilename is how long a name of a file may be, in bytes, on the file systems of today.
const maxFilename = 255

// disposition has a browser download under a name, in whatever script it is.
func disposition(filename string) string {
	filename = shorten(strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r): // which would show gpj.exe as exe.jpg
			return -1
		case r < ' ' || r == 0x7f || r == '/' || r == '\\':
			return '_'
		}
		return r
	}, filename))
	if filename == "" {
		return "attachment"
	}
	if text := mime.FormatMediaType("attachment", map[string]string{"filename": filename}); text != "" {
		return text
	}
	return "attachment"
}

// shorten cuts a name to what file systems take, before its extension.
func shorten(filename string) string {
	if len(filename) <= maxFilename {
		return filename
	}
	extension := path.Ext(filename)
	if len(extension) > maxFilename/10 { // it is a part of a sentence
		extension = ""
	}
	end := maxFilename - len(extension)
	for !utf8.RuneStart(filename[end]) {
		end--
	}
	return filename[:end] + extension
}
