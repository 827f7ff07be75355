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
	}{{"en", "en", true}, {"en", "en-GB", true}, {"en-GB", "en", false}, {"en", "enm", false}, {"en-GB", "en-US", false}} {
		if got := c.one.Covers(c.other); got != c.want {
			t.Errorf("%s covers %s: %v", c.one, c.other, got)
		}
	}
}
