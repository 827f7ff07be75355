package store

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/lectern-media/lectern/internal/store/dbq"
)

// How titles that hold a term are found. Each database has an index of the three
// characters in a row that titles hold; shorter terms it cannot help with.

// indexedTerm is the length in characters from which on the indexes find a term.
const indexedTerm = 3

// isIndexed says whether the indexes find a term.
func isIndexed(term string) bool { return utf8.RuneCountInString(term) >= indexedTerm }

// titleIndex is a database's index of titles.
type titleIndex interface {
	// holding adds to the conditions that a title holds a folded term of three characters
	// or more, by the index, and returns what a query then reads media m from.
	holding(c *conditions, term string) (from string)
	// keepUp keeps up with what is in the index, before a search.
	keepUp(ctx context.Context, q *dbq.Queries) error
}

// trigramIndex is SQLite's, an FTS5 table.
type trigramIndex struct{ trigramCounts }

// holding asks the index for some of the term's trigrams and the titles for the term.
func (i *trigramIndex) holding(c *conditions, term string) (from string) {
	c.and("media_titles MATCH ?", trigramQuery(term, i.counted()))
	c.and("strpos(m.title_folded, ?) > 0", term)
	return "media_titles CROSS JOIN media m ON m.id = media_titles.rowid"
}

// mostTrigrams bounds a query of the index. Each one more costs a walk through its list,
// and three that are rare leave little to look at.
const mostTrigrams = 3

// trigramQuery is a query of FTS5 for all that holds some trigrams of the term: the
// rarest that have no character in common. Whatever is found is compared as a whole, so
// the counts make it faster or slower and never wrong. A trigram is a string of FTS5's,
// in which nothing but the quotation mark means anything.
func trigramQuery(term string, counts map[string]int) string {
	trigrams := trigramsOf(term)
	places := make([]int, len(trigrams))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(counts[trigrams[a]], counts[trigrams[b]]) })
	var chosen []int
	for _, place := range places {
		overlaps := func(other int) bool { return max(place, other)-min(place, other) < indexedTerm }
		if len(chosen) < mostTrigrams && !slices.ContainsFunc(chosen, overlaps) {
			chosen = append(chosen, place)
		}
	}
	quoted := make([]string, len(chosen))
	for i, place := range chosen {
		quoted[i] = `"` + strings.ReplaceAll(trigrams[place], `"`, `""`) + `"`
	}
	return strings.Join(quoted, " AND ")
}

// trigramsOf is every three characters in a row of a text, in their order.
func trigramsOf(text string) []string {
	runes := []rune(text)
	trigrams := make([]string, 0, len(runes))
	for i := range len(runes) - indexedTerm + 1 {
		trigrams = append(trigrams, string(runes[i:i+indexedTerm]))
	}
	return trigrams
}

const (
	sampledTitles = 1000 // of which the trigrams are counted
	sampleServes  = 1000 // searches, after which they are counted again
)

// trigramCounts knows about how frequent each trigram is: in how many of some titles,
// picked at random, it stands. It is safe for concurrent use.
type trigramCounts struct {
	counts atomic.Pointer[map[string]int]
	asked  atomic.Int64
}

func (t *trigramCounts) counted() map[string]int {
	if counts := t.counts.Load(); counts != nil {
		return *counts
	}
	return nil
}

// keepUp counts before the first search and every now and then.
func (t *trigramCounts) keepUp(ctx context.Context, q *dbq.Queries) error {
	if (t.asked.Add(1)-1)%sampleServes != 0 {
		return nil
	}
	newest, err := q.NewestMedia(ctx)
	if err != nil || newest == 0 {
		return err
	}
	ids := make([]int64, sampledTitles)
	for i := range ids {
		ids[i] = 1 + rand.Int64N(newest) //nolint:gosec // nobody gains by knowing which
	}
	titles, err := q.FoldedTitles(ctx, ids)
	if err != nil {
		return err
	}
	counts := make(map[string]int)
	for _, title := range titles {
		for _, trigram := range trigramsOf(title) {
			counts[trigram]++
		}
	}
	t.counts.Store(&counts)
	return nil
}

// likeIndex is PostgreSQL's, of pg_trgm.
type likeIndex struct{}

// holding asks by LIKE, which pg_trgm helps and which is exact by itself.
func (likeIndex) holding(c *conditions, term string) (from string) {
	c.and("m.title_folded LIKE ?", "%"+likeLiterally.Replace(term)+"%")
	return "media m"
}

// keepUp is [titleIndex]'s: PostgreSQL keeps statistics itself.
func (likeIndex) keepUp(context.Context, *dbq.Queries) error { return nil }

// likeLiterally takes their meaning from the signs that have one in a LIKE.
var likeLiterally = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
