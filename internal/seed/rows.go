package seed

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
)

// seeder makes the rows of a plan. Every table draws from a generator of its own, so
// that its rows do not depend on what was made before.
type seeder struct {
	Plan
	perCollection float64 // media at home in a custom collection, on average
}

func newSeeder(plan Plan) *seeder {
	s := &seeder{Plan: plan}
	if s.Collections == 0 {
		return s
	}
	var custom int64
	for user := int64(1); user <= s.Users; user++ {
		slots := s.collectionsOf(user) + 1 // and the My Library, which fills first
		owned := partOf(s.Media, s.Users, user)
		custom += owned - (owned+slots-1)/slots
	}
	s.perCollection = float64(custom) / float64(s.Collections)
	return s
}

// partOf is the part of the n-th of so many, when all is dealt out in turn.
func partOf(all, among, n int64) int64 {
	part := all / among
	if n <= all%among {
		part++
	}
	return part
}

func (s *seeder) collectionsOf(user int64) int64 { return partOf(s.Collections, s.Users, user) }

// allCollections is also the largest id of a collection.
func (p Plan) allCollections() int64 {
	return p.Users + p.Collections + p.Courses + p.wideCollections()
}

func (p Plan) wideCollections() int64 { return (p.WideReach + mediaPerWide - 1) / mediaPerWide }

// The ids of collections by what they are.
func (s *seeder) courseCollection(course int64) int64 { return s.Users + s.Collections + course }

func (s *seeder) wideCollection(n int64) int64 {
	return s.Users + s.Collections + s.Courses + n
}

// ownerOf is who owns the n-th media or custom collection.
func (s *seeder) ownerOf(n int64) int64 { return 1 + (n-1)%s.Users }

// home is the collection that the n-th media is at home in: of its owner's media one
// after the other goes into the My Library and into each of the collections.
func (s *seeder) home(n int64) int64 {
	owner := s.ownerOf(n)
	slot := (n - 1) / s.Users % (s.collectionsOf(owner) + 1)
	return owner + slot*s.Users
}

// The number of shares, for each person or group, that gives the reach wanted. Where
// collections hold nothing, single media give their part too.
func (s *seeder) sharesPerGroup() (collections, media float64) {
	if s.perCollection == 0 {
		return 0, (reachGroupShares + reachGroupMedia) / float64(s.memberships())
	}
	return reachGroupShares / s.perCollection / float64(s.memberships()), reachGroupMedia / float64(s.memberships())
}

func (s *seeder) sharesPerUser() (collections, media float64) {
	media = reachUserMedia
	if s.Groups == 0 {
		media += reachGroupShares + reachGroupMedia
	}
	if s.Courses == 0 {
		media += coursesPerUser * mediaPerCourse
	}
	if s.perCollection == 0 {
		return 0, media + reachUserShares
	}
	return reachUserShares / s.perCollection, media
}

func (s *seeder) memberships() int64 { return min(groupsPerUser, s.Groups) }
func (s *seeder) enrollments() int64 { return min(coursesPerUser, s.Courses) }

// tables is all rows, so ordered that what a row refers to comes before it.
func (s *seeder) tables() []table {
	groupCollections, groupMedia := s.sharesPerGroup()
	userCollections, userMedia := s.sharesPerUser()
	sharesOf := func(perGroup, perUser float64) int64 {
		return int64(perGroup*float64(s.Groups) + perUser*float64(s.Users))
	}
	return []table{
		{
			"users",
			[]string{"id", "uuid", "full_name", "display_name", "email", "email_folded", "email_rule", "created_at"},
			s.Users, s.users,
		},
		{"user_roles", []string{"user_id", "role"}, s.Users, s.userRoles},
		{"groups", []string{"id", "name", "created_at"}, s.Groups, s.groups},
		{"group_members", []string{"group_id", "user_id", "permission"}, s.Users * s.memberships(), s.groupMembers},
		{"courses", []string{"id", "name", "created_at"}, s.Courses, s.courses},
		{"enrollments", []string{"course_id", "user_id", "role"}, s.Users * s.enrollments(), s.enrollmentRows},
		{
			"collections",
			[]string{"id", "type", "name", "owner_id", "course_id", "created_at"},
			s.allCollections(), s.collections,
		},
		{
			"media",
			[]string{
				"id", "owner_id", "home_collection_id", "title", "description", "duration", "size", "source",
				"state", "embed_id", "created_at", "title_folded", "title_rule",
			},
			s.Media, s.media,
		},
		{
			"perspectives",
			[]string{"uuid", "media_id", "collection_id", "created_at"},
			s.Media + s.Courses*mediaPerCourse + s.WideReach, s.perspectives,
		},
		{
			"collection_shares",
			[]string{"collection_id", "user_id", "group_id", "permission"},
			sharesOf(groupCollections, userCollections) + s.wideCollections(),
			func(yield func([]any) bool) { s.collectionShares(groupCollections, userCollections, yield) },
		},
		{
			"media_shares",
			[]string{"media_id", "user_id", "group_id", "permission"},
			sharesOf(groupMedia, userMedia),
			func(yield func([]any) bool) { s.shares(5, s.Media, 1, groupMedia, userMedia, yield) },
		},
	}
}

// The time that a seeded library spans.
var (
	seedStart = time.Date(2024, 9, 1, 6, 0, 0, 0, time.UTC).Unix()
	seedEnd   = time.Date(2026, 9, 1, 6, 0, 0, 0, time.UTC).Unix()
)

// userUUIDs is the stream that the UUIDs of people are drawn from. The streams of the other
// tables are numbered from 1 on, those of shares as they are called.
const userUUIDs = 100

// generator draws the same numbers for the same stream, always.
func generator(stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(0x6c65637465726e, stream)) //nolint:gosec // it must be guessed: every library is the same
}

func randomUUID(r *rand.Rand) string {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], r.Uint64())
	binary.BigEndian.PutUint64(id[8:], r.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // version 4
	return id.String()
}

// distinct draws so many different numbers from 1 to last, or all where there are no
// more.
func distinct(r *rand.Rand, count, last int64) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		drawn := make(map[int64]bool, count)
		for int64(len(drawn)) < min(count, last) {
			n := 1 + r.Int64N(last)
			if drawn[n] {
				continue
			}
			drawn[n] = true
			if !yield(n) {
				return
			}
		}
	}
}

// upTo is the numbers from 1 to last as rows.
func upTo(last int64, row func(n int64) []any, yield func([]any) bool) {
	for n := int64(1); n <= last; n++ {
		if !yield(row(n)) {
			return
		}
	}
}

func (s *seeder) users(yield func([]any) bool) {
	r, ids := generator(1), generator(userUUIDs)
	emails := library.CurrentFoldings().Email
	upTo(s.Users, func(n int64) []any {
		first, last := pick(r, firstNames), pick(r, lastNames)
		email := fmt.Sprintf("user%d@school.test", n)
		return []any{n, randomUUID(ids), first + " " + last, first, email, emails.Fold(email), emails.Rule, seedStart}
	}, yield)
}

func isTeacher(user int64) bool { return user%20 == 0 }

func (s *seeder) userRoles(yield func([]any) bool) {
	upTo(s.Users, func(n int64) []any {
		switch {
		case n == 1:
			return []any{n, "Admin"}
		case isTeacher(n):
			return []any{n, "Teacher"}
		}
		return []any{n, "Student"}
	}, yield)
}

func (s *seeder) groups(yield func([]any) bool) {
	upTo(s.Groups, func(n int64) []any { return []any{n, fmt.Sprintf("Group %d", n), seedStart} }, yield)
}

func (s *seeder) groupMembers(yield func([]any) bool) {
	r := generator(2)
	for user := int64(1); user <= s.Users; user++ {
		for group := range distinct(r, groupsPerUser, s.Groups) {
			permission := "member"
			if isTeacher(user) {
				permission = "manager"
			}
			if !yield([]any{group, user, permission}) {
				return
			}
		}
	}
}

func (s *seeder) courses(yield func([]any) bool) {
	r := generator(3)
	upTo(s.Courses, func(n int64) []any {
		return []any{n, fmt.Sprintf("%s %d", pick(r, subjects), 100+n), seedStart}
	}, yield)
}

func (s *seeder) enrollmentRows(yield func([]any) bool) {
	r := generator(4)
	for user := int64(1); user <= s.Users; user++ {
		for course := range distinct(r, coursesPerUser, s.Courses) {
			role := "student"
			if isTeacher(user) {
				role = "teacher"
			}
			if !yield([]any{course, user, role}) {
				return
			}
		}
	}
}

func (s *seeder) collections(yield func([]any) bool) {
	r := generator(6)
	upTo(s.allCollections(), func(n int64) []any {
		switch {
		case n <= s.Users:
			return []any{n, "user", "My Library", n, nil, seedStart}
		case n <= s.Users+s.Collections:
			return []any{n, "custom", pick(r, subjects), s.ownerOf(n - s.Users), nil, seedStart}
		case n <= s.Users+s.Collections+s.Courses:
			return []any{n, "course_wide", nil, nil, n - s.Users - s.Collections, seedStart}
		}
		return []any{n, "custom", "Archive of " + pick(r, subjects), s.ownerOf(n), nil, seedStart}
	}, yield)
}

// createdAt spreads media over the time, the later ids later, with enough disorder
// that the order of time is not that of ids.
func (s *seeder) createdAt(r *rand.Rand, media int64) int64 {
	const disorder = 24 * 3600
	step := float64(seedEnd-seedStart-disorder) / float64(s.Media)
	return seedStart + int64(step*float64(media-1)) + r.Int64N(disorder)
}

func (s *seeder) media(yield func([]any) bool) {
	r := generator(7)
	titles := library.CurrentFoldings().Title
	upTo(s.Media, func(n int64) []any {
		subject := pick(r, subjects)
		title := fmt.Sprintf("%s, lecture %d: %s", subject, 1+r.IntN(28), pick(r, topics))
		var description any
		if r.IntN(3) > 0 {
			description = fmt.Sprintf("Recorded for %s. %s, with questions at the end.", subject, pick(r, topics))
		}
		duration := 60 + float64(r.IntN(54000))/10
		return []any{
			n, s.ownerOf(n), s.home(n), title, description, duration, int64(duration * 190_000), "upload",
			"finished", randomUUID(r), s.createdAt(r, n), titles.Fold(title), titles.Rule,
		}
	}, yield)
}

func (s *seeder) perspectives(yield func([]any) bool) {
	r := generator(8)
	add := func(media, collection int64) bool {
		return yield([]any{randomUUID(r), media, collection, seedEnd})
	}
	for n := int64(1); n <= s.Media; n++ {
		if !add(n, s.home(n)) {
			return
		}
	}
	for course := int64(1); course <= s.Courses; course++ {
		for media := range distinct(r, mediaPerCourse, s.Media) {
			if !add(media, s.courseCollection(course)) {
				return
			}
		}
	}
	for n := int64(1); n <= s.WideReach; n++ {
		if !add(n, s.wideCollection(1+(n-1)/mediaPerWide)) {
			return
		}
	}
}

// shares yields shares of things whose ids begin at first, with groups and people, as
// many with each as it takes to have so many on average.
func (s *seeder) shares(stream uint64, things, first int64, perGroup, perUser float64, yield func([]any) bool) bool {
	r := generator(stream)
	dealt := func(per float64, n int64) int64 { return int64(per*float64(n)) - int64(per*float64(n-1)) }
	row := func(thing int64, user, group any) []any {
		permission := "view"
		if r.IntN(4) == 0 {
			permission = "edit"
		}
		return []any{first + thing - 1, user, group, permission}
	}
	for group := int64(1); group <= s.Groups; group++ {
		for thing := range distinct(r, dealt(perGroup, group), things) {
			if !yield(row(thing, nil, group)) {
				return false
			}
		}
	}
	for user := int64(1); user <= s.Users; user++ {
		for thing := range distinct(r, dealt(perUser, user), things) {
			if !yield(row(thing, user, nil)) {
				return false
			}
		}
	}
	return true
}

func (s *seeder) collectionShares(perGroup, perUser float64, yield func([]any) bool) {
	if !s.shares(9, s.Collections, s.Users+1, perGroup, perUser, yield) {
		return
	}
	for n := int64(1); n <= s.wideCollections(); n++ {
		if !yield([]any{s.wideCollection(n), s.Users, nil, "view"}) {
			return
		}
	}
}

func pick(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }

var (
	firstNames = []string{
		"Amara", "Anton", "Beatriz", "Chidi", "Daiyu", "Elif", "Farid", "Greta", "Hiroshi", "Imani", "Jakub",
		"Kavya", "Leif", "Mariam", "Nadia", "Oluwaseun", "Priya", "Quentin", "Rosa", "Samir", "Tala", "Ulrike",
		"Viktor", "Wanjiru", "Ximena", "Yusuf", "Zofia",
	}
	lastNames = []string{
		"Abara", "Bergström", "Castellanos", "Dimitrov", "Eriksen", "Fernandes", "Goldberg", "Haddad", "Ivanova",
		"Jansen", "Kowalczyk", "Lindqvist", "Mbeki", "Nakamura", "O'Connor", "Patel", "Quispe", "Rahman",
		"Schneider", "Tanaka", "Ueda", "Vasquez", "Wójcik", "Xu", "Yamamoto", "Zhang",
	}
	subjects = []string{
		"Optics", "Linear Algebra", "Organic Chemistry", "Cell Biology", "Modern History", "Microeconomics",
		"Music Theory", "Statistics", "Thermodynamics", "Art History", "Genetics", "Logic", "Spanish II",
		"Operating Systems", "Climate Science", "Philosophy of Mind", "Anatomy", "Number Theory",
	}
	topics = []string{
		"an introduction", "the main theorem", "methods and their limits", "a worked example", "what can go wrong",
		"from the sources", "a visit to the laboratory", "questions before the exam", "the great debate",
		"measuring it", "a short history", "the proof in full", "case studies", "revision", "open problems",
	}
)
