package content

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"mime"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/seal"
)

// Signer makes the addresses that this package answers. Every node has the same keys, and
// an address works on each of them until it expires.
type Signer struct {
	seals *seal.Signer
	base  string
	clock func() time.Time
}

// NewSigner returns a signer of addresses that begin with the base URL, which has no slash
// at its end. The clock is the library's.
func NewSigner(seals *seal.Signer, base string, clock func() time.Time) *Signer {
	return &Signer{seals: seals, base: strings.TrimSuffix(base, "/"), clock: clock}
}

// expiryStep is what a folder's expiry is rounded up to.
const expiryStep = time.Hour

// FolderURL returns the address of a folder of objects, to which a key's rest is
// appended after the slash it ends with. It opens what lies in the folder and below,
// and nothing else. The expiry is rounded up to the next hour, so that all viewers of
// an hour get the same address and caches are of use.
func (s *Signer) FolderURL(prefix string, expiry time.Time) string {
	prefix = strings.Trim(prefix, "/")
	expiry = expiry.Add(expiryStep - 1).Truncate(expiryStep)
	return s.base + "/files/" + s.fileGrant(folderGrant, prefix, expiry, "") + "/" + prefix + "/"
}

// File is an object that an address opens, and how it is answered.
type File struct {
	Key string
	// Name is appended to the key in the address as one more segment, for clients that
	// recognize a type by how an address ends; "" for none. It changes nothing else.
	Name string
	// SaveAs is the name that it is downloaded under; with "" it is shown where the browser
	// can.
	SaveAs string
	// MIMEType is what the library knows the object to be. An original has the type that
	// somebody gave with it, and a film is no less a film for having come as text; so where
	// the library's word is that of a film or a sound, it counts. Any other is as if none
	// were given.
	MIMEType string
	// Archived says that the address is made while the media item is archived, for somebody who
	// may download it even so: it works then too.
	Archived bool
}

// FileURL returns the address of one object.
func (s *Signer) FileURL(f File, expiry time.Time) string {
	if !isVouchedType(f.MIMEType) || blob.TypeByKey(f.Key) != unknownType {
		f.MIMEType = ""
	}
	kind, path := byte(keyGrant), f.Key
	if f.Name != "" {
		kind, path = namedGrant, f.Key+"/"+f.Name
	}
	if f.Archived {
		kind = archivedKind(kind)
	}
	shown := presentation{f.SaveAs, f.MIMEType}.query()
	address := s.base + "/files/" + s.fileGrant(kind, path, expiry, shown) + "/" + path
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

// UploadURL returns the address to PUT the bytes of a media item to, which it names by its
// embed id: a number may be another media item's once the database was restored to an
// earlier state, a UUID may not.
func (s *Signer) UploadURL(media uuid.UUID, expiry time.Time) string {
	return s.base + "/uploads/" + s.uploadGrant(media, expiry)
}

// TusURL returns the address of the tus endpoint of a media item, where a client creates its
// upload. It names the media item by its embed id, as UploadURL does.
func (s *Signer) TusURL(media uuid.UUID, expiry time.Time) string {
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

// A grant is what it grants in letters, and a signature of it and of what it is for:
//
//	files:   d|k|n|K|N - expiry - segments - mark   d: below so many segments, k: that key,
//	                                                n: that key with a name after it; K and N:
//	                                                also while the media item is archived
//	uploads: m         - expiry - UUID     - mark   of the media item, in 32 hexadecimal digits
//
// Numbers are in base 36, the mark is package seal's and has '-' among its letters.
//
// Grants used to have a MAC in place of the mark. They are good until they expire. Those of
// uploads used to be u - expiry - id - MAC before. They are recognized, to tell their holders
// what to do, and open nothing.
type grant struct {
	kind   byte
	expiry int64     // unix seconds
	number int64     // of segments; of an old upload grant the id
	media  uuid.UUID // of an upload grant
	mark   string
}

const (
	folderGrant    = 'd'
	keyGrant       = 'k'
	namedGrant     = 'n'
	archivedKey    = 'K'
	archivedNamed  = 'N'
	uploadGrant    = 'm'
	oldUploadGrant = 'u'
)

// archivedKind is a kind of grant of one file as it is where the file may be had while the media
// item is archived.
func archivedKind(kind byte) byte {
	if kind == namedGrant {
		return archivedNamed
	}
	return archivedKey
}

// isFolderGrant says whether a genuine grant is for all that is below a folder.
func isFolderGrant(text string) bool { return strings.HasPrefix(text, string(rune(folderGrant))) }

// maxGrant bounds what is looked at: a number of 64 bits, a UUID, a mark and the rest.
const maxGrant = 110

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
	g := grant{kind: parts[0][0], expiry: expiry}
	if g.kind == uploadGrant {
		g.media, err = uuid.Parse(parts[2])
	} else {
		g.number, err = strconv.ParseInt(parts[2], 36, 64)
	}
	if err != nil || g.number < 0 {
		return grant{}, false
	}
	g.mark = parts[3]
	return g, g.format() == text
}

func (g grant) format() string {
	return g.head() + "-" + g.mark
}

func (g grant) head() string {
	subject := strconv.FormatInt(g.number, 36)
	if g.kind == uploadGrant {
		subject = hex.EncodeToString(g.media[:])
	}
	return string(rune(g.kind)) + "-" + strconv.FormatInt(g.expiry, 36) + "-" + subject
}

// sign puts the signature of the grant and what it covers into it.
func (s *Signer) sign(g grant, covered ...string) grant {
	g.mark = s.seals.Mark(contentPurpose, together(covered), time.Unix(g.expiry, 0), g.head())
	return g
}

// Purposes of signatures. A signature for one is not valid for another.
const (
	contentPurpose seal.Purpose = "content"
	captionPurpose seal.Purpose = "captions"
)

// together is several texts as one, each with its length before it.
func together(texts []string) string {
	var all []byte
	for _, text := range texts {
		all = strconv.AppendInt(all, int64(len(text)), 10)
		all = append(append(all, ':'), text...)
	}
	return string(all)
}

// What signed addresses before there were marks: the key's name, and the first text that
// their MACs cover, by purpose.
const oldKey = "addresses"

var oldPurposes = map[seal.Purpose]string{contentPurpose: "lectern content 1", captionPurpose: "lectern captions 1"}

// checkOld says whether a signature is the MAC with which addresses were signed before
// there were marks, which covers the texts.
func (s *Signer) checkOld(ctx context.Context, p seal.Purpose, signature string, covered ...string) error {
	sum, err := base64.RawURLEncoding.Strict().DecodeString(signature)
	if err != nil || len(signature) != base64.RawURLEncoding.EncodedLen(sha256.Size) {
		return seal.ErrNotGenuine
	}
	return s.seals.CheckOld(ctx, oldKey, []byte(together(append([]string{oldPurposes[p]}, covered...))), sum)
}

// isOld says whether a signature is from before there were marks.
func isOld(signature string) bool { return len(signature) != seal.MarkLength }

// CaptionSignature is the signature of an address that opens captions until it expires. It
// covers the caption file, by its id and the time when it was made, and the media item by its
// embed id: after a database was restored to an earlier state, the id alone may be that of
// other captions.
func (s *Signer) CaptionSignature(f library.CaptionFile, expiry time.Time) string {
	return s.seals.Mark(captionPurpose, together(namesOf(f)), expiry, "")
}

func namesOf(f library.CaptionFile) []string {
	decimal := func(n int64) string { return strconv.FormatInt(n, 10) }
	return []string{decimal(int64(f.ID)), decimal(f.CreatedAt.Unix()), f.MediaEmbedID.String()}
}

// OpensCaptions says whether a signature is CaptionSignature's, and has not expired.
func (s *Signer) OpensCaptions(ctx context.Context, f library.CaptionFile, expiry time.Time, signature string) bool {
	if isOld(signature) {
		expires := strconv.FormatInt(expiry.Unix(), 10)
		return s.checkOld(ctx, captionPurpose, signature, append(namesOf(f), expires)...) == nil && s.clock().Before(expiry)
	}
	return s.seals.Check(ctx, captionPurpose, together(namesOf(f)), expiry, "", signature) == nil
}

func (s *Signer) fileGrant(kind byte, path string, expiry time.Time, shown string) string {
	return s.sign(grant{kind: kind, expiry: expiry.Unix(), number: segments(path)}, path, shown).format()
}

func (s *Signer) uploadGrant(media uuid.UUID, expiry time.Time) string {
	return s.sign(grant{kind: uploadGrant, expiry: expiry.Unix(), media: media}).format()
}

func segments(path string) int64 { return int64(strings.Count(path, "/") + 1) }

// What is wrong with an address.
var (
	errNotGenuine = &library.Error{Kind: library.KindForbidden, Message: "this address was not issued by this library"}
	errExpired    = &library.Error{Kind: library.KindForbidden, Message: "this address has expired: ask the library for a new one"}
	errOldUpload  = &library.Error{
		Kind: library.KindForbidden, Message: "this upload address was issued before an upgrade: start the upload again to get a new one",
	}
)

// check says whether the grant was made by this library for what it covers, and when it
// expires.
func (s *Signer) check(ctx context.Context, g grant, covered ...string) (time.Time, error) {
	expiry := time.Unix(g.expiry, 0)
	var err error
	if isOld(g.mark) {
		err = s.checkOld(ctx, contentPurpose, g.mark, append([]string{g.head()}, covered...)...)
		if err == nil && !s.clock().Before(expiry) {
			err = seal.ErrExpired
		}
	} else {
		err = s.seals.Check(ctx, contentPurpose, together(covered), expiry, g.head(), g.mark)
	}
	switch {
	case errors.Is(err, seal.ErrNotGenuine):
		return expiry, errNotGenuine
	case errors.Is(err, seal.ErrExpired):
		return expiry, errExpired
	}
	return expiry, err
}

// opened is what a grant of files opens.
type opened struct {
	key      string
	until    time.Time
	archived bool // also while the media item is archived
}

// checkFile returns what a grant opens at a path, with the query that it is shown by.
func (s *Signer) checkFile(ctx context.Context, text, path, shown string) (opened, error) {
	g, ok := parseGrant(text)
	if !ok {
		return opened{}, errNotGenuine
	}
	is := opened{key: path, archived: g.kind == archivedKey || g.kind == archivedNamed}
	covered, has := path, segments(path)
	switch {
	case (g.kind == keyGrant || g.kind == archivedKey) && has == g.number:
	case (g.kind == namedGrant || g.kind == archivedNamed) && has == g.number:
		is.key = path[:max(0, strings.LastIndexByte(path, '/'))]
	case g.kind == folderGrant && has > g.number:
		covered = strings.Join(strings.SplitN(path, "/", int(g.number)+1)[:g.number], "/")
	default:
		return opened{}, errNotGenuine
	}
	var err error
	is.until, err = s.check(ctx, g, covered, shown)
	return is, err
}

// checkUpload says which media item a grant takes bytes for, and until when those that a
// request has begun to send. A genuine grant that names the media item by its id is
// errOldUpload.
func (s *Signer) checkUpload(ctx context.Context, text string) (uuid.UUID, time.Time, error) {
	g, ok := parseGrant(text)
	if !ok || g.kind != uploadGrant && g.kind != oldUploadGrant {
		return uuid.Nil, time.Time{}, errNotGenuine
	}
	expiry, err := s.check(ctx, g)
	if g.kind == oldUploadGrant && (err == nil || errors.Is(err, errExpired)) {
		err = errOldUpload
	}
	if err != nil {
		return uuid.Nil, time.Time{}, err
	}
	return g.media, expiry.Add(library.UploadOverrun), nil
}
