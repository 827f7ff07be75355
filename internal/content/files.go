package content

import (
	"context"
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
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
)

// serveFile answers with an object or a range of it.
func (h *Handler) serveFile(x *front.Exchange, r *http.Request) error {
	shown := presentationIn(r.URL.Query())
	is, err := h.Signer.checkFile(r.Context(), r.PathValue("grant"), r.PathValue("key"), shown.query())
	if err == nil {
		err = h.mayServe(r.Context(), is)
	}
	if err != nil {
		return err
	}
	if answered, err := h.serveSubtitles(x, r, is.key); err != nil || answered {
		return err
	}
	if h.Redirect != nil && r.Method == http.MethodGet && isRecording(is.key) {
		return h.redirect(x, r, is.key, shown, is.until)
	}
	object, err := h.Store.Open(r.Context(), is.key)
	if err != nil {
		return err
	}
	defer object.Close()

	header := x.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "Accept-Ranges, Content-Length, Content-Range, ETag")
	header.Set("ETag", object.Info.ETag)
	setAge(header, min(keptFor, is.until.Sub(h.Signer.clock())))
	describeFile(header, object.Info, shown)

	// The bare reader, which is a file where it can be: the kernel sends it.
	patient := &patientWriter{ResponseWriter: x, idle: newIdle(x, h.IdleTimeout)}
	http.ServeContent(patient, r, "", object.Info.ModTime, object.ReadSeekCloser)
	return nil
}

// keptFor is how long a browser may use what it has of a file without asking again. A player
// asks for the same stretch again when somebody goes back in a recording; and a recording that
// is deleted or archived meanwhile should not play on for long. No cache that several people
// share may keep any of it: it would answer without asking at all.
const keptFor = 5 * time.Minute

// setAge has the browser alone keep an answer, for so long.
func setAge(header http.Header, age time.Duration) {
	header.Set("Cache-Control", "private, max-age="+strconv.FormatInt(int64(age.Seconds()), 10))
}

// mayServe says whether the file that an address opens is there for who has the address.
func (h *Handler) mayServe(ctx context.Context, is opened) error {
	media, ok := holdings.MediaOf(is.key)
	if !ok {
		return blob.ErrNotFound
	}
	return h.Media.MayServe(ctx, library.MediaID(media), is.archived)
}

// isRecording says whether a key is of a recording, which is large. Playlists, captions and
// pictures are small, and what they name beside them is below the address that they have.
func isRecording(key string) bool {
	kind := blob.TypeByKey(key)
	return kind == unknownType || isFilmOrSound(kind)
}

// redirectLife is how long the store gives what it was asked for by one redirect: a recording
// that is deleted or archived meanwhile can be had from the store until then. For keptFor of it a
// browser may go there again without asking.
const redirectLife = 15 * time.Minute

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
	setAge(header, min(keptFor, life/2))
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
