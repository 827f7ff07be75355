package histories

import (
	"fmt"
	"maps"
	"slices"
)

// A number of a repertoire is one kind of change, and how often it is tried.
type number struct {
	weight int
	write  func(a *author, w *world, by asker) change
}

// builders is how many of the repertoire, its first, fill a library.
const builders = 9

var repertoire = []number{
	{12, func(a *author, w *world, by asker) change {
		if len(w.media) >= 12 { // so that pages stay few and things meet often
			return &deleteMedia{a.medium(w)}
		}
		status := oneOf(a, "finished", "finished", "external", "waiting_for_upload", "failed")
		return &createMedia{a.media + 1, a.owner(w, by), a.collectionOr0(w), oneOf(a, times...), status}
	}},
	{5, func(a *author, w *world, by asker) change {
		if len(w.collections)-len(w.people) >= 7 {
			return &shareCollection{a.custom(w), a.grantee(w), oneOf(a, view, edit)}
		}
		return &createCollection{a.collections + 1, a.owner(w, by), oneOf(a, times...)}
	}},
	{8, func(a *author, w *world, _ asker) change {
		return &shareMedia{a.medium(w), a.grantee(w), oneOf(a, view, edit)}
	}},
	{8, func(a *author, w *world, _ asker) change {
		return &shareCollection{a.custom(w), a.grantee(w), oneOf(a, view, edit)}
	}},
	{6, func(a *author, w *world, _ asker) change {
		return &join{a.group(w), a.person(w), oneOf(a, "member", "manager")}
	}},
	{5, func(a *author, w *world, _ asker) change {
		return &enrol{a.course(w), a.person(w), oneOf(a, courseRoles...)}
	}},
	{9, func(a *author, w *world, _ asker) change { return &addMedia{a.medium(w), a.collection(w)} }},
	{5, func(a *author, w *world, _ asker) change { return &tagMedia{a.medium(w), oneOf(a, words...)} }},
	{4, func(a *author, w *world, _ asker) change {
		return &addCaptions{a.captions + 1, a.medium(w), oneOf(a, languages...)}
	}},
	{2, func(a *author, w *world, _ asker) change {
		if len(w.people) >= 7 {
			return &join{a.group(w), a.person(w), oneOf(a, "member", "manager")}
		}
		return &createPerson{a.people + 1, oneOf(a, roles...)}
	}},
	{5, func(a *author, w *world, _ asker) change {
		m := a.medium(w)
		if it := w.media[m]; it != nil && len(it.shares) > 0 {
			return &unshareMedia{m, a.sharedWith(it.shares)}
		}
		return &unshareMedia{m, a.grantee(w)}
	}},
	{5, func(a *author, w *world, _ asker) change {
		c := a.custom(w)
		if it := w.collections[c]; it != nil && len(it.shares) > 0 {
			return &unshareCollection{c, a.sharedWith(it.shares)}
		}
		return &unshareCollection{c, a.grantee(w)}
	}},
	{4, func(a *author, w *world, _ asker) change { return &leave{a.group(w), a.person(w)} }},
	{3, func(a *author, w *world, _ asker) change {
		k := a.course(w)
		if it := w.courses[k]; it != nil && len(it.enrolled) > 0 {
			e := pick(a, slices.SortedFunc(maps.Keys(it.enrolled), byWords))
			return &unenrol{k, e.person, e.role}
		}
		return &unenrol{k, a.person(w), oneOf(a, courseRoles...)}
	}},
	{4, func(a *author, w *world, by asker) change { return a.enrolments(w, by) }},
	{2, func(a *author, w *world, by asker) change { return a.newCourse(w, by) }},
	{1, func(a *author, w *world, _ asker) change {
		return &moveCourse{a.course(w), oneOf(a, foundedAbove...), a.oneIn(2)}
	}},
	{1, func(a *author, w *world, _ asker) change {
		return &assign{oneOf(a, foundedAbove...), a.person(w)}
	}},
	{1, func(a *author, w *world, _ asker) change {
		return &unassign{oneOf(a, foundedAbove...), a.person(w)}
	}},
	{5, func(a *author, w *world, by asker) change { return a.edit(w, by) }},
	{12, func(a *author, w *world, _ asker) change { return &archiveMedia{a.atHomeInCustom(w)} }},
	{4, func(a *author, w *world, _ asker) change { return &unarchiveMedia{a.archived(w), a.collectionOr0(w)} }},
	{8, func(a *author, w *world, by asker) change { return a.editorsReturn(w, by) }},
	{12, func(a *author, w *world, _ asker) change {
		for _, m := range inOrder(w.media) { // where something is archived that the collection's archiving leaves alone
			if w.media[m].archived && a.oneIn(2) {
				return &archiveCollection{w.media[m].home}
			}
		}
		return &archiveCollection{a.custom(w)}
	}},
	{16, func(a *author, w *world, _ asker) change {
		for _, c := range inOrder(w.collections) {
			if w.collections[c].archived && !a.oneIn(4) {
				return &unarchiveCollection{c}
			}
		}
		return &unarchiveCollection{a.custom(w)}
	}},
	{6, func(a *author, w *world, _ asker) change { return &moveMedia{a.medium(w), a.collection(w)} }},
	{5, func(a *author, w *world, _ asker) change {
		away := []change{&removeMedia{a.medium(w), a.collection(w)}}
		for _, m := range inOrder(w.media) {
			for _, c := range inOrder(w.media[m].in) {
				if c != w.media[m].home {
					away = append(away, &removeMedia{m, c})
				}
			}
		}
		return pick(a, away)
	}},
	{3, func(a *author, w *world, _ asker) change { return &transferMedia{a.medium(w), a.person(w)} }},
	{3, func(a *author, w *world, _ asker) change { return &transferCollection{a.custom(w), a.person(w)} }},
	{1, func(a *author, w *world, _ asker) change { return &deleteMedia{a.medium(w)} }},
	{1, func(a *author, w *world, _ asker) change { return &deleteCollection{a.custom(w)} }},
	{1, func(a *author, w *world, _ asker) change { return a.deletion(w) }},
	{12, func(a *author, w *world, by asker) change { return a.lifeEvent(w, by) }},
	{2, func(a *author, w *world, _ asker) change { return &transferAll{from: a.person(w), to: a.person(w)} }},
	{3, func(a *author, w *world, _ asker) change { return &setActive{a.person(w), a.oneIn(2)} }},
	{3, func(a *author, w *world, _ asker) change {
		items := make([]roleItem, 1+a.dice.IntN(3))
		for i := range items {
			items[i] = roleItem{a.person(w), oneOf(a, roles...), a.oneIn(2)}
		}
		return &updateRoles{items}
	}},
	{6, func(a *author, w *world, _ asker) change {
		m, items := a.medium(w), map[grantee]level{}
		if w.media[m] != nil {
			items = w.media[m].shares
		}
		return &shareMediaBatch{m, batch{items: a.shareItems(w, items)}}
	}},
	{5, func(a *author, w *world, _ asker) change {
		c, items := a.custom(w), map[grantee]level{}
		if w.collections[c] != nil {
			items = w.collections[c].shares
		}
		return &shareCollectionBatch{c, batch{items: a.shareItems(w, items)}}
	}},
	{4, func(a *author, w *world, _ asker) change {
		items := make([]memberItem, a.dice.IntN(4))
		for i := range items {
			items[i] = memberItem{oneOf(a, "add", "add", "update", "remove"), a.person(w), oneOf(a, "member", "manager")}
		}
		return &memberBatch{group: a.group(w), items: items}
	}},
	{6, func(a *author, w *world, _ asker) change {
		k := a.course(w)
		if !a.evenly && len(w.courses) < 6 && a.oneIn(6) {
			k = slices.Max(inOrder(w.courses)) + 1
		}
		return &embedMedia{a.medium(w), k, a.collections + 1, oneOf(a, "", "allowed", "refused")}
	}},
	{3, func(a *author, w *world, _ asker) change {
		m := a.medium(w)
		for _, n := range inOrder(w.media) {
			if len(w.media[n].tags) > 0 && a.oneIn(3) {
				return &untagMedia{n, pick(a, inOrder(w.media[n].tags))}
			}
		}
		return &untagMedia{m, oneOf(a, words...)}
	}},
	{3, func(a *author, w *world, _ asker) change {
		if len(w.captions) == 0 {
			return &addCaptions{a.captions + 1, a.medium(w), oneOf(a, languages...)}
		}
		return &replaceCaptions{a.captionFile(w), oneOf(a, append(languages, "")...), fmt.Sprintf("text %d", a.dice.IntN(1_000_000))}
	}},
	{3, func(a *author, w *world, _ asker) change { return &publishCaptions{a.captionFile(w), a.oneIn(2)} }},
	{2, func(a *author, w *world, _ asker) change { return &deleteCaptions{a.captionFile(w)} }},
	{4, func(a *author, w *world, _ asker) change {
		if len(w.types) == 0 {
			return &putServiceType{oneOf(a, serviceTypes...), oneOf(a, "", "en")}
		}
		of := oneOf(a, append(serviceTypes, inOrder(w.types)...)...)
		return &requestCaptions{a.requests + 1, a.captions + 1, a.medium(w), oneOf(a, languages...), of}
	}},
	{3, func(a *author, w *world, _ asker) change {
		r := a.thing(inOrder(w.requests), a.requests)
		for _, n := range inOrder(w.requests) {
			if !w.requests[n].closed() && !a.oneIn(4) {
				r = n
			}
		}
		return &answerRequest{r, oneOf(a, "processing", "fulfilled", "failed"), a.oneIn(6)}
	}},
	{1, func(a *author, _ *world, _ asker) change {
		return &putServiceType{oneOf(a, serviceTypes...), oneOf(a, "", "en")}
	}},
	{1, func(a *author, _ *world, _ asker) change { return &deleteServiceType{oneOf(a, serviceTypes...)} }},
	{14, func(a *author, w *world, by asker) change {
		m := a.watchable(w, by)
		if it := w.media[m]; a.evenly || by.operator || it == nil || len(it.in) == 0 { // races of viewers are store/insights_test.go's
			return &tagMedia{m, oneOf(a, words...)}
		} else if !a.oneIn(5) {
			return &watch{m, pick(a, inOrder(it.in)), fmt.Sprintf("player %d", a.dice.Uint64())}
		}
		return &watch{m, a.collection(w), fmt.Sprintf("player %d", a.dice.Uint64())}
	}},
}
