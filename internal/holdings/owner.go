package holdings

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
)

// Owner is the library that a storage may belong to.
type Owner interface {
	// ID tells the library from every other one.
	ID(ctx context.Context) (uuid.UUID, error)
	// HasFiles reports whether any row of the library names an object.
	HasFiles(ctx context.Context) (bool, error)
}

// MarkKey is the key of the mark, the object that says which library a storage belongs to.
// Without it no missing object is taken for lost, and no object is deleted as a stray.
const MarkKey = "lectern.json"

// mark is the content of the mark.
type mark struct {
	Library string `json:"library"` // its id
}

// StorageError says in one sentence why a storage is not the library's.
type StorageError struct{ Sentence string }

// Error returns the sentence.
func (e *StorageError) Error() string { return e.Sentence }

// errNoMark is for a storage without a mark; although says why it should have one.
func errNoMark(blobs blob.Store, although string) error {
	return &StorageError{fmt.Sprintf("%s has no %s%s: a disk may not be mounted, or the folder, bucket or prefix may be wrong; "+
		"if it is this library's storage, confirm it with lectern storage claim", nameOf(blobs), MarkKey, although)}
}

// errOthers is for a storage with the mark of another library.
func errOthers(blobs blob.Store) error {
	return &StorageError{fmt.Sprintf("%s belongs to another library, according to its %s: the folder, bucket, prefix or database may be wrong",
		nameOf(blobs), MarkKey)}
}

// nameOf is what an operator calls a storage: its address, where it knows that.
func nameOf(blobs blob.Store) string {
	if named, is := blobs.(fmt.Stringer); is {
		return named.String()
	}
	return "the storage"
}

// Check makes sure that a storage is there and belongs to the library. Otherwise, where there
// is no mark or another library's, it returns a [StorageError].
func Check(ctx context.Context, owner Owner, blobs blob.Store) error {
	ours, err := isOurs(ctx, owner, blobs)
	if err == nil && !ours {
		err = errNoMark(blobs, "")
	}
	return err
}

// OpenAt opens the storage at an address that blob.Open takes, and makes sure by own, which
// is [Open] or [Claim], that it is the owner's.
func OpenAt(
	ctx context.Context, address string, owner Owner, own func(context.Context, Owner, blob.Store) error,
) (blob.Store, error) {
	blobs, err := blob.Open(address)
	if err == nil {
		err = blobs.Ping(ctx)
	}
	if err == nil {
		err = own(ctx, owner, blobs)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the storage: %w", err)
	}
	return blobs, nil
}

// Open is Check, but gives a new storage to a library that is new too, by putting the mark
// there. Several nodes may do it at once.
func Open(ctx context.Context, owner Owner, blobs blob.Store) error {
	if ours, err := isOurs(ctx, owner, blobs); err != nil || ours {
		return err
	}
	old, err := isOld(ctx, owner, blobs)
	if err != nil {
		return err
	}
	if old == "" {
		return putMark(ctx, owner, blobs)
	}
	// Another node may have made the mark since, and taken the first bytes.
	if ours, err := isOurs(ctx, owner, blobs); err != nil || ours {
		return err
	}
	return errNoMark(blobs, old)
}

// Claim gives a storage to the library, whatever is in it, unless it belongs to another.
func Claim(ctx context.Context, owner Owner, blobs blob.Store) error {
	if ours, err := isOurs(ctx, owner, blobs); err != nil || ours {
		return err
	}
	return putMark(ctx, owner, blobs)
}

// isOurs reports whether a storage has the library's mark. Another's is a [StorageError].
func isOurs(ctx context.Context, owner Owner, blobs blob.Store) (bool, error) {
	id, err := owner.ID(ctx)
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

// maxMark is more bytes than any mark has.
const maxMark = 4 << 10

// readMark reads the mark of a storage. An object that is not a mark names no library.
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

func putMark(ctx context.Context, owner Owner, blobs blob.Store) error {
	id, err := owner.ID(ctx)
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

// isOld returns what shows that the library or the storage is not new; "" where both are.
func isOld(ctx context.Context, owner Owner, blobs blob.Store) (string, error) {
	has, err := owner.HasFiles(ctx)
	if err != nil {
		return "", err
	}
	if has {
		return ", but the library has files", nil
	}
	err = blobs.List(ctx, Prefix, func(blob.Info) error { return errFound })
	if errors.Is(err, errFound) {
		return ", but files of some library", nil
	}
	return "", err
}
