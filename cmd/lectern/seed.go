package main

import (
	"encoding/json"
	"fmt"

	"github.com/lectern-media/lectern/internal/operator"
)

type seedCommand struct {
	librarySettings
	JSON        bool  `name:"json" help:"Print the numbers as JSON."`
	Users       int64 `help:"Number of people." default:"1000"`
	Groups      int64 `help:"Number of groups; each person is in 4." default:"200"`
	Collections int64 `help:"Number of collections created by people." default:"5000"`
	Media       int64 `help:"Number of media items." default:"100000"`
	Courses     int64 `help:"Number of courses; each person is in 2." default:"50"`
	WideReach   int64 `help:"Number of additional media items that the last person reaches, through shared collections." default:"0"`
}

// Help is the longer help.
func (seedCommand) Help() string {
	return `Fills a new library with generated people and media items, the same each time, for measurements or to see how Lectern behaves at your size. Each person reaches about 200 media items in addition to their own. Progress is written to standard error. A library that already has people is rejected.

Person 1 is an admin, every twentieth is a teacher; person n has the e-mail address usern@school.test.

Examples:

    lectern seed --data /tmp/large
    lectern seed --data /tmp/huge --users 100000 --groups 20000 --collections 500000 --media 1000000 --courses 2000`
}

// Run fills the library.
func (c *seedCommand) Run(w *world) error {
	plan := operator.SeedPlan{
		Users: c.Users, Groups: c.Groups, Collections: c.Collections, Media: c.Media, Courses: c.Courses,
		WideReach: c.WideReach,
	}
	return withLibrary(w, operator.OpenOrCreate, c.library(w), func(library *operator.Console) error {
		if err := library.Seed(w.ctx, plan, c.progress(w)); err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(map[string]int64{
				"users": c.Users, "groups": c.Groups, "collections": c.Collections, "media": c.Media, "courses": c.Courses,
			})
		}
		return printLine(w, fmt.Sprintf("The library has %d people, %d groups, %d collections, %d media items and %d courses.",
			c.Users, c.Groups, c.Collections, c.Media, c.Courses))
	})
}

// progress tells of each twentieth part, not of each statement.
func (c *seedCommand) progress(w *world) func(done, total int64) {
	const parts = 20
	told := int64(0)
	return func(done, total int64) {
		if part := done * parts / max(total, 1); part > told {
			told = part
			w.complain("seeding: %3d %%, %d of %d rows", min(100, part*100/parts), done, total)
		}
	}
}
