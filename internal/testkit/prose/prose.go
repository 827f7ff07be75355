// Package prose finds phrases in texts that a reader in a hurry, or whose first language is
// not English, has to read twice. The file phrases.txt lists them, each with what to write
// instead; CONTRIBUTING.md has the rule.
package prose

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

//go:embed phrases.txt
var list string

// A Phrase must not appear in what people read.
type Phrase struct {
	Text    string         // as the list has it; "…" stands for one to four words
	Instead string         // what to write instead
	unless  []string       // words that may follow the phrase
	first   string         // the first word in lower case: a text without it needs no pattern
	pattern *regexp.Regexp // matches the phrase, its first group, and the word that follows
}

// A Finding is a phrase in a text.
type Finding struct {
	Line    int // counted from 0, in the text that was searched
	Phrase  Phrase
	Excerpt string // what matched
}

// Phrases returns the list. It fails if a line of the list is not understood.
func Phrases() ([]Phrase, error) {
	var phrases []Phrase
	for i, line := range strings.Split(list, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, " | ")
		if len(fields) < 2 || len(fields) > 3 {
			return nil, fmt.Errorf("phrases.txt:%d: want PHRASE | INSTEAD or PHRASE | INSTEAD | WORDS", i+1)
		}
		p := Phrase{Text: strings.TrimSpace(fields[0]), Instead: strings.TrimSpace(fields[1])}
		if len(fields) == 3 {
			p.unless = strings.Fields(fields[2])
		}
		p.first = strings.ToLower(strings.Fields(p.Text)[0])
		p.pattern = regexp.MustCompile(pattern(p.Text))
		phrases = append(phrases, p)
	}
	return phrases, nil
}

// gap is what may stand between two words of a phrase: a line end too, with the mark of a
// comment or the quotation marks of a joined string.
const gap = `[\s*_"+` + "`" + `]*(?:\n[\s/#>*"+]*|[\s"+])[\s*_]*`

// pattern returns the regular expression of a phrase in any letter case, as whole words.
func pattern(phrase string) string {
	words := strings.Fields(phrase)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
		if word == "…" {
			words[i] = `[^\s.;:]+(?:` + gap + `[^\s.;:]+){0,3}?`
		}
	}
	return `(?i)(?:^|[^\pL\pN_'’-])(` + strings.Join(words, gap) + `)(?:$|[^\pL\pN_-])(?:` + `[\s/#>*"+]*` + `([\pL-]+))?`
}

// Find returns the phrases that a text has.
func Find(phrases []Phrase, text string) []Finding {
	var findings []Finding
	lower := strings.ToLower(text)
	for _, p := range phrases {
		if !strings.Contains(lower, p.first) {
			continue
		}
		for at := 0; at < len(text); {
			m := p.pattern.FindStringSubmatchIndex(text[at:])
			if m == nil {
				break
			}
			follows := ""
			if m[4] >= 0 {
				follows = strings.ToLower(text[at+m[4] : at+m[5]])
			}
			if !p.mayBeFollowedBy(follows) {
				findings = append(findings, Finding{
					Line:    strings.Count(text[:at+m[2]], "\n"),
					Phrase:  p,
					Excerpt: strings.Join(strings.Fields(text[at+m[2]:at+m[3]]), " "),
				})
			}
			at += m[3]
		}
	}
	return findings
}

// mayBeFollowedBy reports whether the phrase is harmless before a word.
func (p Phrase) mayBeFollowedBy(word string) bool {
	return slices.Contains(p.unless, word)
}
