package library

import (
	"strings"
	"unicode/utf8"
)

// CheckText rejects a name in which there is nothing to see, that is longer than 255
// characters, or that is not text.
func CheckText(field, text string) error {
	switch {
	case isBlank(text):
		return Invalid(field, "must not be blank")
	case !isText(text):
		return Invalid(field, "must be UTF-8 text without NUL")
	case utf8.RuneCountInString(text) > maxTextRunes:
		return Invalid(field, "is longer than %d characters", maxTextRunes)
	}
	return nil
}

// CheckTerm rejects what cannot be looked for: spaces alone, and what is not text.
func CheckTerm(field, term string) error {
	switch {
	case strings.TrimSpace(term) == "":
		return Invalid(field, "must not be blank")
	case !isText(term):
		return Invalid(field, "must be UTF-8 text without NUL")
	}
	return nil
}

// isText says whether both databases can keep the text.
func isText(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// maxTextRunes is the longest name or title, in characters (the wire contract,
// section 4).
const maxTextRunes = 255
