package work

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
)

const (
	// MarkKey is the object by which a storage says whose it is. Without it nothing that is
	// missing is taken for lost, and nothing that is there for nobody's.
	MarkKey = "lectern.json"
	// mediaPrefix begins the keys of all other objects. What is beside it is not Lectern's.
	mediaPrefix = "media/"
)

// mark is what is in the object.
type mark struct {
	Library string `json:"library"` // its id
}

// StorageError says in one sentence why a storage is not the library's.
type StorageError struct{ Sentence string }

// Error is the sentence.
func (e *StorageError) Error() string { return e.Sentence }

// errNoMark is for a storage that says nothing of whose it is, although it should.
func errNoMark(blobs blob.Store, although string) error {
	return &StorageError{fmt.Sprintf("%s has no %s%s: a disk may not be mounted, or the folder, bucket or prefix may be a wrong one; "+
		"if it is this library's storage, say so with lectern storage claim", nameOf(blobs), MarkKey, although)}
}

// errOthers is for one that says that it is not the library's.
func errOthers(blobs blob.Store) error {
	return &StorageError{fmt.Sprintf("%s belongs to another library, as its %s says: the folder, bucket or prefix may be a wrong one, or the database",
		nameOf(blobs), MarkKey)}
}

// nameOf names a storage to who runs it.
func nameOf(blobs blob.Store) string {
	if named, is := blobs.(fmt.Stringer); is {
		return named.String()
	}
	return "the storage"
}

// CheckStorage makes sure that a storage is there and the library's: a [StorageError]
// where it has no mark, or another's.
func CheckStorage(ctx context.Context, lib *library.Library, blobs blob.Store) error {
	ours, err := isOurs(ctx, lib, blobs)
	if err == nil && !ours {
		err = errNoMark(blobs, "")
	}
	return err
}

// OpenStorage is CheckStorage, but makes a storage that is as new as its library the
// library's. Several nodes may do it at once.
func OpenStorage(ctx context.Context, lib *library.Library, blobs blob.Store) error {
	if ours, err := isOurs(ctx, lib, blobs); err != nil || ours {
		return err
	}
	old, err := isOld(ctx, lib, blobs)
	if err != nil {
		return err
	}
	if old == "" {
		return putMark(ctx, lib, blobs)
	}
	// Another node may have made the mark since, and taken the first bytes.
	if ours, err := isOurs(ctx, lib, blobs); err != nil || ours {
		return err
	}
	return errNoMark(blobs, old)
}

// ClaimStorage makes a storage the library's, whatever is in it, unless it is another's.
func ClaimStorage(ctx context.Context, lib *library.Library, blobs blob.Store) error {
	if ours, err := isOurs(ctx, lib, blobs); err != nil || ours {
		return err
	}
	return putMark(ctx, lib, blobs)
}

// isOurs says whether a storage has the library's mark. Another's is a [StorageError].
func isOurs(ctx context.Context, lib *library.Library, blobs blob.Store) (bool, error) {
	id, err := lib.ID(ctx)
	if err != nil {
		return false, err
	}
	is, err := readMark(ctx, blobs)
	if errors.Is(err, blob.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if is.Library != id.String() {
		return false, errOthers(blobs)
	}
	return true, nil
}

// maxMark is more bytes than a mark has.
const maxMark = 4 << 10

// readMark reads the mark of a storage. What is no mark names no library.
func readMark(ctx context.Context, blobs blob.Store) (is mark, err error) {
	object, err := blobs.Open(ctx, MarkKey)
	if err != nil {
		return is, err
	}
	defer func() { _ = object.Close() }() // nothing was written to it
	text, err := io.ReadAll(io.LimitReader(object, maxMark))
	if err != nil {
		return is, err
	}
	if json.Unmarshal(text, &is) != nil {
		is = mark{}
	}
	return is, nil
}

func putMark(ctx context.Context, lib *library.Library, blobs blob.Store) error {
	id, err := lib.ID(ctx)
	if err != nil {
		return err
	}
	text, err := json.Marshal(mark{Library: id.String()})
	if err != nil {
		return err
	}
	_, err = blobs.Put(ctx, MarkKey, bytes.NewReader(append(text, '\n')), "application/json")
	return err
}

// errFound ends a listing at its first object.
var errFound = errors.New("found")

// isOld says by what one sees that the library or the storage is not new; "" where both are.
func isOld(ctx context.Context, lib *library.Library, blobs blob.Store) (string, error) {
	files, err := lib.FilesAfter(ctx, 0, 1)
	if err != nil {
		return "", err
	}
	if len(files) > 0 {
		return ", but the library has files", nil
	}
	err = blobs.List(ctx, mediaPrefix, func(blob.Info) error { return errFound })
	if errors.Is(err, errFound) {
		return ", but files of some library", nil
	}
	return "", err
}
