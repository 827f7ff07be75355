package library_test

import (
	"testing"

	"github.com/lectern-media/lectern/internal/library"
)

func TestLanguage_SpellingAndLabel(t *testing.T) {
	for text, want := range map[string]struct {
		tag   library.Language
		label string
	}{
		"en": {"en", "English"}, "DE": {"de", "Deutsch"}, "pt-br": {"pt-BR", "português"}, "ru": {"ru", "русский"},
		"ZH-HANT": {"zh-Hant", "繁體中文"}, "de-1996": {"de-1996", "Deutsch"}, "tlh": {"tlh", "tlh"}, "iw": {"iw", "עברית"},
	} {
		tag, err := library.ParseLanguage("srclang", text)
		if err != nil || tag != want.tag || tag.Label() != want.label {
			t.Errorf("%s is %s, %q (%v), want %s, %q", text, tag, tag.Label(), err, want.tag, want.label)
		}
	}
	for _, text := range []string{"", "english", "en_US", "e", "und", "xx-", "en-", "en US", "en-XX-YY", "123", "x-"} {
		if tag, err := library.ParseLanguage("srclang", text); library.KindOf(err) != library.KindInvalid {
			t.Errorf("%q is %q, %v", text, tag, err)
		}
	}
}

func TestLanguage_CoversItsRegions(t *testing.T) {
	for _, c := range []struct {
		one, other library.Language
		want       bool
	}{
		{"en", "en", true},
		{"en", "en-GB", true},
		{"en-GB", "en", false},
		{"en", "enm", false},
		{"en-GB", "en-US", false},
		{"he", "iw", true},
		{"iw", "he-IL", true},
		{"zh", "cmn-Hans", true},
		{"zh-Hans", "cmn-Hans", true},
		{"no", "nb", true},
		{"sr", "sh", true},
		{"sh", "sr-Cyrl", false},
		{"ar", "arb", true},
		{"he", "hi", false},
		{"fil", "tl", true},
		{"id", "in", true},
		{"ro", "mo", true},
		{"yue", "zh-yue", true},
		{"x-a", "x-b", false},
		{"x-a", "x-a", true},
	} {
		if got := c.one.Covers(c.other); got != c.want {
			t.Errorf("%s covers %s: %v", c.one, c.other, got)
		}
	}
}

// The tag stays as it was sent, and which language it is can be told by codes of today.
func TestLanguage_Canonical(t *testing.T) {
	for sent, want := range map[string]string{
		"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro-MD", "sh": "sr-Latn", "tl": "fil", "nb": "no", "no": "no",
		"cmn": "zh", "cmn-Hans": "zh-Hans", "cmn-Hant-TW": "zh-Hant-TW", "arb": "ar", "pes": "fa", "ekk": "et", "lvs": "lv",
		"en": "en", "pt-BR": "pt-BR", "zh-Hant": "zh-Hant", "yue": "yue", "tlh": "tlh",
	} {
		tag, err := library.ParseLanguage("srclang", sent)
		if err != nil || string(tag) != sent || tag.Canonical().String() != want {
			t.Errorf("%s is %s, %s (%v), want %s", sent, tag, tag.Canonical(), err, want)
		}
	}
	if got := library.Language("no tag").Canonical(); !got.IsRoot() {
		t.Errorf("what is no tag is %s", got)
	}
}
