package library

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Folding is a rule by which a kind of text is compared: two texts are the same if Fold
// makes the same of both. Storage keeps the folded form with the text and with the number
// of the rule, so that a later program knows which rows to fold again.
type Folding struct {
	// Rule is the number of the rule, from 1 on. Increase it with every change of what Fold
	// returns, a new version of Unicode's tables included; TestFoldings_HaveNotChanged says
	// when. Rule 0 is any rule from before rules were recorded.
	Rule int64
	// Fold returns the form to compare. It folds any text, also one that would be rejected
	// today, and folding its result changes nothing.
	Fold func(string) string
}

// Foldings are the rules for all that is compared in a folded form.
type Foldings struct {
	Email Folding // see [FoldEmail]
	Tag   Folding // see [FoldTag]
	Title Folding // see [FoldTitle]
}

// CurrentFoldings are the rules of this program.
func CurrentFoldings() Foldings {
	return Foldings{
		Email: Folding{Rule: 1, Fold: FoldEmail},
		Tag:   Folding{Rule: 1, Fold: FoldTag},
		Title: Folding{Rule: 1, Fold: FoldTitle},
	}
}

// FoldEmail returns the form in which e-mail addresses are compared (rules.md, section 1):
// in NFC, the local part in simple lower case, the domain as its A-label (UTS 46,
// nontransitional, as browsers look names up). The person that an address finds is that
// person, so nothing is made equal that a mail server may tell apart:
//
//   - Case is never folded in full: "faß" is not "fass", and "ſ" is not "s".
//   - "İ" stays: its simple lower case is "i", which is another letter. "ı" has no other
//     lower case, and is not "i" either.
//   - The Kelvin sign is the letter K, by NFC and not by case.
//
// Characters that [ParseEmail] rejects because they are not displayed are ignored, so that an
// address that was stored with one is the same as the address without.
func FoldEmail(address string) string {
	address = norm.NFC.String(strings.Map(dropUnseen, address))
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return lowerSimply(address)
	}
	return lowerSimply(address[:at]) + "@" + foldDomain(address[at+1:])
}

// dropUnseen removes control characters and those that are not displayed.
func dropUnseen(r rune) rune {
	if unicode.IsControl(r) || isIgnorable(r) {
		return -1
	}
	return r
}

// lowerSimply is the text in lower case, letter by letter, whatever the language.
func lowerSimply(text string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if r == 'İ' {
			return r
		}
		return unicode.ToLower(r)
	}, text))
}

// domainNames reads domain names as a look-up does. It takes names that only DNS allows,
// such as those with an underscore, and those that mix directions of writing: which exist
// is not our business.
var domainNames = idna.New(
	idna.MapForLookup(), idna.Transitional(false),
	idna.StrictDomainName(false), idna.CheckHyphens(false),
)

// foldDomain is the domain as its A-label, without the dot that may end it, which stands
// for the root of all names. What is no domain name is compared in simple lower case.
func foldDomain(domain string) string {
	domain = lowerSimply(domain)
	if ascii, err := domainNames.ToASCII(domain); err == nil {
		domain = ascii
	}
	if name, isFull := strings.CutSuffix(domain, "."); isFull && name != "" && !strings.HasSuffix(name, ".") {
		return name
	}
	return domain
}

// FoldTag returns the form in which tags are compared: in NFC and by simple case folding,
// letter by letter. "Straße" and "STRASSE" are two tags, as are "İ" and "i".
func FoldTag(name string) string {
	return norm.NFC.String(strings.Map(foldSimply, norm.NFC.String(name)))
}

// foldSimply returns one letter for all that differ from it by simple case folding
// (Unicode's CaseFolding.txt, C and S). The dotted and the dotless i of Turkish have no
// simple folding.
func foldSimply(r rune) rune {
	if r == 'İ' || r == 'ı' {
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// FoldTitle returns the form in which titles are searched: without case, without accents
// and other marks, without characters that are not displayed (a soft hyphen), and with one
// form of each letter where Unicode knows several. A title contains a term if its folded
// form contains the folded term. A term of nothing but marks is folded to "": it is found
// nowhere.
//
// Letters are decomposed, and what is left is composed again, or a Korean syllable would
// be found by another that begins like it.
func FoldTitle(title string) string {
	apart := strings.Map(dropMarks, norm.NFKD.String(title))
	folded := norm.NFKD.String(cases.Fold().String(apart))
	return norm.NFC.String(strings.Map(oneCase, strings.Map(dropMarks, folded)))
}

func dropMarks(r rune) rune {
	if isMark(r) || isIgnorable(r) {
		return -1
	}
	return r
}

// oneCase does for Cherokee what folding does elsewhere: package cases makes its small
// letters large, as Unicode does, and its large ones small.
func oneCase(r rune) rune {
	if unicode.Is(unicode.Cherokee, r) {
		return unicode.ToUpper(r)
	}
	return r
}

// isMark reports whether a character has no place of its own: it is drawn over another.
func isMark(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Me) }

// isIgnorable reports whether a character is not displayed and takes no room: a soft
// hyphen, a joiner, a direction mark, a filler, a variation selector. These are Unicode's
// Default_Ignorable_Code_Point (derived as DerivedCoreProperties.txt says) and what other
// format characters there are, for none of them can be told from nothing in a name.
func isIgnorable(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// isVisible reports whether a character is something to see on its own.
func isVisible(r rune) bool {
	const brailleBlank = '\u2800' // a symbol of no dots, which is not among Unicode's spaces
	return !unicode.IsSpace(r) && !unicode.IsControl(r) && !isIgnorable(r) && !isMark(r) && r != brailleBlank
}

// isBlank reports whether there is nothing to see in a text: spaces, characters that are
// not displayed, and marks over none.
func isBlank(text string) bool { return !strings.ContainsFunc(text, isVisible) }
