package histories

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/lectern-media/lectern/internal/library"
)

// A question is what somebody asks of the public API about one thing, or about what is
// theirs. It is compared by its own answer, or by how it was refused.
type question func(o *observer, ctx context.Context, q inquiry) error

// An inquiry is who asks, in what world.
type inquiry struct {
	by    int
	actor library.Actor
	as    asker
	world *world
	dice  *rand.Rand
}

// questions are all reads of the public API that the other files do not ask.
var questions = []question{
	(*observer).ownCollections, (*observer).ownCollections,
	(*observer).aCollection, (*observer).aCollection,
	(*observer).aMedia, (*observer).aMedia,
	(*observer).aUser,
	(*observer).perspectives, (*observer).perspectives,
	(*observer).coursesOfMedia,
	(*observer).aCourse,
	(*observer).sharesOfMedia, (*observer).sharesOfCollection,
	(*observer).members,
	(*observer).enrollments, (*observer).enrollments,
	(*observer).tagsOf,
	(*observer).captionsOf, (*observer).textOfCaptions,
	(*observer).captionRequests, (*observer).captionTypes,
	(*observer).inventory, (*observer).withoutCaptions,
	(*observer).opensWhatIsListed, (*observer).opensWhatIsListed,
	(*observer).searches, (*observer).searches, (*observer).searches,
}

// singles asks some of the questions, each by somebody else.
func (o *observer) singles(ctx context.Context, w *world, someone func() int, dice *rand.Rand) error {
	for range 10 {
		by := someone()
		if admins := w.admins(); dice.IntN(3) == 0 { // who are refused less
			by = admins[dice.IntN(len(admins))]
		}
		actor, as, v, err := o.signIn(ctx, w, by)
		if err != nil {
			return err
		}
		if v != ok {
			continue
		}
		ask := questions[dice.IntN(len(questions))]
		if err := ask(o, ctx, inquiry{by, actor, as, w, dice}); err != nil {
			return err
		}
	}
	return nil
}

// compare judges an answer, or the refusal that it should be.
func (o *observer) compare(asks string, err error, want verdict, got, should any) error {
	if want != ok || verdictOf(err) != ok && verdictOf(err) != "internal" {
		return o.judge(asks, verdictOf(err), want)
	}
	if err != nil {
		return fmt.Errorf("node %d, %s: %w", o.node+1, asks, err)
	}
	return o.judge(asks, got, should)
}

// aNumber is that of a thing that is there, or now and then of one that is not.
func (q inquiry) aNumber(there []int) int {
	if len(there) == 0 || q.dice.IntN(20) == 0 {
		return 1 + q.dice.IntN(20)
	}
	return there[q.dice.IntN(len(there))]
}

func (q inquiry) media() int { return q.aNumber(inOrder(q.world.media)) }

func (q inquiry) asks(format string, args ...any) string {
	return askerName(q.by) + " asks for " + fmt.Sprintf(format, args...)
}

// collection is a collection, with what the asker may do to it.
func (q inquiry) collection(need level) (int, verdict) {
	c := q.aNumber(inOrder(q.world.collections))
	switch {
	case q.world.collections[c] == nil:
		return c, notFound
	case !q.world.hasCollection(q.as, c, need):
		return c, forbidden
	}
	return c, ok
}

// seenCollection is a collection as the asker sees it: with their permission, an admin's
// being owner without one, and access where they see it only around a media item.
func (q inquiry) seenCollection(c int) collectionRow {
	gives := q.world.onCollection(c, q.by)
	switch {
	case gives > nothing:
	case q.as.all(), q.world.collectionWithin(q.as, c):
		gives = own
	default:
		gives = access
	}
	return q.world.collectionRow(c, gives)
}

func (o *observer) ownCollections(ctx context.Context, q inquiry) error {
	archived := q.dice.IntN(2) == 0
	rows := q.world.collectionRows(q.by)
	if archived {
		rows = nil
		var list []int
		for c, it := range q.world.collections {
			if it.archived && it.owner == q.by {
				list = append(list, c)
			}
		}
		slices.SortFunc(list, func(a, b int) int {
			return cmp.Or(cmp.Compare(q.world.collections[b].created, q.world.collections[a].created), cmp.Compare(b, a))
		})
		for _, c := range list {
			rows = append(rows, q.world.collectionRow(c, own))
		}
	}
	asks := q.asks("their collections, archived %t", archived)
	return pages(o, asks, ok, rows, q.dice, func(page library.Page) ([]collectionRow, int64, error) {
		list, err := o.library.Collections(ctx, q.actor, archived, page)
		return o.collectionRows(list.Items), list.Total, err
	})
}

func (o *observer) aCollection(ctx context.Context, q inquiry) error {
	c, want := q.collection(access)
	got, err := o.library.Collection(ctx, q.actor, o.ids.collections.id(c))
	var should collectionRow
	if want == ok {
		should = q.seenCollection(c)
	}
	return o.compare(q.asks("%s", collectionName(c)), err, want, o.collectionRow(got), should)
}

func (o *observer) aMedia(ctx context.Context, q inquiry) error {
	m := q.media()
	got, err := o.library.Media(ctx, q.actor, o.ids.media.id(m))
	want, should := q.world.mayDo(q.as, m, access), ""
	if want == ok {
		should = fmt.Sprint(q.world.mediaRow(m, ""), q.seenCollection(q.world.media[m].home))
	}
	return o.compare(q.asks("m%d", m), err, want, fmt.Sprint(o.mediaRow(got.Media, ""), o.collectionRow(got.Collection)), should)
}

func (o *observer) aUser(ctx context.Context, q inquiry) error {
	p := q.aNumber(inOrder(q.world.people))
	want, should := ok, ""
	switch it := q.world.people[p]; {
	case !q.world.seesPagesOf(q.as, p):
		want = forbidden
	case it == nil:
		want = notFound
	default:
		should = userRow(p, q.world.brief(p), func(role string) bool { return it.roles[role] }, it.active)
	}
	got, err := o.library.User(ctx, q.actor, o.ids.people.id(p))
	held := make(map[string]bool)
	for _, role := range got.Roles.List() {
		held[role.String()] = true
	}
	row := userRow(o.ids.people.number(got.ID), briefOfUser(got), func(role string) bool { return held[role] }, got.Active())
	return o.compare(q.asks("p%d", p), err, want, row, should)
}

func briefOfUser(u library.User) string {
	return briefOf(library.UserBrief{FullName: u.FullName, DisplayName: u.DisplayName, Email: u.Email})
}

func userRow(p int, brief string, has func(string) bool, active bool) string {
	row := fmt.Sprintf("p%d, %q, active %t", p, brief, active)
	for _, role := range roles {
		if has(role) {
			row += ", " + role
		}
	}
	return row
}

// A placeRow is a perspective with where it is.
type placeRow struct {
	media int
	place
	at collectionRow
}

// sortPlaces puts perspectives into the order of lists: the newest first, then by the
// ids of what is listed, which of My Libraries their numbers do not tell.
func (o *observer) sortPlaces(rows []placeRow) {
	slices.SortFunc(rows, func(a, b placeRow) int {
		return cmp.Or(
			cmp.Compare(b.created, a.created),
			cmp.Compare(b.media, a.media),
			cmp.Compare(o.ids.collections.id(b.at.collection), o.ids.collections.id(a.at.collection)),
		)
	})
}

func (o *observer) placeRows(list []library.PlacedPerspective) []placeRow {
	var rows []placeRow
	for _, p := range list {
		rows = append(rows, placeRow{
			o.ids.media.number(p.Media), place{p.CreatedAt.Unix(), p.Downloadable}, o.collectionRow(p.Place),
		})
	}
	return rows
}

// placesOf are those of a media item in live collections.
func (o *observer) placesOf(q inquiry, m int) []placeRow {
	var rows []placeRow
	for c, at := range q.world.media[m].in {
		if !q.world.collections[c].archived {
			rows = append(rows, placeRow{m, at, q.seenCollection(c)})
		}
	}
	o.sortPlaces(rows)
	return rows
}

func (o *observer) perspectives(ctx context.Context, q inquiry) error {
	m := q.media()
	got, err := o.library.MediaPerspectives(ctx, q.actor, o.ids.media.id(m))
	want := q.world.mayDo(q.as, m, access)
	var should []placeRow
	if want == ok {
		should = o.placesOf(q, m)
	}
	return o.compare(q.asks("the perspectives of m%d", m), err, want, o.placeRows(got), should)
}

func (o *observer) coursesOfMedia(ctx context.Context, q inquiry) error {
	m := q.media()
	got, err := o.library.MediaCourses(ctx, q.actor, o.ids.media.id(m))
	want := q.world.mayDo(q.as, m, view)
	var should []collectionRow
	if want == ok {
		for _, p := range o.placesOf(q, m) {
			if p.at.kind == "course_wide" {
				should = append(should, p.at)
			}
		}
	}
	return o.compare(q.asks("the courses of m%d", m), err, want, o.collectionRows(got), should)
}

// aCourse asks for a course, and for what it holds, and whose insights the asker sees.
func (o *observer) aCourse(ctx context.Context, q inquiry) error {
	k := q.aNumber(inOrder(q.world.courses))
	id, w, want := library.CourseID(k), q.world, ok
	var col collectionRow
	var places []placeRow
	var seen []int
	switch course := w.courses[k]; {
	case course == nil:
		want = notFound
	case !w.hasCollection(q.as, course.collection, access):
		want = forbidden
	default:
		col = q.seenCollection(course.collection)
		for m, it := range w.media {
			if !it.isIn(course.collection) || it.archived {
				continue
			}
			if it.state != "waiting" || it.owner == q.by {
				places = append(places, placeRow{m, it.in[course.collection], col})
			}
			if w.hasMedia(q.as, m, edit) {
				seen = append(seen, m)
			}
		}
		o.sortPlaces(places)
		w.sortNewest(seen)
	}
	got, err := o.library.Course(ctx, q.actor, id)
	if err := o.compare(q.asks("k%d", k), err, want, o.collectionRow(got), col); err != nil {
		return err
	}
	held, err := o.library.CoursePerspectives(ctx, q.actor, id)
	if err := o.compare(q.asks("the perspectives of k%d", k), err, want, o.placeRows(held), places); err != nil {
		return err
	}
	insights, err := o.library.CourseInsights(ctx, q.actor, id, library.Everyone)
	var media []int
	for _, i := range insights {
		media = append(media, o.ids.media.number(i.Media))
	}
	return o.compare(q.asks("the insights of k%d", k), err, want, media, seen)
}

func (o *observer) sharesOfMedia(ctx context.Context, q inquiry) error {
	m := q.media()
	got, err := o.library.MediaShares(ctx, q.actor, o.ids.media.id(m))
	want, should := q.world.mayDo(q.as, m, edit), ""
	if want == ok {
		should = shareRows(q.world.media[m].shares)
	}
	return o.compare(q.asks("the permissions of m%d", m), err, want, o.ids.shareRows(got), should)
}

func (o *observer) sharesOfCollection(ctx context.Context, q inquiry) error {
	c, want := q.collection(own)
	got, err := o.library.CollectionShares(ctx, q.actor, o.ids.collections.id(c))
	should := ""
	if want == ok {
		should = shareRows(q.world.collections[c].shares)
	}
	return o.compare(q.asks("the permissions of %s", collectionName(c)), err, want, o.ids.shareRows(got), should)
}

func (o *observer) members(ctx context.Context, q inquiry) error {
	g := q.aNumber(inOrder(q.world.groups))
	got, err := o.library.GroupMembers(ctx, q.actor, o.ids.groups.id(g))
	members, want := q.world.groups[g], ok
	switch {
	case members == nil:
		want = notFound
	case !q.as.all() && members[q.by] == "":
		want = forbidden
	}
	return o.compare(q.asks("the people in g%d", g), err, want, o.ids.memberRows(got), memberRows(members))
}

func (o *observer) tagsOf(ctx context.Context, q inquiry) error {
	m := q.media()
	got, err := o.library.MediaTags(ctx, q.actor, o.ids.media.id(m))
	var names, should []string
	for _, t := range got {
		names = append(names, t.Name)
	}
	want := q.world.mayDo(q.as, m, access)
	if want == ok {
		var tags []tag
		for folded := range q.world.media[m].tags {
			tags = append(tags, q.world.tags[folded])
		}
		slices.SortFunc(tags, func(a, b tag) int { return b.made - a.made })
		for _, t := range tags {
			should = append(should, t.name)
		}
	}
	return o.compare(q.asks("the tags of m%d", m), err, want, names, should)
}

// captionRow is a caption file as it is listed.
func captionRow(f, m int, language, status string) string {
	return fmt.Sprintf("f%d of m%d in %s, %s", f, m, language, status)
}

func (o *observer) captionRows(files []library.CaptionFile) []string {
	var rows []string
	for _, f := range files {
		rows = append(rows, captionRow(
			o.ids.captions.number(f.ID), o.ids.media.number(f.Media), string(f.Language), string(f.Status)))
	}
	return rows
}

// captionRows is those captions that pass, the newest first.
func (w *world) captionRows(pass func(f *captions) bool) []string {
	var rows []string
	for _, n := range slices.Backward(inOrder(w.captions)) {
		if f := w.captions[n]; pass(f) {
			rows = append(rows, captionRow(n, f.media, f.language, f.status))
		}
	}
	return rows
}

func (o *observer) captionsOf(ctx context.Context, q inquiry) error {
	m := q.media()
	got, err := o.library.CaptionFiles(ctx, q.actor, o.ids.media.id(m))
	should := q.world.captionRows(func(f *captions) bool {
		return f.media == m && (f.status == "published" || q.world.hasMedia(q.as, m, edit))
	})
	return o.compare(q.asks("the captions of m%d", m), err, q.world.mayDo(q.as, m, access), o.captionRows(got), should)
}

func (o *observer) textOfCaptions(ctx context.Context, q inquiry) error {
	n := q.aNumber(inOrder(q.world.captions))
	got, err := o.library.CaptionSRT(ctx, q.actor, o.ids.captions.id(n))
	want, should := notFound, ""
	if f := q.world.captions[n]; f != nil {
		need := edit
		if f.status == "published" {
			need = access
		}
		if want, should = q.world.mayDo(q.as, f.media, need), f.text; want == ok && !f.hasText() {
			want = notFound
		}
	}
	return o.compare(q.asks("the text of f%d", n), err, want, got, should)
}

// forAdmins is the verdict on what only admins are answered.
func (q inquiry) forAdmins() verdict {
	if q.as.all() {
		return ok
	}
	return forbidden
}

func (o *observer) captionRequests(ctx context.Context, q inquiry) error {
	status := []string{"", "requested", "processing", "fulfilled", "failed"}[q.dice.IntN(5)]
	got, err := o.library.CaptionRequests(ctx, q.actor, library.RequestFilter{Status: library.RequestStatus(status)})
	var rows, should []string
	for _, r := range got {
		f := 0
		if r.Captions != nil {
			f = o.ids.captions.number(*r.Captions)
		}
		rows = append(rows, fmt.Sprintf("r%d for f%d of m%d in %s of %s, %s",
			o.ids.requests.number(r.ID), f, o.ids.media.number(r.Media), r.Language, r.ServiceType, r.Status))
	}
	for _, n := range slices.Backward(inOrder(q.world.requests)) {
		if r := q.world.requests[n]; status == "" || r.status == status {
			should = append(should, fmt.Sprintf("r%d for f%d of m%d in %s of %s, %s",
				n, r.captions, r.media, r.language, r.service, r.status))
		}
	}
	return o.compare(q.asks("the requests for captions in status %q", status), err, q.forAdmins(), rows, should)
}

func (o *observer) captionTypes(ctx context.Context, q inquiry) error {
	got, err := o.library.ServiceTypes(ctx, q.actor)
	var rows, should []string
	for _, t := range got {
		rows = append(rows, fmt.Sprintf("%s in %v", t.Key, t.Languages))
	}
	keys := inOrder(q.world.types)
	slices.SortFunc(keys, func(a, b string) int { return q.world.types[b].made - q.world.types[a].made })
	for _, key := range keys {
		should = append(should, fmt.Sprintf("%s in [%s]", key, q.world.types[key].language))
	}
	return o.compare(q.asks("what captions can be asked for"), err, q.forAdmins(), rows, should)
}

// takesStock is the verdict on the inventory of captions, which a sub-account admin is
// answered as far as they reach.
func (q inquiry) takesStock() verdict {
	if q.as.all() || q.as.roles["Subaccount admin"] {
		return ok
	}
	return forbidden
}

func (q inquiry) inStock(m int) bool {
	return !q.world.media[m].archived && (q.as.all() || q.world.mediaWithin(q.as, m))
}

func (o *observer) inventory(ctx context.Context, q inquiry) error {
	status := []string{"", "published", "unpublished", "processing", "failed"}[q.dice.IntN(5)]
	language := append(languages, "")[q.dice.IntN(len(languages)+1)]
	should := q.world.captionRows(func(f *captions) bool {
		return q.inStock(f.media) && covers(language, f.language) && (status == "" || f.status == status)
	})
	asks := q.asks("the inventory of captions in %q, in status %q", language, status)
	return pages(o, asks, q.takesStock(), should, q.dice, func(page library.Page) ([]string, int64, error) {
		list, err := o.library.CaptionInventory(ctx, q.actor, library.CaptionFilter{
			Status: library.CaptionStatus(status), Language: library.Language(language),
		}, page)
		return o.captionRows(list.Items), list.Total, err
	})
}

func (o *observer) withoutCaptions(ctx context.Context, q inquiry) error {
	language := append(languages, "")[q.dice.IntN(len(languages)+1)]
	var should []int
	for m, it := range q.world.media {
		has := false
		for _, f := range q.world.captions {
			has = has || f.media == m && f.status != "failed" && covers(language, f.language)
		}
		if !has && q.inStock(m) && it.state != "waiting" {
			should = append(should, m)
		}
	}
	q.world.sortNewest(should)
	asks := q.asks("the media without captions in %q", language)
	return pages(o, asks, q.takesStock(), should, q.dice, func(page library.Page) ([]int, int64, error) {
		list, err := o.library.MediaWithoutCaptions(ctx, q.actor, library.CaptionFilter{Language: library.Language(language)}, page)
		rows := make([]int, len(list.Items))
		for i, m := range list.Items {
			rows[i] = o.ids.media.number(m.ID)
		}
		return rows, list.Total, err
	})
}

// opensWhatIsListed needs no model: whatever somebody is listed opens to them, as it was
// listed.
func (o *observer) opensWhatIsListed(ctx context.Context, q inquiry) error {
	all := library.Page{Number: 1, Size: library.MaxPageSize}
	cols, err := o.library.Collections(ctx, q.actor, q.dice.IntN(3) == 0, all)
	if err != nil {
		return err
	}
	if n := len(cols.Items); n > 0 {
		col := cols.Items[q.dice.IntN(n)]
		got, err := o.library.Collection(ctx, q.actor, col.ID)
		if err := o.compare(q.asks("a collection that they are listed"), err, ok, o.collectionRow(got), o.collectionRow(col)); err != nil {
			return err
		}
		held, err := o.library.CollectionMedia(ctx, q.actor, col.ID, q.dice.IntN(3) == 0, all)
		if err != nil {
			return fmt.Errorf("node %d, %s: %w", o.node+1, q.asks("what a collection holds that they are listed"), err)
		}
		if err := o.opens(ctx, q, held.Items); err != nil {
			return err
		}
	}
	media, err := o.library.UserMedia(ctx, q.actor, q.actor.Person(), all)
	if err != nil || len(media.Items) == 0 {
		return err
	}
	one := media.Items[q.dice.IntN(len(media.Items))]
	level, err := o.library.MediaPermission(ctx, q.actor, q.actor.Person(), one.ID)
	if err := o.compare(q.asks("their permission on what they are listed"), err, ok, level, one.Permission); err != nil {
		return err
	}
	return o.opens(ctx, q, []library.Media{one.Media})
}

// opens compares one of the media with what it is when asked for alone.
func (o *observer) opens(ctx context.Context, q inquiry, media []library.Media) error {
	if len(media) == 0 {
		return nil
	}
	one := media[q.dice.IntN(len(media))]
	got, err := o.library.Media(ctx, q.actor, one.ID)
	return o.compare(q.asks("a media item that they are listed"), err, ok, o.mediaRow(got.Media, ""), o.mediaRow(one, ""))
}
