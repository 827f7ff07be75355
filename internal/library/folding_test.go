package library

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"unicode"
)

// same is a text and others that are compared with it: whether they are the same.
type same struct {
	one, other string
	want       bool
}

func checkSame(t *testing.T, fold func(string) string, pairs []same) {
	t.Helper()
	for _, p := range pairs {
		one, other := fold(p.one), fold(p.other)
		if (one == other) != p.want {
			t.Errorf("%+q is folded to %+q, and %+q to %+q: the same must be %v", p.one, one, p.other, other, p.want)
		}
	}
}

func TestFoldEmail(t *testing.T) {
	t.Parallel()
	checkSame(t, FoldEmail, []same{
		{"ADA@School.test", "ada@sCHOOL.TEST", true},
		// The local part is never folded in full.
		{"faß@school.test", "fass@school.test", false},
		{"FAẞ@school.test", "faß@school.test", true},
		{"ſue@school.test", "sue@school.test", false},
		{"ﬁn@school.test", "fin@school.test", false},
		{"ŉa@school.test", "ʼna@school.test", false},
		{"ΟΔΟΣ@school.test", "οδοσ@school.test", true},
		{"οδος@school.test", "οδοσ@school.test", false},
		{"µ@school.test", "μ@school.test", false},
		{"İda@school.test", "ida@school.test", false},
		{"I\u0307da@school.test", "İda@school.test", true},
		{"ırmak@school.test", "irmak@school.test", false},
		{"IRMAK@school.test", "irmak@school.test", true},
		{"\u212aate@school.test", "kate@school.test", true}, // NFC has no Kelvin sign
		{"ＡＤＡ@school.test", "ada@school.test", false},
		{"ＡＤＡ@school.test", "ａｄａ@school.test", true},
		// NFC.
		{"zoe\u0308@school.test", "zoë@school.test", true},
		{"ZOE\u0308@school.test", "zoë@school.test", true},
		{"zoë@school.test", "zoe@school.test", false},
		{"J\u030can@school.test", "ǰan@school.test", true}, // of which only the small one is one character
		{"한@school.test", "\u1112\u1161\u11ab@school.test", true},
		// Characters that nobody sees.
		{"a\u200bda@school.test", "ada@school.test", true},
		{"ada\u00ad@sch\u200dool.test", "ada@school.test", true},
		{"\ufeffada@school.test", "ada@school.test", true},
		{"\u202eada@school.test", "ada@school.test", true},
		{"a\u0000da\u009b@school.test", "ada@school.test", true},
		// The domain.
		{"ada@schüle.test", "ada@xn--schle-mva.test", true},
		{"ada@SCHÜLE.test", "ada@XN--SCHLE-MVA.TEST", true},
		{"ada@schu\u0308le.test", "ada@schüle.test", true},
		{"ada@schule.test", "ada@schüle.test", false},
		{"ada@faß.test", "ada@fass.test", false},
		{"ada@faß.test", "ada@xn--fa-hia.test", true},
		{"ada@ſchool.test", "ada@school.test", true}, // to DNS it is
		{"ada@ｓchool。test", "ada@school.test", true},
		{"ada@school.test.", "ADA@School.test", true}, // the name in full
		{"ada@school。test。", "ada@school.test", true},
		{"ada@school.test..", "ada@school.test", false},
		{"ada@.", "ada@", false},
		{"ada@１ا.test", "ada@1ا.test", true}, // which may not be registered
		{"ada@xا.test", "ada@Xا。test", true},
		{"ada@my_host", "ADA@MY_HOST", true},
		{"ada@r3---x.test", "ada@R3---x.test", true},
		{"ada@xn--a.test", "ada@XN--A.test", true}, // no A-label of anything
		{"ada@a..b", "ada@A..B", true},
		{"ada@-b", "ada@-B", true},
		{"ada@b", "bea@b", false},
		{"ada@b", "ada@c", false},
		{"ada", "ADA", true}, // no address, but a text all the same
	})
}

func TestFoldTag(t *testing.T) {
	t.Parallel()
	checkSame(t, FoldTag, []same{
		{"Algebra", "ALGEBRA", true},
		{"Straße", "STRASSE", false},
		{"Straße", "STRAẞE", true},
		{"café", "CAFE\u0301", true},
		{"café", "cafe", false},
		{"İstanbul", "istanbul", false},
		{"I\u0307stanbul", "İstanbul", true},
		{"ı", "i", false},
		{"ı", "I", false},
		{"ſ", "S", true},
		{"\u212a", "k", true},
		{"µ", "Μ", true},
		{"ΟΔΟΣ", "οδος", true},
		{"ﬁ", "fi", false},
		{"Ǆ", "ǅ", true},
		{"Ꭰ", "ꭰ", true},
		{"αι", "ᾳ", false},
		{"ΑΙ", "αι", true},
		{"ᾼ", "ᾳ", true},
		{"J\u030c", "ǰ", true},
		{"Ａ", "ａ", true},
		{"Ａ", "a", false},
		{"²", "2", false},
	})
}

// Letters have one folded form exactly if Unicode's simple case folding says so.
func TestFoldTag_FoldsEveryLetterSimply(t *testing.T) {
	t.Parallel()
	for r := range unicode.MaxRune {
		folded := foldSimply(r)
		if foldSimply(folded) != folded {
			t.Errorf("%U is folded to %U, and that to %U", r, folded, foldSimply(folded))
		}
		found := r == folded
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			found = found || other == folded
			if foldSimply(other) != folded {
				t.Errorf("%U is folded to %U, and %U to %U", r, folded, other, foldSimply(other))
			}
		}
		if !found {
			t.Errorf("%U is folded to %U, which differs from it by more than case", r, folded)
		}
	}
}

// Rows keep the number of the rule that folded them. So if this test fails, the rule has
// changed: increase its number in CurrentFoldings, and put the new sum here.
func TestFoldings_HaveNotChanged(t *testing.T) {
	t.Parallel()
	rules := CurrentFoldings()
	for name, c := range map[string]struct {
		Folding
		around [2]string
		sum    string
	}{
		"1 of e-mail": {rules.Email, [2]string{"x", "x@x"}, "820262eecf9a12b5"},
		"1 of domain": {rules.Email, [2]string{"x@x", "x"}, "791270aa56068c05"},
		"1 of tags":   {rules.Tag, [2]string{"", ""}, "34600c0fde76966f"},
		"1 of titles": {rules.Title, [2]string{"", ""}, "d6bbf12ab60b75e4"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := sha256.New()
			for r := range rune(0x32000) { // above are no letters yet
				all.Write([]byte(c.Fold(c.around[0] + string(r) + c.around[1])))
			}
			if sum := hex.EncodeToString(all.Sum(nil)[:8]); sum != c.sum || name[0] != byte('0'+c.Rule) {
				t.Errorf("rule %d has the sum %s, and rule %s %s", c.Rule, sum, name, c.sum)
			}
		})
	}
}

func FuzzFoldings(f *testing.F) {
	for _, text := range []string{"Faß@Schüle.test", "I\u0307@xn--a", "\u212a@\u3002", "J\u030c\u0345\u0301@ſ", "\xff@\xff", "a@b@c", "ᾼ\u0345", "＠@＠"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rules := CurrentFoldings()
		for name, rule := range map[string]Folding{"e-mail": rules.Email, "tag": rules.Tag, "title": rules.Title} {
			once := rule.Fold(text)
			if again := rule.Fold(once); again != once {
				t.Errorf("the %s %+q is folded to %+q, and that to %+q", name, text, once, again)
			}
		}
	})
}
