package blob

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"
)

// S3Options say where a bucket is and how to ask it.
type S3Options struct {
	Bucket    string
	Endpoint  *url.URL      // http or https, without a path; nil for Amazon's own
	Region    string        // us-east-1 where it is empty, as S3-compatible stores take it
	Prefix    string        // comes before all keys, without a slash at its end; may be empty
	Silence   time.Duration // a request during which no byte moves for so long fails; DefaultSilence where 0
	AccessKey string
	SecretKey Secret
	Session   Secret // the token of temporary credentials; may be empty
}

// DefaultSilence is how long an S3 store may say nothing before a request fails. It is
// tried again twice.
const DefaultSilence = 30 * time.Second

// Secret is a text that logs and formats do not show.
type Secret string

// String hides the secret.
func (Secret) String() string { return "(secret)" }

// GoString hides the secret.
func (Secret) GoString() string { return "(secret)" }

// MarshalText hides the secret, from JSON too.
func (Secret) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue("(secret)") }

// ParseS3 reads an address of the form
//
//	s3://bucket?endpoint=https://host:port&region=…&prefix=…&silence=30s
//
// where every parameter may be missing. The credentials come from the environment:
// LECTERN_S3_ACCESS_KEY and LECTERN_S3_SECRET_KEY, or else Amazon's AWS_ACCESS_KEY_ID,
// AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. None are taken from the address, which
// is logged and seen in lists of processes.
func ParseS3(address string) (S3Options, error) {
	u, err := url.Parse(address)
	if err != nil { // without the cause, which quotes the address and perhaps a password
		return S3Options{}, errors.New("storage: the address is not a URL; use s3://bucket?endpoint=…")
	}
	switch {
	case u.User != nil:
		return S3Options{}, errors.New("storage: do not put credentials into the address; set LECTERN_S3_ACCESS_KEY and LECTERN_S3_SECRET_KEY")
	case u.Scheme != "s3" || u.Host == "" || u.Port() != "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "":
		return S3Options{}, fmt.Errorf("storage: %q: give s3://bucket?endpoint=https://host&region=…&prefix=…", u.Redacted())
	}
	options := S3Options{Bucket: u.Host, Region: "us-east-1", Silence: DefaultSilence}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return S3Options{}, fmt.Errorf("storage: the parameters of %q: %w", u.Redacted(), err)
	}
	for name, values := range query {
		if err := options.set(name, values); err != nil {
			return S3Options{}, fmt.Errorf("storage: %w", err)
		}
	}
	return options, options.credentials(os.Getenv)
}

// set takes one parameter of an address.
func (o *S3Options) set(name string, values []string) (err error) {
	value := values[len(values)-1]
	switch name {
	case "endpoint":
		o.Endpoint, err = url.Parse(value)
		if err != nil || (o.Endpoint.Scheme != "http" && o.Endpoint.Scheme != "https") ||
			o.Endpoint.Host == "" || o.Endpoint.User != nil || strings.Trim(o.Endpoint.Path, "/") != "" {
			return errors.New("endpoint is a URL as https://host:port, without a path or credentials")
		}
	case "region":
		o.Region = value
	case "prefix":
		o.Prefix = strings.Trim(value, "/")
		if err := checkPrefix(o.Prefix); err != nil {
			return fmt.Errorf("prefix: %w", err)
		}
	case "silence":
		if o.Silence, err = time.ParseDuration(value); err != nil || o.Silence <= 0 {
			return fmt.Errorf("silence must be a duration such as 30s, not %q", value)
		}
	default:
		return fmt.Errorf("unknown parameter %q: there are endpoint, region, prefix and silence", name)
	}
	return nil
}

// credentials takes the keys from the environment.
func (o *S3Options) credentials(getenv func(string) string) error {
	o.AccessKey, o.SecretKey = getenv("LECTERN_S3_ACCESS_KEY"), Secret(getenv("LECTERN_S3_SECRET_KEY"))
	if o.AccessKey == "" && o.SecretKey == "" {
		o.AccessKey, o.SecretKey = getenv("AWS_ACCESS_KEY_ID"), Secret(getenv("AWS_SECRET_ACCESS_KEY"))
		o.Session = Secret(getenv("AWS_SESSION_TOKEN"))
	}
	if o.AccessKey == "" || o.SecretKey == "" {
		return errors.New("storage: set LECTERN_S3_ACCESS_KEY and LECTERN_S3_SECRET_KEY (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) to reach the bucket")
	}
	return nil
}
