package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
)

// A Conn is one keep-alive HTTP/1.1 connection that asks one thing at a time. It
// knows just enough of HTTP for the servers measured here, because driver and server
// share the machine: net/http's client takes twice the processor time for an answer,
// which the server then does not get.
type Conn struct {
	net    net.Conn
	reader *bufio.Reader
	body   []byte // of the last answer that was kept
}

// answerBuffer holds a whole page of media, so that reading it is one system call.
const answerBuffer = 32 << 10

// Dial connects to a server on this machine.
func Dial(ctx context.Context, addr string) (*Conn, error) {
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &Conn{net: c, reader: bufio.NewReaderSize(c, answerBuffer)}, nil
}

// Close ends the connection.
func (c *Conn) Close() error { return c.net.Close() }

// Do sends a request, throws away the body of its answer and fails unless the status
// is that of a success.
func (c *Conn) Do(request []byte) error {
	_, err := c.exchange(request, false)
	return err
}

// Fetch sends a request and returns the body of its answer, which is good until the
// next request. It fails unless the status is that of a success.
func (c *Conn) Fetch(request []byte) ([]byte, error) {
	return c.exchange(request, true)
}

func (c *Conn) exchange(request []byte, keep bool) ([]byte, error) {
	if _, err := c.net.Write(request); err != nil {
		return nil, err
	}
	return c.answer(request, keep)
}

// answer reads the answer to a request that is sent.
func (c *Conn) answer(request []byte, keep bool) ([]byte, error) {
	head, err := c.readHead()
	if err != nil {
		return nil, fmt.Errorf("read the answer to %q: %w", firstLine(request), err)
	}
	c.body = c.body[:0]
	failed := head.status < 200 || head.status > 299
	if err := c.readBody(head, keep || failed); err != nil {
		return nil, fmt.Errorf("read the body of the answer to %q: %w", firstLine(request), err)
	}
	if failed {
		return nil, fmt.Errorf("%q was answered with %d: %s", firstLine(request), head.status, c.body)
	}
	return c.body, nil
}

// A head is what of an answer's head matters for finding its end.
type head struct {
	status  int
	length  int // -1 unless given
	chunked bool
}

var (
	contentLength    = []byte("Content-Length")
	transferEncoding = []byte("Transfer-Encoding")
	chunkedEncoding  = []byte("chunked")
)

func (c *Conn) readHead() (head, error) {
	h := head{length: -1}
	line, err := c.readLine()
	if err != nil {
		return h, err
	}
	protocol, rest, _ := bytes.Cut(line, []byte(" "))
	code, _, _ := bytes.Cut(rest, []byte(" "))
	if h.status, err = strconv.Atoi(string(code)); err != nil || !bytes.Equal(protocol, []byte("HTTP/1.1")) {
		return h, fmt.Errorf("%q is no status line of HTTP/1.1", line)
	}
	for {
		line, err := c.readLine()
		if err != nil {
			return h, err
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case bytes.EqualFold(name, contentLength):
			if h.length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil || h.length < 0 {
				return h, fmt.Errorf("bad Content-Length %q", value)
			}
		case bytes.EqualFold(name, transferEncoding):
			h.chunked = bytes.EqualFold(bytes.TrimSpace(value), chunkedEncoding)
		}
	}
	if h.status == http.StatusNoContent {
		h.length = 0
	}
	if !h.chunked && h.length < 0 {
		return h, errors.New("the answer says neither Content-Length nor chunked")
	}
	return h, nil
}

func (c *Conn) readBody(h head, keep bool) error {
	if !h.chunked {
		return c.take(h.length, keep)
	}
	for {
		line, err := c.readLine()
		if err != nil {
			return err
		}
		size, err := strconv.ParseUint(string(line), 16, 31)
		if err != nil {
			return fmt.Errorf("bad chunk size %q", line)
		}
		if err := c.take(int(size), keep); err != nil {
			return err
		}
		// The line break after a chunk, or the empty trailer after the last.
		if line, err = c.readLine(); err != nil {
			return err
		}
		if len(line) != 0 {
			return fmt.Errorf("%q after a chunk", line)
		}
		if size == 0 {
			return nil
		}
	}
}

// take reads the next n bytes of the body, and keeps them if asked.
func (c *Conn) take(n int, keep bool) error {
	if !keep {
		_, err := c.reader.Discard(n)
		return err
	}
	start := len(c.body)
	c.body = append(c.body, make([]byte, n)...)
	_, err := io.ReadFull(c.reader, c.body[start:])
	return err
}

// readLine returns the next line without its line break; it is good until the next read.
func (c *Conn) readLine() ([]byte, error) {
	line, err := c.reader.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}

func firstLine(request []byte) []byte {
	line, _, _ := bytes.Cut(request, []byte("\r\n"))
	return line
}

// AppendGet appends a GET request of a path, with a bearer token unless that is empty.
func AppendGet(buf []byte, path, token string) []byte {
	buf = append(buf, "GET "...)
	buf = append(buf, path...)
	return AppendHeaders(buf, token)
}

// AppendHeaders appends all of a request without a body that comes after its path.
func AppendHeaders(buf []byte, token string) []byte {
	return append(appendHeaders(buf, token), "\r\n"...)
}

// AppendPost appends a POST request with a JSON body.
func AppendPost(buf []byte, path, token string, body []byte) []byte {
	buf = append(buf, "POST "...)
	buf = append(buf, path...)
	buf = append(appendHeaders(buf, token), "Content-Type: application/json\r\nContent-Length: "...)
	buf = strconv.AppendInt(buf, int64(len(body)), 10)
	buf = append(buf, "\r\n\r\n"...)
	return append(buf, body...)
}

func appendHeaders(buf []byte, token string) []byte {
	buf = append(buf, " HTTP/1.1\r\nHost: 127.0.0.1\r\n"...)
	if token != "" {
		buf = append(buf, "Authorization: Bearer "...)
		buf = append(buf, token...)
		buf = append(buf, "\r\n"...)
	}
	return buf
}
