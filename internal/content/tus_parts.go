package content

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/blob"
)

// part is bytes of an upload from an offset on.
type part struct {
	key         string
	offset, end int64
}

// endOf is how far parts reach, one after the other.
func endOf(parts []part) int64 {
	if len(parts) == 0 {
		return 0
	}
	return parts[len(parts)-1].end
}

// parts lists the objects of an upload that follow on each other from its beginning.
func (u *tusUpload) parts(ctx context.Context) ([]part, error) {
	var all []part
	prefix := u.folder + "part-"
	err := u.content.Store.List(ctx, prefix, func(info blob.Info) error {
		text, _, _ := strings.Cut(strings.TrimPrefix(info.Key, prefix), "-")
		offset, err := strconv.ParseInt(text, 16, 64)
		if err != nil {
			return fmt.Errorf("%s is no part: %w", info.Key, err)
		}
		all = append(all, part{info.Key, offset, offset + info.Size})
		return nil
	})
	return chain(all), err
}

// chain picks the parts that follow on each other and reach furthest. Two nodes may
// write from one offset at the same time, the one for a client that has gone: whatever
// comes of the slower one never breaks the chain of the other, nor shortens it.
func chain(all []part) []part {
	slices.SortFunc(all, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.offset, b.offset), strings.Compare(a.key, b.key))
	})
	before := map[int64]part{} // the part by which an offset is reached
	furthest := int64(0)
	for _, p := range all {
		if _, reached := before[p.offset]; !reached && p.offset != 0 || p.end <= p.offset {
			continue
		}
		before[p.end] = p
		furthest = max(furthest, p.end)
	}
	var picked []part
	for offset := furthest; offset > 0; offset = before[offset].offset {
		picked = append(picked, before[offset])
	}
	slices.Reverse(picked)
	return picked
}

// joined reads parts one after the other.
type joined struct {
	ctx   context.Context //nolint:containedctx // an io.Reader has no other way to know of its request
	store blob.Store
	parts []part
	open  *blob.Object
	left  int64
}

// Read gives the bytes of the parts, and an error for one that lacks some.
func (j *joined) Read(p []byte) (int, error) {
	for j.left == 0 {
		if len(j.parts) == 0 {
			return 0, io.EOF
		}
		object, err := j.store.Open(j.ctx, j.parts[0].key)
		if err != nil {
			return 0, err
		}
		j.open, j.left, j.parts = object, j.parts[0].end-j.parts[0].offset, j.parts[1:]
	}
	n, err := j.open.Read(p[:min(int64(len(p)), j.left)])
	j.left -= int64(n)
	switch {
	case j.left == 0:
		err = j.open.Close()
	case err == io.EOF: //nolint:errorlint // io.Reader's end is never wrapped
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
