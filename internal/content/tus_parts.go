package content

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
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

// What the names of an upload's objects begin with, before an offset and a UUID: a part is
// bytes from the offset on, and a mark says how far those of the part with the same offset
// and UUID count. A part without a mark counts whole.
const (
	partName = "part-"
	markName = "mark-"
)

// parts lists the parts of an upload that follow on each other from its beginning.
func (u *tusUpload) parts(ctx context.Context) ([]part, error) {
	var all []part
	err := u.content.Store.List(ctx, u.run.Key(partName).String(), func(info blob.Info) error {
		key, _ := holdings.ParseKey(info.Key)
		text, _, _ := strings.Cut(strings.TrimPrefix(key.Name, partName), "-")
		offset, err := strconv.ParseInt(text, 16, 64)
		if err != nil {
			return fmt.Errorf("%s is not a part: %w", info.Key, err)
		}
		all = append(all, part{info.Key, offset, offset + info.Size})
		return nil
	})
	if err != nil {
		return nil, err
	}
	// The marks after the sizes: a size that has bytes which do not count yet is that of a
	// part that has its mark already.
	for i := range all {
		if err := u.heedMark(ctx, &all[i]); err != nil {
			return nil, err
		}
	}
	return chain(all), nil
}

// chain picks the parts that follow on each other and reach furthest. Two nodes may
// write from one offset at the same time, the one for a client that has gone: whatever
// comes of the slower one never breaks the chain of the other, nor shortens it. A part
// that grew on after another began behind it is cut there; of two that begin together, the
// one is taken that reaches the least too far.
func chain(all []part) []part {
	slices.SortFunc(all, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.offset, b.offset), cmp.Compare(b.end, a.end), strings.Compare(a.key, b.key))
	})
	var reached []part // each begins where those before it have come to, or earlier
	end := int64(0)
	last := -1 // of them, the one that reaches furthest
	for _, p := range all {
		if p.offset > end || p.end <= p.offset {
			continue
		}
		reached = append(reached, p)
		if p.end > end {
			end, last = p.end, len(reached)-1
		}
	}
	var picked []part
	for i := last; i >= 0; i-- {
		if p := reached[i]; p.offset < end && end <= p.end {
			p.end = end
			picked = append(picked, p)
			end = p.offset
		}
	}
	slices.Reverse(picked)
	return picked
}

// markOf is the key of a part's mark.
func markOf(part string) string {
	key, _ := holdings.ParseKey(part)
	return key.Run.Key(markName + strings.TrimPrefix(key.Name, partName)).String()
}

// mark notes how far a part counts. The mark is replaced in one step, so that a process that reads
// it meanwhile has the old end or the new one.
func (u *tusUpload) mark(ctx context.Context, p part) error {
	_, err := u.content.Store.Put(ctx, markOf(p.key), strings.NewReader(strconv.FormatInt(p.end, 16)), "text/plain")
	return err
}

// heedMark ends a part where its mark says, which may be later than it was when its size was
// asked for.
func (u *tusUpload) heedMark(ctx context.Context, p *part) error {
	if u.growing.store == nil {
		return nil
	}
	object, err := u.content.Store.Open(ctx, markOf(p.key))
	if errors.Is(err, blob.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer object.Close()
	text, err := io.ReadAll(io.LimitReader(object, maxMark))
	if err != nil {
		return err
	}
	if p.end, err = strconv.ParseInt(string(text), 16, 64); err != nil {
		return fmt.Errorf("the mark of %s: %w", p.key, err)
	}
	return nil
}

// maxMark is how long a mark is at most: a number of 64 bits.
const maxMark = 16

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
