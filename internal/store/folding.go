package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// E-mail addresses, tags and titles are kept with their folded forms, and each row with
// the rule that folded it ([library.Folding]). When a program with another rule starts, it
// folds the rows of lower rules again, in batches (fold). Until that is done, and whenever
// nodes of different programs share a database, rows of another rule than one's own are
// read and folded for each search, so that no answer depends on how far anybody is.

// foldAtOnce is how many rows are folded in one transaction; tests have fewer.
const foldAtOnce = 1000

// foldBatches fold a batch of rows each, and return how many.
var foldBatches = []func(*tx, context.Context) (int, error){(*tx).foldEmails, (*tx).foldTags, (*tx).foldTitles}

// fold folds what was folded by lower rules than this program's. It may be interrupted at
// any point, and several nodes may do it at once: each batch is one transaction, which
// locks its rows.
func (s *Store) fold(ctx context.Context) error {
	for _, batch := range foldBatches {
		for {
			folded := 0
			err := s.change(ctx, func(t *tx) (err error) {
				folded, err = batch(t, ctx)
				return err
			})
			if s.db.IsDuplicate(err) && ctx.Err() == nil {
				continue // somebody has just taken a key that was free: the next look sees whose it is
			}
			if err != nil {
				return err
			}
			if folded == 0 {
				break
			}
		}
	}
	return nil
}

// noRule marks a row that has lost its folded form to another row and waits to be folded: no
// program takes it for folded.
const noRule = 0

// isMixed reports whether rows are folded by other rules than the given one.
func isMixed(lowest, highest, rule int64) bool { return lowest != rule || highest != rule }

// foldEmails gives a batch of people the keys of their addresses by the current rule, and
// returns how many people.
func (t *tx) foldEmails(ctx context.Context) (int, error) {
	rule := t.foldings.Email
	rows, err := t.q.EmailsToFold(ctx, dbq.EmailsToFoldParams{Rule: rule.Rule, Limit: t.foldAtOnce})
	for _, r := range rows {
		if err := t.foldEmail(ctx, r.ID, r.Email); err != nil {
			return 0, err
		}
	}
	return len(rows), err
}

// foldEmail gives a person the key of their address. Of several people with one address
// the oldest has the key, and the others none.
func (t *tx) foldEmail(ctx context.Context, id int64, email string) error {
	rule := t.foldings.Email
	key := rule.Fold(email)
	set := dbq.SetEmailKeyParams{ID: id, Email: email, Folded: &key, Rule: rule.Rule}
	holder, err := t.q.EmailHolder(ctx, &key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return err
	case holder.ID == id:
	case holder.ID < id && rule.Fold(holder.Email) == key:
		set.Folded = nil
	default:
		// The holder is younger, or its address has another key by the current rule, which it
		// gets in its own turn.
		_, err = t.q.SetEmailKey(ctx, dbq.SetEmailKeyParams{ID: holder.ID, Email: holder.Email, Rule: noRule})
		if err != nil {
			return err
		}
	}
	_, err = t.q.SetEmailKey(ctx, set)
	return err
}

// userByEmail returns the id of the person with an address, the oldest if there are
// several, or [sql.ErrNoRows].
func userByEmail(ctx context.Context, q *dbq.Queries, rule library.Folding, email string) (int64, error) {
	key := rule.Fold(email)
	rules, err := q.EmailRules(ctx, rule.Rule)
	if err != nil {
		return 0, err
	}
	var found int64
	if isMixed(rules.Lowest, rules.Highest, rule.Rule) {
		others, err := q.EmailsOfOtherRules(ctx, rule.Rule)
		if err != nil {
			return 0, err
		}
		for _, other := range others {
			if rule.Fold(other.Email) == key {
				found = other.ID
				break
			}
		}
	}
	holder, err := q.EmailHolder(ctx, &key)
	if err == nil && holder.EmailRule == rule.Rule && (found == 0 || holder.ID < found) {
		found = holder.ID
	}
	if errors.Is(err, sql.ErrNoRows) && found != 0 {
		err = nil
	}
	if err == nil && found == 0 {
		err = sql.ErrNoRows
	}
	return found, err
}

// takeEmail returns the key for an address that a person is about to get; id is 0 for one
// who is about to be created. An address that somebody else has is KindConflict.
func (t *tx) takeEmail(ctx context.Context, id library.UserID, email string) (key *string, err error) {
	rule := t.foldings.Email
	holder, err := userByEmail(ctx, t.q, rule, email)
	if err == nil && holder != int64(id) {
		return nil, emailTaken(email, nil)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	folded := rule.Fold(email)
	// A row of another rule may have the key by that rule, for another address.
	other, err := t.q.EmailHolder(ctx, &folded)
	if err == nil && other.ID != int64(id) {
		if other.EmailRule == rule.Rule { // somebody has taken the address since it was looked up
			return nil, emailTaken(email, nil)
		}
		_, err = t.q.SetEmailKey(ctx, dbq.SetEmailKeyParams{ID: other.ID, Email: other.Email, Rule: noRule})
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return &folded, err
}

func emailTaken(email string, cause error) error {
	return &library.Error{
		Kind: library.KindConflict, Field: "email", Message: "email " + email + " belongs to another user", Err: cause,
	}
}

// passOnEmail gives a key that a person has just lost to the oldest of those who have the
// same address and had no key because of that person. A key of another rule is not
// passed on.
func (t *tx) passOnEmail(ctx context.Context, lost dbq.EmailKeyRow) error {
	rule := t.foldings.Email
	if lost.EmailFolded == nil || lost.EmailRule != rule.Rule {
		return nil
	}
	waiting, err := t.q.EmailsWithoutKey(ctx)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		if rule.Fold(w.Email) != *lost.EmailFolded {
			continue
		}
		n, err := t.q.SetEmailKey(ctx, dbq.SetEmailKeyParams{
			ID: w.ID, Email: w.Email, Folded: lost.EmailFolded, Rule: rule.Rule,
		})
		if err != nil || n > 0 { // else they have lost the address meanwhile
			return err
		}
	}
	return nil
}

// foldTags gives a batch of tags their keys by the current rule, and returns how many. Tags
// that have become the same are merged into the oldest.
func (t *tx) foldTags(ctx context.Context) (int, error) {
	rule := t.foldings.Tag
	rules, err := t.q.TagRules(ctx, rule.Rule)
	if err != nil || rules.Lowest >= rule.Rule {
		return 0, err
	}
	if err := t.db.lockTags(ctx, t.raw, true); err != nil {
		return 0, err
	}
	rows, err := t.q.TagsToFold(ctx, dbq.TagsToFoldParams{Rule: rule.Rule, Limit: t.foldAtOnce})
	for _, r := range rows {
		if err := t.foldTag(ctx, r.ID); err != nil {
			return 0, err
		}
	}
	return len(rows), err
}

func (t *tx) foldTag(ctx context.Context, id int64) error {
	name, err := t.q.TagName(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // merged into another of the batch
	}
	if err != nil {
		return err
	}
	rule := t.foldings.Tag
	key := rule.Fold(name)
	holder, err := t.q.TagHolder(ctx, key)
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && holder.ID == id:
	case err != nil:
		return err
	case rule.Fold(holder.Name) != key:
		err = t.q.SetTagKey(ctx, dbq.SetTagKeyParams{ID: holder.ID, Folded: noTagKey(holder.ID), FoldRule: noRule})
	case holder.ID < id:
		return t.mergeTag(ctx, id, holder.ID)
	default:
		err = t.mergeTag(ctx, holder.ID, id)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return t.q.SetTagKey(ctx, dbq.SetTagKeyParams{ID: id, Folded: key, FoldRule: rule.Rule})
}

// noTagKey stands in for the key of a tag that cannot have its own yet. It is no folded
// form of anything: those have no capital letters.
func noTagKey(id int64) string { return "TAG " + strconv.FormatInt(id, 10) }

// mergeTag makes a tag part of another that has become the same.
func (t *tx) mergeTag(ctx context.Context, from, to int64) error {
	if err := t.q.MoveTagged(ctx, dbq.MoveTaggedParams{FromID: from, ToID: to}); err != nil {
		return err
	}
	if err := t.q.UntagAll(ctx, from); err != nil {
		return err
	}
	return t.q.DeleteTag(ctx, from)
}

// tagsByName returns the tags of a name, the oldest first. There are several only while
// tags that have become the same are not merged yet.
func tagsByName(ctx context.Context, q *dbq.Queries, rule library.Folding, name string) ([]library.Tag, error) {
	tags, _, err := tagsAndHolder(ctx, q, rule, name)
	return tags, err
}

// tagsAndHolder is tagsByName, and returns the tag that has the key of the name, by whatever
// rule; its ID is 0 if there is none.
func tagsAndHolder(
	ctx context.Context, q *dbq.Queries, rule library.Folding, name string,
) (tags []library.Tag, holder dbq.TagHolderRow, err error) {
	key := rule.Fold(name)
	rules, err := q.TagRules(ctx, rule.Rule)
	if err != nil {
		return nil, holder, err
	}
	if isMixed(rules.Lowest, rules.Highest, rule.Rule) { // before the others: a row goes from here to there
		others, err := q.TagsOfOtherRules(ctx, rule.Rule)
		if err != nil {
			return nil, holder, err
		}
		for _, other := range others {
			if rule.Fold(other.Name) == key {
				tags = append(tags, library.Tag{ID: library.TagID(other.ID), Name: other.Name})
			}
		}
	}
	holder, err = q.TagHolder(ctx, key)
	if errors.Is(err, sql.ErrNoRows) {
		return tags, dbq.TagHolderRow{}, nil
	}
	isListed := slices.ContainsFunc(tags, func(t library.Tag) bool { return int64(t.ID) == holder.ID })
	if err == nil && holder.FoldRule == rule.Rule && !isListed {
		tags = append(tags, library.Tag{ID: library.TagID(holder.ID), Name: holder.Name})
	}
	slices.SortFunc(tags, func(a, b library.Tag) int { return cmp.Compare(a.ID, b.ID) })
	return tags, holder, err
}

// foldTitles folds a batch of titles by the current rule, and returns how many. Most stay
// as they are, and cost the index of trigrams nothing.
func (t *tx) foldTitles(ctx context.Context) (int, error) {
	rule := t.foldings.Title
	rows, err := t.q.TitlesToFold(ctx, dbq.TitlesToFoldParams{Rule: rule.Rule, Limit: t.foldAtOnce})
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	var same []int64
	for _, r := range rows {
		folded := rule.Fold(r.Title)
		if r.TitleFolded != nil && *r.TitleFolded == folded {
			same = append(same, r.ID)
			continue
		}
		if err := t.q.FoldTitle(ctx, dbq.FoldTitleParams{ID: r.ID, Folded: &folded, Rule: rule.Rule}); err != nil {
			return 0, err
		}
	}
	return len(rows), t.q.SetTitleRule(ctx, dbq.SetTitleRuleParams{Ids: same, Rule: rule.Rule})
}

// readAtOnce is how many titles of other rules are read at once.
const readAtOnce = 10_000

// otherTitles are the media whose titles are folded by other rules than this program's.
type otherTitles struct {
	any     bool
	rule    int64         // of the program
	holding pq.Int64Array // those of them whose titles hold the term
}

// titlesOfOtherRules finds a folded term among the titles that are folded by other rules.
func titlesOfOtherRules(ctx context.Context, q *dbq.Queries, rule library.Folding, term string) (otherTitles, error) {
	rules, err := q.TitleRules(ctx, rule.Rule)
	if err != nil || !isMixed(rules.Lowest, rules.Highest, rule.Rule) {
		return otherTitles{}, err
	}
	found := otherTitles{any: true, rule: rule.Rule, holding: pq.Int64Array{}}
	for after := int64(0); ; {
		rows, err := q.TitlesOfOtherRules(ctx, dbq.TitlesOfOtherRulesParams{Rule: rule.Rule, After: after, Limit: readAtOnce})
		if err != nil || len(rows) == 0 {
			return found, err
		}
		for _, r := range rows {
			if strings.Contains(rule.Fold(r.Title), term) {
				found.holding = append(found.holding, r.ID)
			}
		}
		after = rows[len(rows)-1].ID
	}
}

// warnOfDuplicates tells the operator who has the same e-mail address as an older person.
func (s *Store) warnOfDuplicates(ctx context.Context) error {
	rows, err := s.query().EmailsWithoutKey(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	for _, r := range rows {
		older, err := userByEmail(ctx, s.query(), s.foldings.Email, r.Email)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if older == r.ID || older == 0 {
			continue // this person is about to be folded, or has just got the key
		}
		s.log.Warn("two people have the same e-mail address: it finds the older account; the newer one is only found by id",
			"user_id", r.ID, "older_user_id", older)
	}
	return nil
}
