package library_test

import (
	"testing"

	"github.com/lectern-media/lectern/internal/library"
)

// The table of the rules, section 2, line by line.
func TestMediaAccess_Permission(t *testing.T) {
	t.Parallel()
	direct := func(ways ...library.Way) []library.MediaWay {
		var list []library.MediaWay
		for _, w := range ways {
			list = append(list, library.MediaWay{Way: w, Home: true})
		}
		return list
	}
	elsewhere := func(w library.Way) []library.MediaWay { return []library.MediaWay{{Way: w}} }
	for name, c := range map[string]struct {
		access library.MediaAccess
		want   library.Permission
	}{
		"no way":                              {library.MediaAccess{}, library.NoPermission},
		"an unknown way":                      {library.MediaAccess{Ways: direct("janitor")}, library.NoPermission},
		"owner of the media":                  {library.MediaAccess{IsOwner: true}, library.Owner},
		"owner of its home":                   {library.MediaAccess{Ways: direct(library.WayOwner)}, library.Owner},
		"owner of another collection":         {library.MediaAccess{Ways: elsewhere(library.WayOwner)}, library.View},
		"shared for view":                     {library.MediaAccess{Ways: direct(library.WayView)}, library.View},
		"shared for edit":                     {library.MediaAccess{Ways: direct(library.WayEdit)}, library.Edit},
		"another collection shared for edit":  {library.MediaAccess{Ways: elsewhere(library.WayEdit)}, library.View},
		"teacher of a course":                 {library.MediaAccess{Ways: elsewhere(library.WayTeacher)}, library.View},
		"teaching assistant of a course":      {library.MediaAccess{Ways: elsewhere(library.WayTA)}, library.View},
		"designer of a course":                {library.MediaAccess{Ways: elsewhere(library.WayDesigner)}, library.View},
		"student of a course":                 {library.MediaAccess{Ways: elsewhere(library.WayStudent)}, library.Access},
		"observer of a course at home in it":  {library.MediaAccess{Ways: direct(library.WayObserver)}, library.Access},
		"the highest counts":                  {library.MediaAccess{Ways: direct(library.WayStudent, library.WayEdit, library.WayView)}, library.Edit},
		"waiting, shared for edit":            {library.MediaAccess{Waiting: true, Ways: direct(library.WayEdit)}, library.NoPermission},
		"waiting, owner of its home":          {library.MediaAccess{Waiting: true, Ways: direct(library.WayOwner)}, library.NoPermission},
		"waiting, owner of the media":         {library.MediaAccess{Waiting: true, IsOwner: true}, library.Owner},
		"archived, who may not archive it":    {library.MediaAccess{Archived: true, Ways: direct(library.WayView)}, library.NoPermission},
		"archived, who may":                   {library.MediaAccess{Archived: true, Ways: direct(library.WayEdit)}, library.Edit},
		"archived, owner of the media itself": {library.MediaAccess{Archived: true, IsOwner: true}, library.Owner},
	} {
		if got := c.access.Permission(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestCollectionAccess_Permission(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		access library.CollectionAccess
		want   library.Permission
	}{
		"no way":                         {library.CollectionAccess{}, library.NoPermission},
		"owner":                          {library.CollectionAccess{Ways: []library.Way{library.WayOwner}}, library.Owner},
		"student and teacher":            {library.CollectionAccess{Ways: []library.Way{library.WayStudent, library.WayTeacher}}, library.View},
		"archived, shared for edit":      {library.CollectionAccess{Archived: true, Ways: []library.Way{library.WayEdit}}, library.NoPermission},
		"archived, owner":                {library.CollectionAccess{Archived: true, Ways: []library.Way{library.WayOwner}}, library.Owner},
		"shared for edit, live, highest": {library.CollectionAccess{Ways: []library.Way{library.WayEdit, library.WayView}}, library.Edit},
	} {
		if got := c.access.Permission(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestPermission_NamesOfTheWire(t *testing.T) {
	t.Parallel()
	for p, want := range []string{"", "access", "view", "edit", "owner"} {
		if got := library.Permission(p).String(); got != want {
			t.Errorf("level %d is %q, want %q", p, got, want)
		}
	}
}
