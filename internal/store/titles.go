package store

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// How titles that hold a term are found. Each database has an index of the three
// characters in a row that titles hold; shorter terms it cannot help with.

// indexedTerm is the length in characters from which on the indexes find a term.
const indexedTerm = 3

// isIndexed says whether the indexes find a term.
func isIndexed(term string) bool { return utf8.RuneCountInString(term) >= indexedTerm }

// holdingTitle asks the index for the term's trigrams and the titles for the term.
func (s *sqliteDB) holdingTitle(c *conditions, term string) (from string) {
	c.and("media_titles MATCH ?", trigramQuery(term))
	c.and("strpos(m.title_folded, ?) > 0", term)
	return "media_titles CROSS JOIN media m ON m.id = media_titles.rowid"
}

// mostTrigrams bounds a query of the index.
const mostTrigrams = 8

// trigramQuery is a query of FTS5 for all that holds trigrams of the term: those side by
// side, which hold all of its characters, or some of them. Whatever is found is compared
// as a whole, and each trigram more costs a walk through its list. A trigram is a string
// of FTS5's, in which nothing but the quotation mark means anything.
func trigramQuery(term string) string {
	runes := []rune(term)
	last := len(runes) - indexedTerm
	count := min(mostTrigrams, (last+indexedTerm-1)/indexedTerm+1)
	trigrams := make([]string, count)
	for i := range trigrams {
		at := last
		if count > 1 {
			at = last * i / (count - 1)
		}
		trigrams[i] = `"` + strings.ReplaceAll(string(runes[at:at+indexedTerm]), `"`, `""`) + `"`
	}
	return strings.Join(trigrams, " AND ")
}

// holdingTitle asks by LIKE, which pg_trgm helps and which is exact by itself.
func (p *postgres) holdingTitle(c *conditions, term string) (from string) {
	c.and("m.title_folded LIKE ?", "%"+likeLiterally.Replace(term)+"%")
	return "media m"
}

// likeLiterally takes their meaning from the signs that have one in a LIKE.
var likeLiterally = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// foldAtOnce is how many titles are folded in one transaction.
const foldAtOnce = 1000

// foldTitles folds the titles that were written before titles were folded. Nodes that
// start together may both do it: they write the same.
func (s *Store) foldTitles(ctx context.Context) error {
	for {
		rows, err := s.query().MediaNotFolded(ctx, foldAtOnce)
		if err != nil || len(rows) == 0 {
			return err
		}
		err = s.db.change(ctx, func(conn dbq.DBTX) error {
			q := dbq.New(conn)
			for _, r := range rows {
				folded := library.FoldTitle(r.Title)
				if err := q.FoldTitle(ctx, dbq.FoldTitleParams{Folded: &folded, ID: r.ID, Title: r.Title}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
