package content

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"mime"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
)

// minKey is the least length of a signing key in bytes.
const minKey = 32

// Signer makes the addresses that this room answers. Every node has the same key, and
// an address works on each of them until it expires.
type Signer struct {
	key   []byte
	base  string
	clock func() time.Time
}

// NewSigner returns a signer with a secret key of at least 32 bytes. The addresses
// begin with the base URL, which has no slash at its end. The clock is the library's.
func NewSigner(key []byte, base string, clock func() time.Time) (*Signer, error) {
	if len(key) < minKey {
		return nil, errors.New("content: a signing key has at least 32 bytes")
	}
	return &Signer{key: append([]byte(nil), key...), base: strings.TrimSuffix(base, "/"), clock: clock}, nil
}

// expiryStep is what a folder's expiry is rounded up to.
const expiryStep = time.Hour

// FolderURL returns the address of a folder of objects, to which a key's rest is
// appended after the slash it ends with. It opens what lies in the folder and below,
// and nothing else. The expiry is rounded up to the full hour, so that all viewers of
// an hour get the same address and caches are of use.
func (s *Signer) FolderURL(prefix string, expiry time.Time) string {
	prefix = strings.Trim(prefix, "/")
	expiry = expiry.Add(expiryStep - 1).Truncate(expiryStep)
	return s.base + "/files/" + s.fileGrant(prefix, true, expiry, "") + "/" + prefix + "/"
}

// FileURL returns the address of one object. With a filename it is downloaded under
// that name, without one it is shown where the browser can.
func (s *Signer) FileURL(key string, expiry time.Time, filename string) string {
	return s.FileURLOfType(key, expiry, filename, "")
}

// FileURLOfType is FileURL of an object that the library knows to be of a type. An
// original has the type that somebody gave with it, and a film is no less a film for
// having come as text; so where the library's word is that of a film or a sound, it
// counts. Any other is as if none were given.
func (s *Signer) FileURLOfType(key string, expiry time.Time, filename, mimeType string) string {
	if !isVouchedType(mimeType) || blob.TypeByKey(key) != unknownType {
		mimeType = ""
	}
	shown := presentation{filename, mimeType}.query()
	address := s.base + "/files/" + s.fileGrant(key, false, expiry, shown) + "/" + key
	if shown != "" {
		address += "?" + shown
	}
	return address
}

// presentation is what the address of a file says of how it is answered.
type presentation struct {
	filename string // "": it is not to be saved
	mimeType string // "": as the object has it
}

// presentationIn reads it from the query of an address.
func presentationIn(query url.Values) presentation {
	return presentation{query.Get(filenameParameter), query.Get(typeParameter)}
}

// query is it in an address, in the one spelling that the grant covers.
func (p presentation) query() string {
	values := make(url.Values)
	if p.filename != "" {
		values.Set(filenameParameter, p.filename)
	}
	if p.mimeType != "" {
		values.Set(typeParameter, p.mimeType)
	}
	return values.Encode()
}

// UploadURL returns the address to PUT a media's bytes to.
func (s *Signer) UploadURL(media library.MediaID, expiry time.Time) string {
	return s.base + "/uploads/" + s.uploadGrant(media, expiry)
}

// TusURL returns the address of the tus endpoint of a media, where a client creates its
// upload.
func (s *Signer) TusURL(media library.MediaID, expiry time.Time) string {
	return s.base + "/tus/" + s.uploadGrant(media, expiry) + "/"
}

// The query parameters that the grant covers too.
const (
	filenameParameter = "filename"
	typeParameter     = "type"
)

// isVouchedType says whether a type may stand in an address: no browser runs anything of
// that type.
func isVouchedType(mimeType string) bool {
	kind, parameters, err := mime.ParseMediaType(mimeType)
	return err == nil && len(parameters) == 0 && isFilmOrSound(kind)
}

// A grant is what it grants in letters, and a MAC over it and over what it is for:
//
//	files:   d|k - expiry - segments - MAC      d: below so many segments, k: that key
//	uploads: u   - expiry - media    - MAC
//
// Numbers are in base 36, the MAC is in base 64 for URLs, whose letters have a '-'.
type grant struct {
	kind   byte
	expiry int64 // unix seconds
	number int64
	mac    []byte
}

const (
	folderGrant = 'd'
	keyGrant    = 'k'
	mediaGrant  = 'u'
)

// isFolderGrant says whether a genuine grant is for all that is below a folder.
func isFolderGrant(text string) bool { return strings.HasPrefix(text, string(rune(folderGrant))) }

// maxGrant bounds what is looked at: two numbers of 64 bits, a MAC and the rest.
const maxGrant = 80

// parseGrant takes exactly what format makes: one grant has one spelling.
func parseGrant(text string) (grant, bool) {
	if len(text) > maxGrant {
		return grant{}, false
	}
	parts := strings.SplitN(text, "-", 4)
	if len(parts) != 4 || len(parts[0]) != 1 {
		return grant{}, false
	}
	expiry, err := strconv.ParseInt(parts[1], 36, 64)
	if err != nil || expiry < 0 {
		return grant{}, false
	}
	number, err := strconv.ParseInt(parts[2], 36, 64)
	if err != nil || number < 0 {
		return grant{}, false
	}
	mac, err := base64.RawURLEncoding.Strict().DecodeString(parts[3])
	if err != nil || len(mac) != sha256.Size {
		return grant{}, false
	}
	g := grant{kind: parts[0][0], expiry: expiry, number: number, mac: mac}
	return g, g.format() == text
}

func (g grant) format() string {
	return g.head() + "-" + base64.RawURLEncoding.EncodeToString(g.mac)
}

func (g grant) head() string {
	return string(rune(g.kind)) + "-" + strconv.FormatInt(g.expiry, 36) + "-" + strconv.FormatInt(g.number, 36)
}

// sign puts the MAC over the grant and what it covers into it.
func (s *Signer) sign(g grant, covered ...string) grant {
	mac := hmac.New(sha256.New, s.key)
	for _, text := range append([]string{"lectern content 1", g.head()}, covered...) {
		_, _ = mac.Write(strconv.AppendInt(nil, int64(len(text)), 10)) // a hash takes everything
		_, _ = mac.Write([]byte(":" + text))
	}
	g.mac = mac.Sum(nil)
	return g
}

func (s *Signer) fileGrant(path string, folder bool, expiry time.Time, shown string) string {
	g := grant{kind: keyGrant, expiry: expiry.Unix(), number: segments(path)}
	if folder {
		g.kind = folderGrant
	}
	return s.sign(g, path, shown).format()
}

func (s *Signer) uploadGrant(media library.MediaID, expiry time.Time) string {
	return s.sign(grant{kind: mediaGrant, expiry: expiry.Unix(), number: int64(media)}).format()
}

func segments(path string) int64 { return int64(strings.Count(path, "/") + 1) }

// What is wrong with an address.
var (
	errNotGenuine = &library.Error{Kind: library.KindForbidden, Message: "this address is not one that the library gave out"}
	errExpired    = &library.Error{Kind: library.KindForbidden, Message: "this address has expired: ask the library for a new one"}
)

// check says whether the grant was made by this signer for what it covers, and when it
// expires.
func (s *Signer) check(g grant, covered ...string) (time.Time, error) {
	expiry := time.Unix(g.expiry, 0)
	if !hmac.Equal(g.mac, s.sign(g, covered...).mac) {
		return expiry, errNotGenuine
	}
	if !s.clock().Before(expiry) {
		return expiry, errExpired
	}
	return expiry, nil
}

// checkFile says whether a grant opens a key with the query that it is shown by, and
// until when.
func (s *Signer) checkFile(text, key, shown string) (time.Time, error) {
	g, ok := parseGrant(text)
	if !ok {
		return time.Time{}, errNotGenuine
	}
	covered, has := key, segments(key)
	switch {
	case g.kind == keyGrant && has == g.number:
	case g.kind == folderGrant && has > g.number:
		covered = strings.Join(strings.SplitN(key, "/", int(g.number)+1)[:g.number], "/")
	default:
		return time.Time{}, errNotGenuine
	}
	return s.check(g, covered, shown)
}

// checkUpload says which media a grant takes bytes for, and until when those that a
// request has begun to send.
func (s *Signer) checkUpload(text string) (library.MediaID, time.Time, error) {
	g, ok := parseGrant(text)
	if !ok || g.kind != mediaGrant {
		return 0, time.Time{}, errNotGenuine
	}
	expiry, err := s.check(g)
	return library.MediaID(g.number), expiry.Add(library.UploadOverrun), err
}
