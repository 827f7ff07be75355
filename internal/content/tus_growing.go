package content

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"sync"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
)

// growing is the part of an upload that this process lengthens as bytes come, on stores
// that can ([blob.Appender]): the bytes are written once, and in the end the part becomes
// the original by a second name.
//
// This needs no lock that nodes share. Only the process that made a part lengthens it, and
// in it only the request that has taken the part out of [growings]: there is never a
// second writer, whatever the network, the client or another node do. Who does not have
// the part that an offset ends, as another node, or this one after a restart or a failed
// write, begins a part of its own there; then the parts are joined by copying.
//
// Of a part that is lengthened so many bytes count as its mark says (see
// [tusUpload.mark]). It is written before the first byte is appended, and again when the
// appended bytes are safe on disk. So bytes that count never change, and a process that is
// killed loses what came since the mark, which is less than partSize.
type growing struct {
	part
	marked bool
	sha256 hash.Hash // of a part from the beginning of the upload; nil for others
}

// isWhole says whether the part is all of an upload of a size.
func (g *growing) isWhole(size int64) bool {
	return g != nil && g.sha256 != nil && g.end == size
}

// write keeps bytes from an offset on, in the growing part where it ends there and in a new
// one elsewhere. After an error nobody goes on with the growing part.
func (u *tusUpload) write(ctx context.Context, grown *growing, offset int64, r io.Reader) (*growing, error) {
	if grown == nil || grown.end != offset || u.growing.store == nil {
		return u.begin(ctx, offset, r)
	}
	if !grown.marked {
		if err := u.mark(ctx, grown.part); err != nil {
			return nil, err
		}
		grown.marked = true
	}
	n, err := u.growing.store.Append(ctx, grown.key, grown.end-grown.offset, grown.hashed(r))
	if err != nil {
		return nil, err
	}
	grown.end += n
	return grown, u.mark(ctx, grown.part)
}

// begin keeps bytes from an offset on in a part of their own.
func (u *tusUpload) begin(ctx context.Context, offset int64, r io.Reader) (*growing, error) {
	name := fmt.Sprintf("%s%012x-%s", partName, offset, uuid.NewString())
	grown := &growing{part: part{key: u.run.Key(name).String(), offset: offset}}
	if offset == 0 && u.growing.store != nil {
		grown.sha256 = sha256.New()
	}
	info, err := u.content.Store.Put(ctx, grown.key, grown.hashed(r), "")
	grown.end = offset + info.Size
	return grown, err
}

// hashed reads bytes of the part, and hashes them where the part is.
func (g *growing) hashed(r io.Reader) io.Reader {
	if g.sha256 == nil {
		return r
	}
	return io.TeeReader(r, g.sha256)
}

// growings are the growing parts of the uploads that no request writes to now.
type growings struct {
	store blob.Appender // nil where the store cannot append: nothing grows there

	mu sync.Mutex
	of map[holdings.Run]*growing
}

// maxGrowings bounds what is remembered of uploads that may never go on, to about 3 MB. An
// upload whose growing part is forgotten only costs a copy when it ends.
const maxGrowings = 8192

func newGrowings(store blob.Store) *growings {
	appender, _ := store.(blob.Appender)
	return &growings{store: appender, of: map[holdings.Run]*growing{}}
}

// take issues the growing part of an upload, or nil: nobody else has it then.
func (g *growings) take(run holdings.Run) *growing {
	g.mu.Lock()
	defer g.mu.Unlock()
	taken := g.of[run]
	delete(g.of, run)
	return taken
}

// put takes a growing part back.
func (g *growings) put(run holdings.Run, grown *growing) {
	if grown == nil || g.store == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for other := range g.of {
		if len(g.of) < maxGrowings {
			break
		}
		delete(g.of, other)
	}
	g.of[run] = grown
}
