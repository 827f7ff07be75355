package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// Purpose is what a signature is for. One for another purpose is not valid.
type Purpose string

// LongestLife is the longest time for which anything is signed: two days, and the hour that
// expiries may be rounded up by. A key that was replaced verifies for as long.
const LongestLife = 49 * time.Hour

// What is wrong with a signature.
var (
	ErrNotGenuine = errors.New("seal: the signature is not one of this library's for this")
	ErrExpired    = errors.New("seal: the signature has expired")
)

// A mark is a signature in letters: in base 64 for URLs the algorithm, the key's id and
// the MAC.
const (
	hmacSHA256 = 1 // the one algorithm
	keyIDBytes = 6
	markBytes  = 1 + keyIDBytes + sha256.Size
	// MarkLength is the length of a mark in letters.
	MarkLength = markBytes / 3 * 4
)

// Mark signs a text for an audience until a time in seconds. It is for what is written
// elsewhere, as in an address, and given to [Signer.Check] again.
func (s *Signer) Mark(p Purpose, audience string, expiry time.Time, text string) string {
	return mark(s.current(), p, audience, expiry, text)
}

func mark(k Key, p Purpose, audience string, expiry time.Time, text string) string {
	sum := make([]byte, 0, markBytes)
	sum = append(sum, hmacSHA256)
	sum = append(sum, k.rawID()...)
	sum = append(sum, mac(k, p, audience, expiry, text)...)
	return base64.RawURLEncoding.EncodeToString(sum)
}

// mac is the MAC over all that a signature covers, each part with its length before it.
func mac(k Key, p Purpose, audience string, expiry time.Time, text string) []byte {
	sum := hmac.New(sha256.New, k.Secret)
	var expires [8]byte
	binary.BigEndian.PutUint64(expires[:], uint64(expiry.Unix()))
	for _, part := range []string{"lectern seal 1", k.ID, string(p), audience, string(expires[:]), text} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		_, _ = sum.Write(length[:]) // a hash takes everything
		_, _ = sum.Write([]byte(part))
	}
	return sum.Sum(nil)
}

// parseMark returns the key's id and the MAC of a mark. A mark has one spelling.
func parseMark(text string) (id string, sum []byte, ok bool) {
	if len(text) != MarkLength {
		return "", nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != markBytes || raw[0] != hmacSHA256 {
		return "", nil, false
	}
	return base64.RawURLEncoding.EncodeToString(raw[1 : 1+keyIDBytes]), raw[1+keyIDBytes:], true
}

// Check returns nil if a mark was made for the purpose, the audience, the expiry and the
// text, and has not expired. Otherwise it returns ErrNotGenuine or ErrExpired, or the error
// of reading the keys, if the mark names a key that this process has not seen.
func (s *Signer) Check(p Purpose, audience string, expiry time.Time, text, mark string) error {
	id, sum, ok := parseMark(mark)
	if !ok {
		return ErrNotGenuine
	}
	k, found, err := s.key(id)
	if err != nil {
		return err
	}
	if !found || !hmac.Equal(sum, mac(k, p, audience, expiry, text)) {
		return ErrNotGenuine
	}
	return s.notExpired(expiry)
}

func (s *Signer) notExpired(expiry time.Time) error {
	if !s.clock().Before(expiry) {
		return ErrExpired
	}
	return nil
}

// CheckOld returns nil if a MAC is that of a message by a key that signed before there were
// marks. Such keys are known by name, and sign nothing any more.
func (s *Signer) CheckOld(name string, message, sum []byte) error {
	k, found, err := s.key(name)
	if err != nil {
		return err
	}
	if !found || k.RetiredAt == nil {
		return ErrNotGenuine
	}
	again := hmac.New(sha256.New, k.Secret)
	_, _ = again.Write(message) // a hash takes everything
	if !hmac.Equal(sum, again.Sum(nil)) {
		return ErrNotGenuine
	}
	return nil
}

// maxSealed bounds what [Signer.Open] looks at, in letters.
const maxSealed = 4096

// Seal returns a text that carries a payload for an audience until a time in seconds, and
// that [Signer.Open] reads. The payload is signed, not encrypted.
func (s *Signer) Seal(p Purpose, audience, payload string, expiry time.Time) string {
	body := make([]byte, 0, 8+2+len(audience)+len(payload))
	body = binary.BigEndian.AppendUint64(body, uint64(expiry.Unix()))
	body = binary.BigEndian.AppendUint16(body, uint16(len(audience)))
	body = append(append(body, audience...), payload...)
	return base64.RawURLEncoding.EncodeToString(body) + "." + s.Mark(p, audience, expiry, payload)
}

// Opened is what a sealed text says. It is genuine and has not expired.
type Opened struct {
	Expiry            time.Time
	audience, payload string
}

// Audience is the audience that the text was sealed for. Callers that learn only later for
// which audience they serve compare it themselves.
func (o Opened) Audience() string { return o.audience }

// For returns the payload to the audience that it was sealed for, and ErrNotGenuine to any
// other.
func (o Opened) For(audience string) (payload string, err error) {
	if !hmac.Equal([]byte(audience), []byte(o.audience)) {
		return "", ErrNotGenuine
	}
	return o.payload, nil
}

// IsSealed reports whether a text looks like one that [Signer.Seal] has made.
func IsSealed(text string) bool { return strings.Contains(text, ".") }

// Open reads a sealed text. Its errors are those of [Signer.Check].
func (s *Signer) Open(p Purpose, text string) (Opened, error) {
	o, mark, ok := parseSealed(text)
	if !ok {
		return Opened{}, ErrNotGenuine
	}
	if err := s.Check(p, o.audience, o.Expiry, o.payload, mark); err != nil {
		return Opened{}, err
	}
	return o, nil
}

// parseSealed takes a sealed text apart. What it says is not verified yet.
func parseSealed(text string) (o Opened, mark string, ok bool) {
	if len(text) > maxSealed {
		return o, "", false
	}
	body, mark, ok := strings.Cut(text, ".")
	if !ok {
		return o, "", false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil || len(raw) < 8+2 || strings.ContainsAny(body, "\r\n") { // which decoding leaves out
		return o, "", false
	}
	o.Expiry = time.Unix(int64(binary.BigEndian.Uint64(raw)), 0)
	length := int(binary.BigEndian.Uint16(raw[8:]))
	if rest := raw[8+2:]; length <= len(rest) {
		o.audience, o.payload = string(rest[:length]), string(rest[length:])
		return o, mark, true
	}
	return o, "", false
}
