package load

import (
	"fmt"
	"strconv"
	"time"
)

// Upload sends a request whose body is size bytes, a block over and over, and fails
// unless the answer is a success. The head lacks its last, empty line and the length.
func (c *Conn) Upload(head, block []byte, size int64) error {
	request := append([]byte(nil), head...)
	request = append(request, "Content-Length: "...)
	request = strconv.AppendInt(request, size, 10)
	if _, err := c.net.Write(append(request, "\r\n\r\n"...)); err != nil {
		return err
	}
	for left := size; left > 0; left -= int64(len(block)) {
		if _, err := c.net.Write(block[:min(left, int64(len(block)))]); err != nil {
			return c.refused(head, err)
		}
	}
	_, err := c.answer(head, false)
	return err
}

// refusalPatience is how long a server that takes no more may say why.
const refusalPatience = time.Second

// refused reads the answer of a server that did not take the whole of a body.
func (c *Conn) refused(head []byte, cause error) error {
	_ = c.net.SetReadDeadline(time.Now().Add(refusalPatience)) // without it the answer is waited for
	_, err := c.answer(head, false)
	return fmt.Errorf("send the body: %w, and then: %w", cause, err)
}

// AppendUpload appends the head of an upload.
func AppendUpload(buf []byte, method, path string, headers ...string) []byte {
	buf = append(buf, method+" "+path+" HTTP/1.1\r\nHost: 127.0.0.1\r\n"...)
	for _, header := range headers {
		buf = append(buf, header+"\r\n"...)
	}
	return buf
}

// AppendRange appends a GET request of the bytes from one place to another, both
// included.
func AppendRange(buf []byte, path string, from, to int64) []byte {
	buf = append(buf, "GET "+path+" HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes="...)
	buf = append(strconv.AppendInt(buf, from, 10), '-')
	return append(strconv.AppendInt(buf, to, 10), "\r\n\r\n"...)
}
