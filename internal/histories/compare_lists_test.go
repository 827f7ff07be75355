package histories

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

// An observer holds what one node answers against a world. All it asks goes through
// the public methods of [library.Library].
type observer struct {
	node    int
	library *library.Library
	ids     *names
	secrets map[int]string // people's access tokens
	answers *int           // how many were compared: pages of a list, permissions, sign-ins
}

// Rows of lists, as far as the model knows them.
type (
	mediaRow struct {
		media, owner, home int
		status             string
		created            int64
		archived           bool
		viewed, byStudent  bool
		permission         string // "" where the answer has none
		by                 string // the owner's names and address
	}
	collectionRow struct {
		collection, owner, course int
		kind                      string
		created                   int64
		archived                  bool
		permission                string
		by                        string // the owner's names and address
	}
)

func (r mediaRow) String() string {
	return fmt.Sprintf("m%d of p%d (%s) in %s, %s, time %d, archived %t, viewed %t, by a student %t, for %s",
		r.media, r.owner, r.by, collectionName(r.home), r.status, r.created, r.archived, r.viewed, r.byStudent, r.permission)
}

func (r collectionRow) String() string {
	return fmt.Sprintf("%s (%s of k%d) of p%d (%s), time %d, archived %t, for %s",
		collectionName(r.collection), r.kind, r.course, r.owner, r.by, r.created, r.archived, r.permission)
}

// check asks about everybody's lists and about some things besides, and returns the
// first answer that is not the world's.
func (o *observer) check(ctx context.Context, w *world, dice *rand.Rand) error {
	everyone := inOrder(w.people)
	someone := func() int { return everyone[dice.IntN(len(everyone))] }
	for _, p := range everyone {
		by := 0
		if dice.IntN(2) == 0 && w.people[p].active {
			by = p
		}
		if err := o.lists(ctx, w, by, p, dice); err != nil {
			return err
		}
	}
	anybody := 1 + dice.IntN(slices.Max(everyone)+1) // who may be gone, or never was
	if err := o.lists(ctx, w, someone(), anybody, dice); err != nil {
		return err
	}
	for range 3 {
		if err := o.onMedia(ctx, w, someone(), dice); err != nil {
			return err
		}
		if err := o.onCollection(ctx, w, someone(), dice); err != nil {
			return err
		}
		if err := o.inCollection(ctx, w, someone(), dice); err != nil {
			return err
		}
	}
	if err := o.reaching(ctx, w, someone(), dice); err != nil {
		return err
	}
	if err := o.search(ctx, w, someone(), dice); err != nil {
		return err
	}
	return o.singles(ctx, w, someone, dice)
}

// reaching asks for everyone who reaches a media item. The lists of each of them are held
// against the same world, so they cannot disagree with this answer.
func (o *observer) reaching(ctx context.Context, w *world, by int, dice *rand.Rand) error {
	if dice.IntN(2) == 0 {
		by = 0
	}
	actor, as, want, err := o.signIn(ctx, w, by)
	if want != ok || err != nil {
		return err
	}
	numbers := append(inOrder(w.media), 1)
	m := numbers[dice.IntN(len(numbers))]
	least := access + level(dice.IntN(int(edit)))
	asks := fmt.Sprintf("%s asks who has %s on m%d", askerName(by), least, m)
	parsed, err := library.ParsePermission(least.String())
	if err != nil {
		return err
	}
	got, err := o.library.MediaUsers(ctx, actor, o.ids.media.id(m), parsed)
	switch {
	case w.media[m] == nil:
		return o.judge(asks, verdictOf(err), notFound)
	case !w.hasMedia(as, m, edit):
		return o.judge(asks, verdictOf(err), forbidden)
	case err != nil:
		return err
	}
	var answer, should []string
	for _, u := range got {
		answer = append(answer, fmt.Sprintf("p%d for %s", o.ids.people.number(u.ID), u.Permission))
	}
	for _, p := range w.reaching(m, least) {
		should = append(should, fmt.Sprintf("p%d for %s", p, w.onMedia(m, p)))
	}
	return o.judge(asks, answer, should)
}

// judge compares an answer with the world's.
func (o *observer) judge(question string, got, want any) error {
	*o.answers++
	if fmt.Sprint(got) == fmt.Sprint(want) {
		return nil
	}
	return fmt.Errorf("node %d, %s\n  answers   %v\n  should be %v", o.node+1, question, got, want)
}

// signIn returns a person, or the operator for 0, as the library and as the model
// know them, and whether they may sign in at all.
func (o *observer) signIn(ctx context.Context, w *world, p int) (library.Actor, asker, verdict, error) {
	as, want := w.signIn(p)
	actor, err := o.actor(ctx, p)
	return actor, as, want, o.judge(fmt.Sprintf("p%d signs in", p), verdictOf(err), want)
}

// lists compares all that is listed under /users/{id}.
func (o *observer) lists(ctx context.Context, w *world, by, p int, dice *rand.Rand) error {
	actor, as, v, err := o.signIn(ctx, w, by)
	if v != ok || err != nil {
		return err
	}
	want := ok
	var media []mediaRow
	var collections []collectionRow
	switch {
	case !w.seesPagesOf(as, p):
		want = forbidden
	case w.people[p] == nil:
		want = notFound
	default:
		media, collections = w.mediaRows(p), w.collectionRows(p)
	}

	id := o.ids.people.id(p)
	asks := fmt.Sprintf("%s asks for p%d's ", askerName(by), p)
	err = pages(o, asks+"media", want, media, dice, func(page library.Page) ([]mediaRow, int64, error) {
		list, err := o.library.UserMedia(ctx, actor, id, page)
		return o.mediaRows(list.Items), list.Total, err
	})
	if err != nil || dice.IntN(2) == 0 {
		return err
	}
	err = pages(o, asks+"collections", want, collections, dice, func(page library.Page) ([]collectionRow, int64, error) {
		list, err := o.library.UserCollections(ctx, actor, id, page)
		return o.collectionRows(list.Items), list.Total, err
	})
	if err != nil || dice.IntN(4) != 0 {
		return err
	}
	myLibrary, err := o.library.UserLibrary(ctx, actor, id)
	if want != ok {
		return o.judge(asks+"My Library", verdictOf(err), want)
	}
	if err != nil {
		return err
	}
	return o.judge(asks+"My Library", o.collectionRow(myLibrary), collections[0])
}

// pages compares every page of a list, with its total on each of them, and sometimes
// the empty page after the last. How many rows are on a page is random; often it is
// all, to spend the answers on the next step instead.
func pages[Row any](
	o *observer, asks string, want verdict, rows []Row, dice *rand.Rand, read func(library.Page) ([]Row, int64, error),
) error {
	size := library.MaxPageSize
	if dice.IntN(3) == 0 {
		size = 1 + dice.IntN(5)
	}
	for number := 1; ; number++ {
		question := fmt.Sprintf("%s, page %d of %d each", asks, number, size)
		got, total, err := read(library.Page{Number: int64(number), Size: int64(size)})
		if err != nil || want != ok {
			if verdictOf(err) == "internal" {
				return fmt.Errorf("node %d, %s: %w", o.node+1, question, err)
			}
			return o.judge(question, verdictOf(err), want)
		}
		page := rows[min((number-1)*size, len(rows)):min(number*size, len(rows))]
		if err := o.judge(question, pageOf(got, total), pageOf(page, int64(len(rows)))); err != nil {
			return err
		}
		if number*size >= len(rows) && (len(page) == 0 || dice.IntN(4) > 0) {
			return nil
		}
	}
}

func pageOf[Row any](rows []Row, total int64) string {
	return fmt.Sprintf("%v, %d in all", rows, total)
}

// onMedia and onCollection ask for one permission, mostly on what is there. Since the
// lists are held against the same world, they cannot disagree with these answers.
func (o *observer) onMedia(ctx context.Context, w *world, p int, dice *rand.Rand) error {
	numbers := append(inOrder(w.media), 1)
	m := numbers[dice.IntN(len(numbers))]
	want := string(notFound)
	if w.media[m] != nil {
		want = w.onMedia(m, p).String()
	}
	got, err := o.library.MediaPermission(ctx, library.Operator(), o.ids.people.id(p), o.ids.media.id(m))
	return o.judge(fmt.Sprintf("the permission of p%d on m%d", p, m), permissionOr(got, err), want)
}

func (o *observer) onCollection(ctx context.Context, w *world, p int, dice *rand.Rand) error {
	numbers := append(inOrder(w.collections), len(foundedCourses)+1)
	c := numbers[dice.IntN(len(numbers))]
	want := string(notFound)
	if w.collections[c] != nil {
		want = w.onCollection(c, p).String()
	}
	got, err := o.library.CollectionPermission(ctx, library.Operator(), o.ids.people.id(p), o.ids.collections.id(c))
	return o.judge(fmt.Sprintf("the permission of p%d on %s", p, collectionName(c)), permissionOr(got, err), want)
}

// inCollection compares what a collection holds, the live or the archived, as somebody
// sees it.
func (o *observer) inCollection(ctx context.Context, w *world, by int, dice *rand.Rand) error {
	if dice.IntN(3) == 0 {
		by = 0
	}
	actor, as, v, err := o.signIn(ctx, w, by)
	if v != ok || err != nil {
		return err
	}
	numbers := append(inOrder(w.collections), len(foundedCourses)+1)
	c, archived := numbers[dice.IntN(len(numbers))], dice.IntN(4) == 0
	want := ok
	var rows []string
	switch {
	case w.collections[c] == nil:
		want = notFound
	case !w.hasCollection(as, c, access):
		want = forbidden
	default:
		rows = w.heldRows(as, c, archived)
	}
	question := fmt.Sprintf("%s asks for the media in %s, archived %t", askerName(by), collectionName(c), archived)
	return pages(o, question, want, rows, dice, func(page library.Page) ([]string, int64, error) {
		list, err := o.library.CollectionMedia(ctx, actor, o.ids.collections.id(c), archived, page)
		got := make([]string, len(list.Items))
		for i, m := range list.Items {
			got[i] = heldRow(o.ids.media.number(m.ID), o.ids.people.number(m.Owner.ID), o.ids.collections.number(m.Home),
				string(m.Status()), !m.Live())
		}
		return got, list.Total, err
	})
}

func heldRow(m, owner, home int, status string, archived bool) string {
	return fmt.Sprintf("m%d of p%d in %s, %s, archived %t", m, owner, collectionName(home), status, archived)
}

// heldRows is what a collection holds, newest first: the live media, of those that wait
// only the asker's own; or the archived ones that the asker may unarchive.
func (w *world) heldRows(as asker, c int, archived bool) []string {
	var list []int
	for m, it := range w.media {
		if !it.isIn(c) || it.archived != archived || !archived && w.collections[c].archived {
			continue
		}
		if archived && w.hasMedia(as, m, edit) || !archived && (it.state != "waiting" || it.owner == as.person) {
			list = append(list, m)
		}
	}
	w.sortNewest(list)
	rows := make([]string, len(list))
	for i, m := range list {
		it := w.media[m]
		rows[i] = heldRow(m, it.owner, it.home, it.status(), it.archived)
	}
	return rows
}

// permissionOr is the model's word for a permission, or for how asking for it failed.
func permissionOr(p library.Permission, err error) string {
	if err != nil {
		return string(verdictOf(err))
	}
	return permissionName(p)
}

// search compares a search for people by role, by e-mail or by both.
func (o *observer) search(ctx context.Context, w *world, by int, dice *rand.Rand) error {
	if dice.IntN(2) == 0 {
		by = 0
	}
	actor, as, want, err := o.signIn(ctx, w, by)
	if want != ok || err != nil {
		return err
	}
	var filter library.UserFilter
	role, email := "", ""
	if dice.IntN(2) == 0 {
		email = w.people[inOrder(w.people)[dice.IntN(len(w.people))]].email
	}
	if email == "" || dice.IntN(2) == 0 {
		n := dice.IntN(len(roles))
		role, filter.Role = roles[n], new(library.Role(n))
	}
	if email != "" {
		filter.Email = new(strings.ToUpper(email)) // they are compared without case
	}
	var found []int
	if as.all() || as.roles["Subaccount admin"] {
		found = w.search(as, role, email)
	} else {
		want = forbidden
	}
	question := fmt.Sprintf("%s searches for role %q and e-mail %q", askerName(by), role, email)
	return pages(o, question, want, found, dice, func(page library.Page) ([]int, int64, error) {
		list, err := o.library.SearchUsers(ctx, actor, filter, page)
		numbers := make([]int, len(list.Items))
		for i, u := range list.Items {
			numbers[i] = o.ids.people.number(u.ID)
		}
		return numbers, list.Total, err
	})
}

// briefOf is what an answer tells of a person, in the words of the model.
func briefOf(u library.UserBrief) string {
	email := ""
	if u.Email != nil {
		email = *u.Email
	}
	return fmt.Sprintf("%s/%s/%s", u.FullName, u.DisplayName, email)
}

func (w *world) mediaRows(p int) []mediaRow {
	list := w.mediaOf(p)
	rows := make([]mediaRow, len(list))
	for i, m := range list {
		rows[i] = w.mediaRow(m, w.onMedia(m, p).String())
	}
	return rows
}

func (w *world) mediaRow(m int, permission string) mediaRow {
	it := w.media[m]
	return mediaRow{m, it.owner, it.home, it.status(), it.created, it.archived, it.viewed, it.viewedByStudent, permission, w.brief(it.owner)}
}

func (o *observer) mediaRows(items []library.MediaWithPermission) []mediaRow {
	rows := make([]mediaRow, len(items))
	for i, m := range items {
		rows[i] = o.mediaRow(m.Media, permissionName(m.Permission))
	}
	return rows
}

func (o *observer) mediaRow(m library.Media, permission string) mediaRow {
	return mediaRow{
		o.ids.media.number(m.ID), o.ids.people.number(m.Owner.ID), o.ids.collections.number(m.Home),
		string(m.Status()), m.CreatedAt.Unix(), !m.Live(), m.LastViewed != nil, m.LastViewedByStudent != nil, permission, briefOf(m.Owner),
	}
}

func (w *world) collectionRows(p int) []collectionRow {
	list := w.collectionsOf(p)
	rows := make([]collectionRow, len(list))
	for i, c := range list {
		rows[i] = w.collectionRow(c, w.onCollection(c, p))
	}
	return rows
}

func (w *world) collectionRow(c int, gives level) collectionRow {
	it := w.collections[c]
	row := collectionRow{c, it.owner, 0, it.kind, it.created, it.archived, gives.String(), w.brief(it.owner)}
	for k, of := range w.courses {
		if of.collection == c {
			row.course = k
		}
	}
	return row
}

func (o *observer) collectionRows(items []library.CollectionWithPermission) []collectionRow {
	rows := make([]collectionRow, len(items))
	for i, c := range items {
		rows[i] = o.collectionRow(c)
	}
	return rows
}

func (o *observer) collectionRow(c library.CollectionWithPermission) collectionRow {
	row := collectionRow{
		collection: o.ids.collections.number(c.ID), kind: string(c.Type), created: c.CreatedAt.Unix(),
		archived: !c.Live(), permission: permissionName(c.Permission),
	}
	if c.Owner != nil { // a course's collection has none
		row.owner, row.by = o.ids.people.number(c.Owner.ID), briefOf(*c.Owner)
	}
	if c.CourseID != nil {
		row.course = int(*c.CourseID)
	}
	return row
}

// permissionName is the model's word for a permission.
func permissionName(p library.Permission) string {
	if p == library.NoPermission {
		return nothing.String()
	}
	return p.String()
}
