package content

import (
	"io"

	"github.com/lectern-media/lectern/internal/library"
)

// roomInterval is after how many bytes it is asked again whether there is room.
const roomInterval = 16 << 20

// roomy is a body that ends with an error when there is no room left for it. Without that, one
// large file would take what is kept free for everything else.
type roomy struct {
	io.Reader
	room  library.Room
	asked int64 // bytes that have come since it was asked
}

// within returns the body of a file, which ends when there is no room for it.
func within(room library.Room, body io.Reader) io.Reader {
	if room == nil {
		return body
	}
	return &roomy{Reader: body, room: room}
}

// Read reads from the body.
func (r *roomy) Read(p []byte) (int, error) {
	if r.asked >= roomInterval {
		r.asked = 0
		if err := r.room(0); err != nil {
			return 0, err
		}
	}
	n, err := r.Reader.Read(p)
	r.asked += int64(n)
	return n, err
}
