package library

import (
	"testing"
	"unicode"
)

func TestFoldTitle(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Lenses": "lenses", "ÜBER": "uber", "U\u0308ber": "uber", "Straße": "strasse", "ΣΟΦΌΣ": "σοφοσ", "σοφός": "σοφοσ",
		"Ёлка": "елка", "ﬁle №5": "file no5", "İ": "i", "I": "i", "ı": "ı", "한국": "한국", "שָׁלוֹם": "שלום", "❤️": "❤", "\u0301": "",
		"Ⅷ": "viii", "ℌ": "h", "Ǆ": "dz", "ᾳ": "α", "A\u00a0b": "a b",
		"Opti\u00adcs": "optics", "Op\u200bti\u2060cs\ufeff": "optics", "می\u200cخواهم": "میخواهم", "a\u3164\uffa0b": "ab",
		"\u202eabc\u202c": "abc", "\U000e0041x": "x", "\u00ad\u200b": "", "e\u034f\u0301": "e", "\u0600": "\u0600",
	} {
		got := FoldTitle(title)
		if got != want {
			t.Errorf("%q is folded to %q, want %q", title, got, want)
		}
		if again := FoldTitle(got); again != got {
			t.Errorf("%q, folded again, becomes %q", got, again)
		}
	}
}

// However a letter is written, it is folded alike; and folding what is folded changes
// nothing.
func TestFoldTitle_OfEveryLetter(t *testing.T) {
	t.Parallel()
	for r := range unicode.MaxRune {
		folded := FoldTitle(string(r))
		if again := FoldTitle(folded); again != folded {
			t.Errorf("%U is folded to %q, and that to %q", r, folded, again)
		}
		if unicode.Is(unicode.Mn, r) || r == 'ı' { // which is a letter of its own, and I in capitals
			continue
		}
		if upper := unicode.ToUpper(r); upper != r && FoldTitle(string(upper)) != folded {
			t.Errorf("%q is folded to %q, and %q to %q", r, folded, upper, FoldTitle(string(upper)))
		}
	}
}

func FuzzFoldTitle(f *testing.F) {
	for _, title := range []string{"Straße", "한국어", "\u0345\u0301", "ẞǅ", "\xff"} {
		f.Add(title)
	}
	f.Fuzz(func(t *testing.T, title string) {
		if once := FoldTitle(title); FoldTitle(once) != once {
			t.Errorf("%q is folded to %q, and that to %q", title, once, FoldTitle(once))
		}
	})
}
