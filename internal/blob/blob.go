package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ErrNotFound says that a key names no object. The errors of this package wrap it.
var ErrNotFound = errors.New("object not found")

// ErrKey says that a text cannot be a key. The errors of this package wrap it.
var ErrKey = errors.New("not a key")

// Info says what is known of an object without reading it.
type Info struct {
	Key      string
	Size     int64     // bytes
	ETag     string    // strong, in quotes: another one for other bytes under the same key
	ModTime  time.Time // when it became visible, as its store has it
	MIMEType string    // as given to Put; what the key's end says where a store cannot keep it
}

// Object is one object, opened for reading. It may be read while it is deleted or
// replaced: then it ends with the bytes it was opened on, or with an error.
type Object struct {
	io.ReadSeekCloser
	Info Info
}

// Store keeps objects. Its methods may be called at the same time.
type Store interface {
	// Put reads r to its end and makes the bytes visible under the key, in the place of
	// what was there. Nothing is visible when it fails or when the process dies; a store
	// that is interrupted while it confirms the last step may have stored the whole object.
	Put(ctx context.Context, key string, r io.Reader, mimeType string) (Info, error)

	// PutFile is Put of a file that nobody writes to any more: a folder on the same disk
	// keeps the file itself, under a second name, instead of a copy.
	PutFile(ctx context.Context, key, path, mimeType string) (Info, error)

	// Open opens an object for reading from any place. The context ends the reading
	// too.
	Open(ctx context.Context, key string) (*Object, error)

	// Stat says what is known of an object. A List says the same, but no MIMEType on S3.
	Stat(ctx context.Context, key string) (Info, error)

	// Delete removes an object. It is not an error if the object does not exist.
	Delete(ctx context.Context, key string) error

	// List calls each for every object whose key begins with the prefix, in no promised
	// order, until each fails. The prefix may end within a segment.
	List(ctx context.Context, prefix string, each func(Info) error) error

	// File gives a program a file with the object's bytes to read: the store's own,
	// never to be written to, or a copy in the folder dir, which the caller removes.
	File(ctx context.Context, key, dir string) (string, error)

	// SweepInterrupted removes what broken-off Puts of keys with this prefix left behind
	// and nothing was written to since the given time. With dryRun it only counts. The
	// prefix may not end within a segment.
	SweepInterrupted(ctx context.Context, prefix string, before time.Time, dryRun bool) (int, error)

	// Ping says whether the store answers.
	Ping(ctx context.Context) error
}

// putCopy puts the bytes of a file.
func putCopy(ctx context.Context, store Store, key, path, mimeType string) (Info, error) {
	file, err := os.Open(path)
	if err != nil {
		return Info{}, fmt.Errorf("store %s: %w", key, err)
	}
	defer func() { _ = file.Close() }() // nothing was written to it
	return store.Put(ctx, key, file, mimeType)
}

// Redirector is a Store whose objects others can fetch from it directly.
type Redirector interface {
	Store

	// SignGET returns a URL with which anyone can read the object until it expires, as of
	// this MIME type and, where it is not empty, with this Content-Disposition. It makes no
	// request.
	SignGET(ctx context.Context, key string, expiry time.Duration, mimeType, disposition string) (string, error)

	// Origin is that of these URLs: scheme, host and port.
	Origin(ctx context.Context) (string, error)
}

// Open returns the store that an address names: a folder's path, which is created where
// it is not there, or s3://bucket with the parameters that [ParseS3] lists. It does not
// ask the bucket anything; Ping does.
func Open(address string) (Store, error) {
	if address == "" {
		return nil, errors.New("storage: an address is required: a folder, or s3://bucket?endpoint=…")
	}
	if strings.HasPrefix(address, "s3://") {
		options, err := ParseS3(address)
		if err != nil {
			return nil, err
		}
		return NewS3(options)
	}
	if scheme, _, ok := strings.Cut(address, "://"); ok {
		return nil, fmt.Errorf("storage: %q is not supported: give a folder, or s3://bucket?endpoint=…", scheme+"://")
	}
	return NewDisk(address)
}

// Bounds of a key, in bytes. S3 allows 1024 and most file systems 255 a segment; a
// bucket's prefix and temporary names need some of that.
const (
	maxKey     = 512
	maxSegment = 200
)

// CheckKey says why a text cannot be a key. A key is a path of segments of ASCII
// letters, digits, '-', '_' and '.', none beginning with a '.', so that it is the same
// on every file system, in a URL and in S3's XML, and never a temporary file's name.
func CheckKey(key string) error {
	if len(key) > maxKey {
		return fmt.Errorf("%w: longer than %d bytes", ErrKey, maxKey)
	}
	for segment := range strings.SplitSeq(key, "/") {
		switch {
		case segment == "":
			return fmt.Errorf("%w: %q has an empty segment", ErrKey, key)
		case segment[0] == '.':
			return fmt.Errorf("%w: %q has a segment that begins with a dot", ErrKey, key)
		case len(segment) > maxSegment:
			return fmt.Errorf("%w: %q has a segment longer than %d bytes", ErrKey, key, maxSegment)
		case strings.ContainsFunc(segment, isForeign):
			return fmt.Errorf("%w: %q has other than letters, digits, '-', '_' and '.'", ErrKey, key)
		}
	}
	return nil
}

func isKey(text string) bool { return CheckKey(text) == nil }

// checkPrefix says why no key can begin so.
func checkPrefix(prefix string) error {
	if prefix == "" {
		return nil
	}
	return CheckKey(strings.TrimSuffix(prefix, "/"))
}

func isForeign(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_', r == '.':
		return false
	}
	return true
}

// unknownType is the type of bytes of which nothing is known.
const unknownType = "application/octet-stream"

// TypeByKey is the MIME type that the end of a key stands for: those that a player
// needs, and application/octet-stream for all others. It does not depend on what is
// installed on the machine.
func TypeByKey(key string) string {
	switch path.Ext(key) {
	case ".m3u8":
		return "application/vnd.apple.mpegurl"
	case ".mp4", ".m4s":
		return "video/mp4"
	case ".m4a":
		return "audio/mp4"
	case ".vtt":
		return "text/vtt; charset=utf-8"
	case ".jpg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".json":
		return "application/json"
	}
	return unknownType
}

// maxType bounds a MIME type: it comes from strangers and is kept beside the bytes.
const maxType = 255

// typeOf is the type to keep for an object: the given one where it is one, in its usual
// spelling. Whatever else a stranger calls one is none: a database, a log or a header might
// not take it.
func typeOf(key, given string) string {
	kind, parameters, err := mime.ParseMediaType(given)
	if err != nil || !strings.Contains(kind, "/") || !utf8.ValidString(given) || strings.ContainsFunc(given, unicode.IsControl) {
		return TypeByKey(key)
	}
	spelled := mime.FormatMediaType(kind, parameters)
	if spelled == "" || len(spelled) > maxType {
		return TypeByKey(key)
	}
	return spelled
}
