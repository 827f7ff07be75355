package seal

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	tickets   Purpose = "tickets"
	addresses Purpose = "addresses"
)

// bench is a signer with a clock that can be set and keys that can be changed.
type bench struct {
	*Signer
	now  time.Time
	keys []Key
	fail error
	read int
}

func newBench(tb testing.TB, keys ...Key) *bench {
	tb.Helper()
	b := &bench{now: time.Unix(1_800_000_000, 0), keys: keys}
	b.Signer = b.another(tb)
	return b
}

// another is a second process with the same keys.
func (b *bench) another(tb testing.TB) *Signer {
	tb.Helper()
	if len(b.keys) == 0 {
		b.keys = []Key{NewKey(b.now)}
	}
	s, err := New(tb.Context(), func(context.Context) ([]Key, error) {
		b.read++
		return append([]Key(nil), b.keys...), b.fail
	}, func() time.Time { return b.now })
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// rotate has a new key sign.
func (b *bench) rotate() {
	for i := range b.keys {
		if b.keys[i].signs() {
			b.keys[i].RetiredAt = new(b.now)
		}
	}
	b.keys = append(b.keys, NewKey(b.now))
}

func (b *bench) in(d time.Duration) time.Time { return b.now.Add(d) }

func TestMark_IsForOnePurposeAudienceTimeAndText(t *testing.T) {
	t.Parallel()
	synctest.Test(t, markIsForOnePurposeAudienceTimeAndText)
}

func markIsForOnePurposeAudienceTimeAndText(t *testing.T) {
	t.Helper()
	b := newBench(t)
	in := b.in(time.Hour)
	m := b.Mark(tickets, "ada", in, "lenses")
	if err := b.Check(t.Context(), tickets, "ada", in, "lenses", m); err != nil || len(m) != MarkLength {
		t.Fatalf("%s of %d letters gives %v", m, len(m), err)
	}
	for name, err := range map[string]error{
		"another purpose":              b.Check(t.Context(), addresses, "ada", in, "lenses", m),
		"another audience":             b.Check(t.Context(), tickets, "bob", in, "lenses", m),
		"no audience":                  b.Check(t.Context(), tickets, "", in, "lenses", m),
		"another text":                 b.Check(t.Context(), tickets, "ada", in, "mirrors", m),
		"a longer life":                b.Check(t.Context(), tickets, "ada", in.Add(time.Second), "lenses", m),
		"a shorter life":               b.Check(t.Context(), tickets, "ada", in.Add(-time.Second), "lenses", m),
		"parts that are cut elsewhere": b.Check(t.Context(), tickets, "adalen", in, "ses", m),
		"audience and text swapped":    b.Check(t.Context(), tickets, "lenses", in, "ada", m),
		"nothing":                      b.Check(t.Context(), tickets, "ada", in, "lenses", ""),
		"with padding":                 b.Check(t.Context(), tickets, "ada", in, "lenses", m+"="),
		"with more":                    b.Check(t.Context(), tickets, "ada", in, "lenses", m+"A"),
		"another library's key":        newBench(t).Check(t.Context(), tickets, "ada", in, "lenses", m),
	} {
		if !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%s gives %v", name, err)
		}
	}
	for n := range len(m) {
		if err := b.Check(t.Context(), tickets, "ada", in, "lenses", m[:n]); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("cut to %d letters it gives %v", n, err)
		}
	}
	b.now = in
	if err := b.Check(t.Context(), tickets, "ada", in, "lenses", m); !errors.Is(err, ErrExpired) {
		t.Errorf("at its end it gives %v", err)
	}
	b.now = in.Add(-time.Nanosecond)
	if err := b.Check(t.Context(), tickets, "ada", in, "lenses", m); err != nil {
		t.Errorf("right before its end it gives %v", err)
	}
}

// With any bit changed, which includes each other algorithm and the ids of other keys, it
// is no signature.
func TestMark_OfWhichAnyBitIsChangedIsNotGenuine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, markOfWhichAnyBitIsChangedIsNotGenuine)
}

func markOfWhichAnyBitIsChangedIsNotGenuine(t *testing.T) {
	t.Helper()
	b := newBench(t)
	in := b.in(time.Hour)
	raw, err := base64.RawURLEncoding.DecodeString(b.Mark(tickets, "ada", in, "lenses"))
	if err != nil {
		t.Fatal(err)
	}
	for bit := range 8 * len(raw) {
		changed := bytes.Clone(raw)
		changed[bit/8] ^= 1 << (bit % 8)
		if err := b.Check(t.Context(), tickets, "ada", in, "lenses", base64.RawURLEncoding.EncodeToString(changed)); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("with bit %d changed it gives %v", bit, err)
		}
	}
	for algorithm := range 256 {
		changed := bytes.Clone(raw)
		if changed[0] = byte(algorithm); algorithm == hmacSHA256 {
			continue
		}
		if err := b.Check(t.Context(), tickets, "ada", in, "lenses", base64.RawURLEncoding.EncodeToString(changed)); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("algorithm %d gives %v", algorithm, err)
		}
	}
}

// A MAC is no other key's, also where both keys are the library's, or have the same id or
// the same secret.
func TestMark_NamesItsKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, markNamesItsKey)
}

func markNamesItsKey(t *testing.T) {
	t.Helper()
	b := newBench(t)
	in := b.in(time.Hour)
	first := b.Mark(tickets, "ada", in, "lenses")
	b.now = b.in(time.Second)
	b.rotate()
	second := b.another(t).Mark(tickets, "ada", in, "lenses")
	swap := func(id, rest string) string {
		to, _ := base64.RawURLEncoding.DecodeString(rest)
		from, _ := base64.RawURLEncoding.DecodeString(id)
		copy(to[1:1+keyIDBytes], from[1:1+keyIDBytes])
		return base64.RawURLEncoding.EncodeToString(to)
	}
	sameID, sameSecret := NewKey(b.now), NewKey(b.now)
	sameID.ID, sameSecret.Secret = b.keys[1].ID, b.keys[1].Secret
	for name, m := range map[string]string{
		"the old key's id on the new one's MAC": swap(first, second),
		"the new key's id on the old one's MAC": swap(second, first),
		"another secret under the same id":      newBench(t, sameID).Mark(tickets, "ada", in, "lenses"),
		"the same secret under another id":      newBench(t, sameSecret).Mark(tickets, "ada", in, "lenses"),
		"that secret, named as the library's":   swap(second, newBench(t, sameSecret).Mark(tickets, "ada", in, "lenses")),
	} {
		if err := b.Check(t.Context(), tickets, "ada", in, "lenses", m); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%s gives %v", name, err)
		}
	}
	for _, m := range []string{first, second} {
		if err := b.Check(t.Context(), tickets, "ada", in, "lenses", m); err != nil {
			t.Errorf("a genuine one gives %v", err)
		}
	}
}

func TestRotate_TheOldKeyVerifiesUntilTheLongestLifeHasPassed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, rotateTheOldKeyVerifiesUntilTheLongestLifeHasPassed)
}

func rotateTheOldKeyVerifiesUntilTheLongestLifeHasPassed(t *testing.T) {
	t.Helper()
	b := newBench(t)
	other := b.another(t)
	rotated := b.now
	// The longest that was signed with the old key, by a process that had not noticed yet.
	b.rotate()
	b.now = rotated.Add(freshness - time.Second)
	end := b.in(LongestLife)
	late := b.Mark(tickets, "ada", end, "")
	b.now = rotated.Add(freshness)
	fresh := b.Mark(tickets, "ada", end, "")
	if id, _, _ := parseMark(late); id != b.keys[0].ID {
		t.Errorf("within a minute it signs with %s", id)
	}
	if id, _, _ := parseMark(fresh); id != b.keys[1].ID {
		t.Errorf("after a minute it signs with %s", id)
	}
	if err := other.Check(t.Context(), tickets, "ada", end, "", fresh); err != nil {
		t.Errorf("another process takes the new key's signature with %v", err)
	}
	b.now = end.Add(-time.Second)
	if err := other.Check(t.Context(), tickets, "ada", end, "", late); err != nil {
		t.Errorf("right before its end it gives %v", err)
	}
	forged := mark(b.keys[0], tickets, "ada", end.Add(24*time.Hour), "")
	b.now = VerifiesUntil(rotated)
	if err := other.Check(t.Context(), tickets, "ada", end.Add(24*time.Hour), "", forged); !errors.Is(err, ErrNotGenuine) {
		t.Errorf("after its time the old key verifies with %v", err)
	}
	if err := other.CheckOld(t.Context(), b.keys[1].ID, []byte("x"), []byte("y")); !errors.Is(err, ErrNotGenuine) {
		t.Errorf("a key that signs gives %v for what is old", err)
	}
}

// A process that meets a key which it does not know reads the keys, once.
func TestCheck_ReadsTheKeysForAKeyItDoesNotKnow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, checkReadsTheKeysForAKeyItDoesNotKnow)
}

func checkReadsTheKeysForAKeyItDoesNotKnow(t *testing.T) {
	t.Helper()
	b := newBench(t)
	in := b.in(time.Hour)
	other := b.another(t)
	b.now = b.in(time.Second)
	b.rotate()
	m := b.another(t).Mark(tickets, "ada", in, "")
	b.read = 0
	for range 3 {
		if err := other.Check(t.Context(), tickets, "ada", in, "", m); err != nil {
			t.Fatal(err)
		}
	}
	if b.read != 1 {
		t.Errorf("it reads the keys %d times", b.read)
	}
	// While they cannot be read, what it knows goes on.
	b.fail = errors.New("the database is away")
	b.now = b.in(2 * time.Minute)
	if err := other.Check(t.Context(), tickets, "ada", in, "", m); err != nil {
		t.Errorf("without a database a known key gives %v", err)
	}
	unknown := mark(NewKey(b.now), tickets, "ada", in, "")
	if err := other.Check(t.Context(), tickets, "ada", in, "", unknown); !errors.Is(err, b.fail) {
		t.Errorf("without a database an unknown key gives %v", err)
	}
	b.fail = nil
	if err := other.Check(t.Context(), tickets, "ada", in, "", unknown); !errors.Is(err, ErrNotGenuine) {
		t.Errorf("an unknown key gives %v", err)
	}
	b.keys = nil
	if _, err := New(t.Context(), Static(), other.clock); err == nil {
		t.Error("there is a signer without a key")
	}
}

func TestSeal_OpensForItsAudience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, sealOpensForItsAudience)
}

func sealOpensForItsAudience(t *testing.T) {
	t.Helper()
	b := newBench(t)
	text := b.Seal(tickets, "lenses", "ada", b.in(time.Hour))
	o, err := b.Open(t.Context(), tickets, text)
	if err != nil || !o.Expiry.Equal(b.in(time.Hour)) || !IsSealed(text) {
		t.Fatalf("%s opens with %v until %s", text, err, o.Expiry)
	}
	if payload, err := o.For("lenses"); err != nil || payload != "ada" {
		t.Errorf("it says %q, %v", payload, err)
	}
	for _, audience := range []string{"", "lense", "lensesa", "mirrors"} {
		if payload, err := o.For(audience); !errors.Is(err, ErrNotGenuine) || payload != "" {
			t.Errorf("to %q it says %q, %v", audience, payload, err)
		}
	}
	if _, err := b.Open(t.Context(), addresses, text); !errors.Is(err, ErrNotGenuine) {
		t.Errorf("for another purpose it gives %v", err)
	}
	if _, err := newBench(t).Open(t.Context(), tickets, text); !errors.Is(err, ErrNotGenuine) {
		t.Errorf("in another library it gives %v", err)
	}
	for i := range text {
		for _, letter := range "AZaz09-_.=" {
			if changed := text[:i] + string(letter) + text[i+1:]; changed != text {
				if _, err := b.Open(t.Context(), tickets, changed); !errors.Is(err, ErrNotGenuine) {
					t.Errorf("%s gives %v", changed, err)
				}
			}
		}
		if _, err := b.Open(t.Context(), tickets, text[:i]); !errors.Is(err, ErrNotGenuine) {
			t.Errorf("%s gives %v", text[:i], err)
		}
	}
	if _, err := b.Open(t.Context(), tickets, strings.Repeat("A", maxSealed)+text); !errors.Is(err, ErrNotGenuine) {
		t.Errorf("what is too long gives %v", err)
	}
	b.now = b.in(time.Hour)
	if _, err := b.Open(t.Context(), tickets, text); !errors.Is(err, ErrExpired) {
		t.Errorf("at its end it gives %v", err)
	}
}

// What a stranger makes up is never genuine, and what parses has one spelling.
func FuzzOpen(f *testing.F) {
	b := newBench(f, Key{ID: "AAAAAAAA", Secret: bytes.Repeat([]byte("k"), secretBytes)})
	genuine := b.Seal(tickets, "lenses", "ada", b.in(time.Hour))
	for _, text := range []string{genuine, genuine + "=", strings.ToLower(genuine), "", ".", "A.A", b.Seal(addresses, "lenses", "ada", b.in(time.Hour))} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if o, mark, ok := parseSealed(text); ok {
			again := mark
			if id, sum, ok := parseMark(mark); ok {
				raw := append(append([]byte{hmacSHA256}, Key{ID: id}.rawID()...), sum...)
				again = base64.RawURLEncoding.EncodeToString(raw)
			}
			body, _, _ := strings.Cut(b.Seal(tickets, o.audience, o.payload, o.Expiry), ".")
			if body+"."+again != text {
				t.Errorf("%q and %q are the same", text, body+"."+again)
			}
		}
		if _, err := b.Open(t.Context(), tickets, text); err == nil && text != genuine {
			t.Errorf("%q is genuine", text)
		}
	})
}
