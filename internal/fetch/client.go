package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/lectern-media/lectern/internal/pace"
	"github.com/lectern-media/lectern/internal/provider"
)

// Options is what can be said about fetching. What is not said has the value in
// brackets.
type Options struct {
	// MaxBytes bounds a file. It has no default: what a library takes is its own to say.
	MaxBytes int64
	// TimeLimit bounds a whole download (6 hours).
	TimeLimit time.Duration
	// IdleLimit bounds the wait for an answer to begin, redirects included, and then
	// for each next piece of it (1 minute). A file must also come with 4 kB a second, but
	// may be behind that by two IdleLimits. Time in which nobody reads is not counted.
	IdleLimit time.Duration
	// AllowPrivate names what may be fetched from although it is not public: hosts by
	// name, addresses, and ranges as 10.1.0.0/16. A host by name is trusted wherever
	// its name leads. A machine with IPv6 only, behind NAT64, wants 64:ff9b::/96 here.
	AllowPrivate []string
	// UserAgent is sent with each request ("Lectern").
	UserAgent string
	// RootCAs are the authorities whose certificates are believed (the system's).
	RootCAs *x509.CertPool
	// Resolver finds the addresses of names (the system's).
	Resolver *net.Resolver
	// YouTubeOEmbed and VimeoOEmbed are where [Client.OEmbed] asks (the providers' own).
	YouTubeOEmbed, VimeoOEmbed string
}

// Client fetches files. It keeps no connections and runs nothing while nobody fetches,
// so there is nothing to stop. It is safe for concurrent use.
type Client struct {
	http      *http.Client
	maxBytes  int64
	timeLimit time.Duration
	idleLimit time.Duration
	userAgent string
	endpoints map[provider.Name]string
}

// New makes a client. It fails only without MaxBytes, and for an AllowPrivate or an address
// in the options that makes no sense.
func New(o Options) (*Client, error) {
	if o.MaxBytes <= 0 {
		return nil, errors.New("fetch: MaxBytes is not set")
	}
	g, err := newGuard(o.AllowPrivate, o.Resolver)
	if err != nil {
		return nil, err
	}
	c := &Client{
		http:      &http.Client{Transport: newTransport(g, o.RootCAs), CheckRedirect: checkRedirect},
		maxBytes:  o.MaxBytes,
		timeLimit: or(o.TimeLimit, 6*time.Hour),
		idleLimit: or(o.IdleLimit, time.Minute),
		userAgent: or(o.UserAgent, "Lectern"),
		endpoints: map[provider.Name]string{
			provider.YouTube: or(o.YouTubeOEmbed, "https://www.youtube.com/oembed"),
			provider.Vimeo:   or(o.VimeoOEmbed, "https://vimeo.com/api/oembed.json"),
		},
	}
	for name, endpoint := range c.endpoints {
		if _, err := parseAddress(endpoint); err != nil {
			return nil, fmt.Errorf("the oEmbed address of %s: %w", name, err)
		}
	}
	return c, nil
}

func or[T comparable](given, otherwise T) T {
	var none T
	if given == none {
		return otherwise
	}
	return given
}

// newTransport opens a connection for each request. Kept ones would save little between
// downloads that are minutes apart, and would have been checked long ago.
func newTransport(g *guard, roots *x509.CertPool) *http.Transport {
	return &http.Transport{
		DialContext:            g.dial,
		Proxy:                  nil,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// Within is the client with closer limits, for what is known to be small: a thumbnail,
// say. A limit of 0 stays as it is.
func (c *Client) Within(maxBytes int64, timeLimit time.Duration) *Client {
	closer := *c
	closer.maxBytes = min(or(maxBytes, c.maxBytes), c.maxBytes)
	closer.timeLimit = min(or(timeLimit, c.timeLimit), c.timeLimit)
	return &closer
}

// Get begins to download the file at an address. It returns once the first bytes are
// there and look like a file; the caller reads the rest and closes it. Whatever fails,
// here and while reading, is an [*Error], or the error of ctx once that has ended.
func (c *Client) Get(ctx context.Context, address string) (*Body, error) {
	u, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	whole, cancel := context.WithTimeoutCause(ctx, c.timeLimit, errTooLong)
	b := &Body{client: c, caller: ctx, whole: whole, cancel: cancel, address: u, pace: pace.New(c.idleLimit)}
	if err := b.begin(); err != nil {
		_ = b.Close()
		return nil, err
	}
	return b, nil
}

// answer is one response, watched for silence.
type answer struct {
	*http.Response
	ctx    context.Context
	cancel context.CancelCauseFunc
	idle   time.Duration
	timer  *time.Timer
}

// ask sends a request for what begins at byte from, and returns what answers it. With
// from and tag set it is for the rest of the very file that the strong ETag names.
func (c *Client) ask(ctx context.Context, u *url.URL, from int64, tag string) (*answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	a := &answer{ctx: ctx, cancel: cancel, idle: c.idleLimit}
	a.timer = time.AfterFunc(a.idle, func() { cancel(errIdle) })
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		a.close()
		return a, err
	}
	request.Header.Set("User-Agent", c.userAgent)
	request.Header.Set("Accept", "*/*")
	request.Header.Set("Accept-Encoding", "identity")
	if from > 0 {
		request.Header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-")
		request.Header.Set("If-Range", tag)
	}
	a.Response, err = c.http.Do(request) //nolint:bodyclose // because answer.close does
	a.timer.Stop()
	if err != nil {
		a.close()
		return a, err
	}
	return a, nil
}

// read reads the next piece within the limits.
func (a *answer) read(p []byte, limits *pace.Pace) (int, error) {
	limit, slow := limits.Limit()
	cause := errIdle
	if slow {
		cause = errSlow
	}
	timer := time.AfterFunc(limit, func() { a.cancel(cause) })
	began := time.Now()
	n, err := a.Body.Read(p)
	timer.Stop()
	limits.Waited(time.Since(began), n)
	return n, err
}

func (a *answer) close() {
	a.timer.Stop()
	a.cancel(context.Canceled)
	if a.Response != nil {
		_ = a.Body.Close()
	}
}
