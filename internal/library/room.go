package library

import "io"

// Room returns an error of [KindNoSpace] unless there is room for a file of so many bytes; with
// 0, for any file at all. Where it is nil, there is room.
type Room func(size int64) error

// WithRoom returns the library with uploads that begin only while there is room.
func (l *Library) WithRoom(room Room) *Library {
	with := l.With(l.settings)
	with.room = room
	return with
}

// roomInterval is after how many bytes it is asked again whether there is room.
const roomInterval = 16 << 20

// Within returns the bytes of a file as they arrive, which end with an error when there is no room
// left for them. Without that, one large file would take what is kept free for everything else.
func (r Room) Within(file io.Reader) io.Reader {
	if r == nil {
		return file
	}
	return &roomy{Reader: file, room: r}
}

// roomy is a file that comes while there is room.
type roomy struct {
	io.Reader
	room  Room
	asked int64 // bytes that have come since it was asked
}

// Read reads from the file.
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
