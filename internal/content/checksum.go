package content

import (
	"crypto/sha256"
	"hash"
	"io"
	"sync"
)

// checksumBlock is how many bytes are read and hashed at once.
const checksumBlock = 256 << 10

// checksum is the SHA-256 of what is read through it. It is worked out beside the reading,
// of a copy: hashing takes as long as writing to a disk does, copying a tenth of that.
type checksum struct {
	hash    hash.Hash
	working sync.WaitGroup
	block   []byte // is being hashed
	spare   []byte // is not
}

func newChecksum() *checksum { return &checksum{hash: sha256.New()} }

// add hashes bytes, after those before them. It may return before that is done.
func (c *checksum) add(p []byte) {
	c.spare = append(c.spare[:0], p...)
	c.working.Wait()
	c.block, c.spare = c.spare, c.block
	block := c.block
	c.working.Go(func() { _, _ = c.hash.Write(block) }) // a hash takes everything
}

// sum is the checksum of all bytes so far. More may be added.
func (c *checksum) sum() [sha256.Size]byte {
	c.rest()
	return [sha256.Size]byte(c.hash.Sum(nil))
}

// rest gives back what is only needed while bytes come.
func (c *checksum) rest() {
	c.working.Wait()
	c.block, c.spare = nil, nil
}

// through reads with the checksum.
func (c *checksum) through(r io.Reader) io.Reader { return &summed{r, c} }

type summed struct {
	io.Reader
	checksum *checksum
}

// Read reads and adds.
func (r *summed) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p[:min(len(p), checksumBlock)])
	if n > 0 {
		r.checksum.add(p[:n])
	}
	return n, err
}
