package library

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Language is a language tag of BCP 47 in its usual spelling: en, pt-BR, zh-Hant. It
// stays the tag that was sent, because clients look for what they sent: iw is not
// turned into he. [Language.Canonical] tells which language it is.
type Language string

// ParseLanguage reads a language tag, in upper or lower case.
func ParseLanguage(field, text string) (Language, error) {
	tag, err := language.Raw.Parse(text)
	if err != nil || tag.IsRoot() || strings.Contains(text, "_") { // which the standard does not know
		return "", Invalid(field, "%q is not a language tag such as en or pt-BR", text)
	}
	return Language(tag.String()), nil
}

// Canonical is the language with the codes of today: he for iw, zh-Hans for cmn-Hans,
// sr-Latn for sh, ro-MD for mo. It is the root tag for anything that is not a language.
func (l Language) Canonical() language.Tag {
	tag, err := language.Raw.Parse(string(l))
	if err != nil {
		return language.Und
	}
	if canonical, err := language.All.Canonicalize(tag); err == nil {
		return canonical
	}
	return tag
}

// Label is the language's own name for itself, and the tag where none is known.
func (l Language) Label() string {
	tag, err := language.Raw.Parse(string(l))
	if err != nil {
		return string(l)
	}
	if name := display.Self.Name(tag); name != "" {
		return name
	}
	return string(l)
}

// Covers says whether the other language is this one, or this one as a region or a
// script has it: en covers en-GB (RFC 4647, 3.3.1), and he covers iw, which is another
// code for it.
func (l Language) Covers(other Language) bool {
	if covers(string(l), string(other)) {
		return true
	}
	canonical := l.Canonical()
	return !canonical.IsRoot() && covers(canonical.String(), other.Canonical().String())
}

func covers(one, other string) bool {
	return one == other || strings.HasPrefix(other, one+"-")
}
