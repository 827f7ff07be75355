package prose

import (
	"slices"
	"testing"
)

func phrases(t *testing.T) []Phrase {
	t.Helper()
	all, err := Phrases()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFind_SeesPhrasesAcrossLinesAndMarks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"Delete a media.":                        {"a media"},
		"Delete a media item.":                   nil,
		"Delete a media\n// item.":               nil,
		"first line\n// of a\n// Media and more": {"a media"},
		"a *media* here":                         {"a media"},
		`"it names a " + "media here"`:           {"a media"},
		"data media, schema media":               nil,
		"Whoever comes":                          {"whoever"},
		"8080 is no address":                     {"is no address"},
		"how far the whole media has come":       {"how far the … has come"},
		"how far. The media has come":            nil,
	} {
		var got []string
		for _, f := range Find(phrases(t), text) {
			got = append(got, f.Phrase.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
	if found := Find(phrases(t), "one\ntwo\nthree a\nmedia"); len(found) != 1 || found[0].Line != 2 {
		t.Errorf("found %+v, want one phrase on line 2, counted from 0", found)
	}
}

// Each phrase is found where it stands alone, is listed once, and none of the replacements
// has a phrase that would have to be replaced in turn.
func TestPhrases_AreFoundAndReplacedByWhatIsNot(t *testing.T) {
	t.Parallel()
	all := phrases(t)
	seen := map[string]bool{}
	for _, p := range all {
		if seen[p.Text] {
			t.Errorf("%q is listed twice", p.Text)
		}
		seen[p.Text] = true
		if !slices.ContainsFunc(Find(all, "Here "+p.Text+"."), func(f Finding) bool { return f.Phrase.Text == p.Text }) {
			t.Errorf("%q is not found where it stands alone", p.Text)
		}
		for _, f := range Find(all, p.Instead) {
			t.Errorf("instead of %q the list suggests %q, which has %q", p.Text, p.Instead, f.Phrase.Text)
		}
	}
}
