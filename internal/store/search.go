package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Searching for media. What a search asks for is put together here, for a statement
// that serves every search is planned for none. It goes two ways:
//
//   - A person who may find everything is answered by the database: it counts, along whatever
//     index fits best, and the number decides how the page is had. Few are sorted; of
//     many the newest are walked until the page is full, so that no page costs more than
//     sorting a few thousand.
//   - A person who is bounded by what they reach is answered from their exact list, of which
//     the database says what fits.

// The media that searches list, and those beside them that wait for their upload. The
// indexes of migration 8 have the same words.
const (
	live    = "m.deleted_at IS NULL AND m.archived_at IS NULL"
	listed  = live + " AND m.state <> 'waiting'"
	waiting = live + " AND m.state = 'waiting'"
	ended   = "m.deleted_at IS NULL AND m.archived_at IS NOT NULL"
)

// SearchMedia is [library.MediaSearcher]'s.
func (v *reader) SearchMedia(
	ctx context.Context, scope library.MediaScope, filter library.MediaFilter, page library.Page,
) (library.Paged[library.Media], error) {
	if !scope.All && !scope.SubAccounts && filter == (library.MediaFilter{}) {
		return v.allReached(ctx, scope.Seeker, page)
	}
	answer := library.Paged[library.Media]{Page: page}
	state, err := v.searching(ctx)
	if err != nil {
		return answer, err
	}
	w, possible, err := want(ctx, v.q, v.s.foldings, scope, filter)
	if err != nil || !possible {
		return answer, err
	}
	var ids []int64
	if scope.All {
		ids, answer.Total, err = v.s.searchAll(ctx, v.conn, state, w, page)
	} else {
		ids, answer.Total, err = v.s.searchReached(ctx, v.conn, w, page)
	}
	if err != nil {
		return answer, err
	}
	answer.Items, err = foundMedia(ctx, v.end, ids)
	return answer, err
}

// allReached is the search for nothing in particular: the person's list.
func (v *reader) allReached(
	ctx context.Context, user library.UserID, page library.Page,
) (library.Paged[library.Media], error) {
	found, err := v.UserMedia(ctx, user, page)
	answer := library.Paged[library.Media]{Items: make([]library.Media, len(found.Items)), Total: found.Total, Page: page}
	for i, m := range found.Items {
		answer.Items[i] = m.Media
	}
	return answer, err
}

// foundMedia reads media and returns them in the order of their ids.
func foundMedia(ctx context.Context, q *dbq.Queries, ids []int64) ([]library.Media, error) {
	rows, err := q.MediaByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	media := make([]library.Media, len(ids))
	for _, r := range rows {
		if media[slices.Index(ids, r.ID)], err = toMedia(mediaRow(r)); err != nil {
			return nil, err
		}
	}
	return media, nil
}

// wanted is what a search wants, in the store's terms.
type wanted struct {
	library.MediaFilter
	scope  library.MediaScope
	owner  int64       // 0 for any
	tags   []int64     // any of them; none for any
	title  string      // the folded term; "" for any
	titles otherTitles // among which the term is searched for by this program
}

// want looks up what the filter names. A search for what nobody is, or nothing has, is
// not possible.
func want(
	ctx context.Context, q *dbq.Queries, rules library.Foldings, scope library.MediaScope, filter library.MediaFilter,
) (w wanted, possible bool, err error) {
	w = wanted{MediaFilter: filter, scope: scope}
	if filter.Owner != nil {
		w.owner, err = userByEmail(ctx, q, rules.Email, *filter.Owner)
		if errors.Is(err, sql.ErrNoRows) {
			return w, false, nil
		}
	}
	if err == nil && filter.Tag != nil {
		var tags []library.Tag
		tags, err = tagsByName(ctx, q, rules.Tag, *filter.Tag)
		if err == nil && len(tags) == 0 {
			return w, false, nil
		}
		for _, tag := range tags {
			w.tags = append(w.tags, int64(tag.ID))
		}
	}
	if err == nil && filter.Title != "" {
		w.title = rules.Title.Fold(filter.Title)
		w.titles, err = titlesOfOtherRules(ctx, q, rules.Title, w.title)
	}
	return w, err == nil, err
}

// conditions are those of one statement, and its arguments by number.
type conditions struct {
	all  []string
	args []any
}

// and adds a condition, in which each ? is the next of the arguments.
func (c *conditions) and(condition string, args ...any) {
	for _, arg := range args {
		condition = strings.Replace(condition, "?", c.arg(arg), 1)
	}
	c.all = append(c.all, condition)
}

// arg adds an argument and returns what stands for it.
func (c *conditions) arg(arg any) string {
	c.args = append(c.args, arg)
	return "$" + strconv.Itoa(len(c.args))
}

// take joins the conditions added so far and forgets them, not the arguments.
func (c *conditions) take() string {
	text := strings.Join(c.all, " AND ")
	c.all = nil
	return text
}

// route is how the media that fit are found.
type route int

const (
	byIndex  route = iota // by whichever indexes fit the conditions
	oneByOne              // by looking at each of what else was chosen
)

// from adds what is wanted to the conditions, but for who may find it, and returns what
// a query then reads media m from.
func (w wanted) from(db *database, c *conditions, r route) string {
	// An expression keeps the database from going along the column's index.
	plain := ""
	if r == oneByOne {
		plain = " + 0"
	}
	if w.owner != 0 {
		c.and("m.owner_id = ?", w.owner)
	}
	if w.Source != nil {
		c.and("m.source = ?", string(*w.Source))
	}
	if w.Checksum != nil {
		c.and("m.id IN (SELECT f.media_id FROM media_files f WHERE f.checksum = ? AND f.kind = 'original')", *w.Checksum)
		if !w.scope.All {
			c.and("m.owner_id = ?", int64(w.scope.Seeker))
		}
	}
	if w.MinSize != nil {
		c.and("m.size"+plain+" >= ?", *w.MinSize)
	}
	if w.MaxSize != nil {
		c.and("m.size"+plain+" <= ?", *w.MaxSize)
	}
	c.within("m.created_at", w.Created)
	c.within("m.last_viewed_at"+plain, w.LastViewed)
	c.within("m.last_viewed_by_student_at"+plain, w.LastViewedByStudent)
	switch {
	case len(w.tags) == 0:
	case len(w.tags) > 1:
		c.and("m.id IN (SELECT mt.media_id FROM media_tags mt WHERE mt.tag_id = ANY(?::bigint[]))", pq.Array(w.tags))
	case r == oneByOne:
		c.and("EXISTS (SELECT 1 FROM media_tags mt WHERE mt.media_id = m.id AND mt.tag_id = ?)", w.tags[0])
	default:
		c.and("m.id IN (SELECT mt.media_id FROM media_tags mt WHERE mt.tag_id = ?)", w.tags[0])
	}
	return w.fromTitles(db, c, r)
}

// fromTitles adds the title that is wanted to the conditions.
func (w wanted) fromTitles(db *database, c *conditions, r route) string {
	switch {
	case w.title == "":
	case w.titles.any:
		c.and("(m.title_rule = ? AND strpos(m.title_folded, ?) > 0 OR m.id = ANY(?::bigint[]))",
			w.titles.rule, w.title, &w.titles.holding)
	case r == byIndex && isIndexed(w.title) && w.owner == 0 && len(w.tags) == 0: // which lead to fewer
		return db.titles.holding(c, w.title)
	default:
		c.and("strpos(m.title_folded, ?) > 0", w.title)
	}
	return "media m"
}

// within adds that a time is within days.
func (c *conditions) within(column string, days library.Days) {
	if days.First != nil {
		c.and(column+" >= ?", days.First.Unix())
	}
	if days.Last != nil {
		c.and(column+" < ?", days.Last.Add(24*time.Hour).Unix())
	}
}

// part is a part of the library in which a search looks.
type part struct {
	state string // of the media in it; each ? is one of the args
	args  []any
	few   bool // too few to go along an index for what is wanted
}

// everything is the parts in which an admin searches. They have nothing in common.
func (w wanted) everything() []part {
	me := []any{int64(w.scope.Seeker)}
	if w.Archived {
		return []part{{state: ended + butOthersWaiting, args: me}}
	}
	return []part{{state: listed}, {state: waiting + " AND m.owner_id = ?", args: me, few: true}}
}

// butOthersWaiting leaves out what waits for its upload, unless it is the seeker's.
const butOthersWaiting = " AND (m.state <> 'waiting' OR m.owner_id = ?)"

// selection is a query for what is wanted of a part.
func (w wanted) selection(db *database, c *conditions, r route, columns string, of part) string {
	if of.few {
		r = oneByOne
	}
	from := w.from(db, c, r)
	c.and(of.state, of.args...)
	return "SELECT " + columns + " FROM " + from + " WHERE " + c.take()
}

// searchAll finds a page among everything, and counts.
func (s *Store) searchAll(
	ctx context.Context, conn dbq.DBTX, state string, w wanted, page library.Page,
) (ids []int64, total int64, err error) {
	counts, err := s.countAll(ctx, conn, state, w)
	if err != nil {
		return nil, 0, err
	}
	for _, n := range counts {
		total += n
	}
	if page.Offset() >= total {
		return nil, total, nil
	}
	newest, err := dbq.New(conn).NewestMedia(ctx)
	if err != nil {
		return nil, 0, err
	}
	r, order := walkOrSort(total, newest, page)
	const newestFirst = " ORDER BY made DESC, id DESC LIMIT "
	c := &conditions{}
	var parts []string
	for i, of := range w.everything() {
		if counts[i] > 0 {
			parts = append(parts, w.selection(s.db, c, r, "m.id, "+order+" AS made", of))
		}
	}
	if len(parts) > 1 { // of each as many as the page can need, or all would be sorted
		for i := range parts {
			parts[i] = "SELECT * FROM (" + parts[i] + newestFirst + c.arg(page.Offset()+page.Size) + ") part"
		}
	}
	text := strings.Join(parts, " UNION ALL ") + newestFirst + c.arg(page.Size) + " OFFSET " + c.arg(page.Offset())
	ids, err = firstColumn(ctx, conn, text, c.args)
	return ids, total, err
}

// countAll counts each part of everything that is found, or remembers it while nothing at
// all has been committed: a client that turns the pages of a search asks for the same numbers
// each time.
func (s *Store) countAll(ctx context.Context, conn dbq.DBTX, state string, w wanted) ([]int64, error) {
	c := &conditions{}
	var parts []string
	for _, of := range w.everything() {
		parts = append(parts, "("+w.selection(s.db, c, byIndex, "count(*)", of)+")")
	}
	query := "SELECT " + strings.Join(parts, ", ")
	key := query + fmt.Sprintf("%#v", c.args)
	if known, ok := s.lists.counts.GetIfPresent(key); ok && state != "" && known.state == state {
		return known.counts, nil
	}
	counts, err := firstRow(ctx, conn, query, c.args)
	if err == nil && state != "" {
		s.lists.counts.Set(key, found{state: state, counts: counts})
	}
	return counts, err
}

// walkOrSort decides how a page of so many found among so many media is had: by sorting
// what is found, or by walking all from the newest on, of which every all/found-th fits.
// By an expression the database can only sort.
func walkOrSort(found, all int64, page library.Page) (route, string) {
	steps := float64(page.Offset()+page.Size) * float64(all) / float64(found)
	if steps > float64(found) {
		return byIndex, "m.created_at + 0"
	}
	return oneByOne, "m.created_at"
}

// searchReached finds a page among what the seeker reaches, and counts.
func (s *Store) searchReached(
	ctx context.Context, conn dbq.DBTX, w wanted, page library.Page,
) (ids []int64, total int64, err error) {
	among, err := s.reachedBy(ctx, dbq.New(conn), w)
	if err != nil {
		return nil, 0, err
	}
	c := &conditions{}
	state := live
	if w.Archived {
		state = ended
	}
	c.and("m.id = ANY(?::bigint[])", pq.Array(among))
	text := w.selection(s.db, c, oneByOne, "m.id",
		part{state: state + butOthersWaiting, args: []any{int64(w.scope.Seeker)}})
	all, err := firstColumn(ctx, conn, text+" ORDER BY m.created_at + 0 DESC, m.id DESC", c.args)
	total = int64(len(all))
	from := min(page.Offset(), total)
	return all[from:min(from+page.Size, total)], total, err
}

// reachedBy is what the seeker reaches; of archived media those that they may unarchive.
func (s *Store) reachedBy(ctx context.Context, q *dbq.Queries, w wanted) (ids []int64, err error) {
	if w.Archived {
		ids, err = unarchivable(ctx, q, w.scope)
	} else {
		var r *reached
		if r, err = s.reach(ctx, q, w.scope.Seeker); err == nil {
			ids = r.ids
		}
	}
	if err != nil || !w.scope.SubAccounts {
		return ids, err
	}
	held, err := q.MediaOfSubAccounts(ctx, int64(w.scope.Seeker))
	return append(held, ids...), err
}

// unarchivable is the archived media that the seeker may unarchive.
func unarchivable(ctx context.Context, q *dbq.Queries, scope library.MediaScope) (ids []int64, err error) {
	rows, err := q.ArchivedWays(ctx, int64(scope.Seeker))
	for _, r := range rows {
		access := library.MediaAccess{
			IsOwner: r.IsOwner, Archived: true, Ways: []library.MediaWay{{Way: library.Way(r.Way), Home: true}},
		}
		if scope.MayUnarchive(access) {
			ids = append(ids, r.ID)
		}
	}
	return ids, err
}

// firstColumn runs a statement that is made for the one use, and returns the numbers in
// its first column.
func firstColumn(ctx context.Context, conn dbq.DBTX, query string, args []any) (column []int64, err error) {
	err = eachRow(ctx, conn, query, args, func(row []int64) { column = append(column, row[0]) })
	return column, err
}

// firstRow runs a statement that is made for the one use, and returns the numbers in its
// only row.
func firstRow(ctx context.Context, conn dbq.DBTX, query string, args []any) (only []int64, err error) {
	err = eachRow(ctx, conn, query, args, func(row []int64) { only = slices.Clone(row) })
	return only, err
}

func eachRow(ctx context.Context, conn dbq.DBTX, query string, args []any, then func(row []int64)) (err error) {
	rows, err := db.QueryOnce(ctx, conn, query, args)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	row, cells := make([]int64, len(columns)), make([]any, len(columns))
	for i := range cells {
		cells[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(cells...); err != nil {
			return err
		}
		then(row)
	}
	return rows.Err()
}
