package content

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func testSigner(tb testing.TB) (*Signer, time.Time) {
	tb.Helper()
	now := time.Unix(1_800_000_000, 0)
	signer, err := NewSigner(bytes.Repeat([]byte("k"), minKey), "http://x", func() time.Time { return now })
	if err != nil {
		tb.Fatal(err)
	}
	return signer, now.Add(time.Hour)
}

// What a stranger makes up never opens anything, and what parses has one spelling.
func FuzzGrant(f *testing.F) {
	signer, in := testSigner(f)
	folder, file := signer.fileGrant("media/7/a", true, in, ""), signer.fileGrant("media/7/a/b", false, in, "")
	upload := signer.uploadGrant(7, in)
	for _, text := range []string{folder, file, upload, "", "d-0-0-", "k--1-1-", folder + "=", strings.ToUpper(folder)} {
		f.Add(text, "media/7/a/b", "")
	}
	f.Add(folder, "media/8/a/b", "x")
	f.Add(file, "media/7/a//b", "")
	f.Fuzz(func(t *testing.T, text, key, filename string) {
		if g, ok := parseGrant(text); ok && g.format() != text {
			t.Errorf("%q and %q are the same grant", text, g.format())
		}
		if _, err := signer.checkFile(text, key, filename); err == nil {
			genuine := text == folder && strings.HasPrefix(key, "media/7/a/") || text == file && key == "media/7/a/b"
			if !genuine || filename != "" {
				t.Errorf("%q opens %q as %q", text, key, filename)
			}
		}
		if media, _, err := signer.checkUpload(text); err == nil && (text != upload || media != 7) {
			t.Errorf("%q takes bytes for media %d", text, media)
		}
	})
}

func TestGrant_OfWhichAnyLetterIsChangedOpensNothing(t *testing.T) {
	t.Parallel()
	signer, in := testSigner(t)
	for _, text := range []string{signer.fileGrant("a/b", true, in, ""), signer.fileGrant("a/b/c", false, in, "")} {
		if _, err := signer.checkFile(text, "a/b/c", ""); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for i := range text {
			for _, letter := range "0123zdkuA-_" {
				if changed := text[:i] + string(letter) + text[i+1:]; changed != text {
					if _, err := signer.checkFile(changed, "a/b/c", ""); err == nil {
						t.Errorf("%s opens what %s opens", changed, text)
					}
				}
			}
		}
	}
	other, err := NewSigner(bytes.Repeat([]byte("l"), minKey), "http://x", signer.clock)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := other.checkUpload(signer.uploadGrant(7, in)); err == nil {
		t.Error("another key's grant is taken")
	}
	if _, err := NewSigner(make([]byte, minKey-1), "", nil); err == nil {
		t.Error("a short key is taken")
	}
}

func TestChain_ReachesFurthest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		parts []part
		want  string
	}{
		"none":                    {nil, ""},
		"in order":                {[]part{{"a", 0, 5}, {"b", 5, 9}}, "ab"},
		"out of order":            {[]part{{"b", 5, 9}, {"a", 0, 5}}, "ab"},
		"a gap":                   {[]part{{"a", 0, 5}, {"b", 6, 9}}, "a"},
		"no beginning":            {[]part{{"b", 5, 9}}, ""},
		"a long one that ends":    {[]part{{"a", 0, 5}, {"b", 5, 20}, {"c", 0, 10}}, "ab"},
		"a long one that goes on": {[]part{{"a", 0, 5}, {"b", 5, 8}, {"c", 0, 10}, {"d", 10, 11}}, "cd"},
		"one that grew on":        {[]part{{"a", 0, 9}, {"b", 5, 12}}, "ab"},
		"one that grew furthest":  {[]part{{"a", 0, 15}, {"b", 5, 12}}, "a"},
		"an empty one":            {[]part{{"a", 0, 0}, {"b", 0, 3}, {"c", 3, 3}}, "b"},
	} {
		got, end := "", int64(0)
		for _, p := range chain(c.parts) {
			if p.offset != end {
				t.Errorf("%s: %s begins at %d, not at %d", name, p.key, p.offset, end)
			}
			got, end = got+p.key, p.end
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
