package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"code.dny.dev/ssrf"

	"github.com/lectern-media/lectern/internal/pace"
)

// Error says why there is no file. A caller that gave up itself gets its context's
// error instead.
type Error struct {
	// Sentence is for the person who gave the address. It names no address inside.
	Sentence string
	// Temporary is whether asking again later may help. All else is permanent: a
	// refusal by Lectern, or an answer that will stay the same.
	Temporary bool
	// RetryAfter is how long the server wants to be left alone; 0 where it says nothing.
	RetryAfter time.Duration
	// Err is the cause, for the log; it may be nil.
	Err error
}

// Error returns the sentence with its cause: a text for logs.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Sentence + ": " + e.Err.Error()
	}
	return e.Sentence
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func refuse(sentence string, args ...any) *Error {
	return &Error{Sentence: fmt.Sprintf(sentence, args...)}
}

// The causes with which a download is cut off from our side.
var (
	errIdle    = errors.New("nothing came for longer than the idle limit")
	errSlow    = errors.New("the file came too slowly")
	errTooLong = errors.New("the download took longer than the time limit")
)

const noServer = "There is no public server at this address. Check the spelling."

// explain makes an Error of whatever a connection failed with. ctx is that of the
// request, caller the context that the caller gave.
func (c *Client) explain(ctx, caller context.Context, err error) error {
	if caller.Err() != nil {
		return fmt.Errorf("fetch: %w", context.Cause(caller))
	}
	var said *Error
	if errors.As(err, &said) {
		return said
	}
	// The text of a url.Error is the whole address, which may carry a secret.
	var withURL *url.Error
	if errors.As(err, &withURL) {
		err = withURL.Err
	}
	if cause := context.Cause(ctx); errors.Is(cause, errIdle) || errors.Is(cause, errSlow) || errors.Is(cause, errTooLong) {
		err = cause
	}
	e := &Error{Err: err}
	e.Sentence, e.Temporary = c.describe(err)
	return e
}

// describe finds the words for a failure, and whether it may pass.
func (c *Client) describe(err error) (sentence string, temporary bool) {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		noTLS       tls.RecordHeaderError
		network     net.Error
	)
	switch {
	case errors.Is(err, errTooLong):
		return fmt.Sprintf("The download took longer than %s.", lengthOf(c.timeLimit)), false
	case errors.Is(err, errSlow):
		return fmt.Sprintf("The server sends the file too slowly, with less than %s a second. Download it to your computer, and upload it from there.", sizeOf(pace.MinRate)), false
	case errors.Is(err, errIdle):
		return "The server did not answer in time.", true
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrInvalidHostPort):
		return noServer, false
	case errors.As(err, &dns) && dns.IsNotFound:
		return noServer, false
	case errors.As(err, &certificate):
		return "The certificate of the server is not valid.", false
	case errors.As(err, &noTLS), errors.Is(err, http.ErrSchemeMismatch):
		return "The server does not support https at this address.", false
	case errors.As(err, &network) && network.Timeout():
		return "The server did not answer in time.", true
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "The server closed the connection before the file was complete.", true
	}
	return "The connection to the server failed.", true
}

// ofStatus is what an answer without a file means.
func ofStatus(answer *http.Response) *Error {
	code := answer.StatusCode
	e := &Error{Err: fmt.Errorf("status %d", code)}
	switch {
	case code == http.StatusNotFound:
		e.Sentence = "There is nothing at this address (404)."
	case code == http.StatusGone:
		e.Sentence = "There is nothing at this address any more (410)."
	case code == http.StatusUnauthorized, code == http.StatusPaymentRequired, code == http.StatusForbidden, code == http.StatusProxyAuthRequired:
		e.Sentence = fmt.Sprintf("The server does not make this file public (%d). It must be reachable without signing in.", code)
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= 500:
		e.Sentence = fmt.Sprintf("The server cannot deliver the file at the moment (%d).", code)
		e.Temporary, e.RetryAfter = true, retryAfter(answer.Header)
	default:
		e.Sentence = fmt.Sprintf("The server has no file at this address (%d).", code)
	}
	return e
}

// retryAfter reads a Retry-After in seconds, of at most a day. Those that are a date are
// rare, and a caller's back-off does as well.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.ParseUint(h.Get("Retry-After"), 10, 32)
	if err != nil {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, 24*time.Hour)
}

// sizeOf writes bytes as people do: whole gigabytes of 2³⁰ bytes as such, as limits are set
// in them, and everything else in decimal units.
func sizeOf(bytes int64) string {
	if bytes > 0 && bytes%(1<<30) == 0 {
		return strconv.FormatInt(bytes>>30, 10) + " GB"
	}
	for _, unit := range []struct {
		bytes int64
		name  string
	}{{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}} {
		if bytes >= unit.bytes {
			tenths := bytes / (unit.bytes / 10)
			return strconv.FormatFloat(float64(tenths)/10, 'f', -1, 64) + " " + unit.name
		}
	}
	return fmt.Sprintf("%d bytes", bytes)
}

// lengthOf writes a duration as people do.
func lengthOf(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{time.Hour, "hour"}, {time.Minute, "minute"}} {
		switch n := d / unit.length; {
		case n == 0 || d%unit.length != 0:
		case n == 1:
			return "1 " + unit.name
		default:
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return d.String()
}
