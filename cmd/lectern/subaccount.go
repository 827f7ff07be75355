package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/operator"
)

type subaccountCommand struct {
	Create   subaccountCreateCommand   `cmd:"" help:"Create a sub-account."`
	List     subaccountListCommand     `cmd:"" help:"List all sub-accounts."`
	Assign   subaccountAssignCommand   `cmd:"" help:"Assign admins and courses to a sub-account."`
	Unassign subaccountUnassignCommand `cmd:"" help:"Remove admins and courses from a sub-account."`
}

type subaccountCreateCommand struct {
	librarySettings
	JSON bool   `name:"json" help:"Print {\"sub_account\":{…}}."`
	Name string `required:"" help:"The name of the sub-account." placeholder:"NAME"`
}

// Help is the longer help.
func (subaccountCreateCommand) Help() string {
	return `A sub-account is a part of the institution: courses, and people who administer them.

Examples:

    lectern subaccount create --name Sciences`
}

// Run creates the sub-account.
func (c *subaccountCreateCommand) Run(w *world) error {
	return withLibrary(w, operator.Open, c.library(w), func(library *operator.Console) error {
		made, err := library.CreateSubAccount(w.ctx, c.Name)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(map[string]operator.SubAccount{"sub_account": made})
		}
		return printLine(w, fmt.Sprintf("Created sub-account %d (%s).", made.ID, made.Name))
	})
}

type subaccountListCommand struct {
	librarySettings
	JSON bool `name:"json" help:"Print {\"sub_accounts\":[…]}."`
}

// Help is the longer help.
func (subaccountListCommand) Help() string {
	return `Lists sub-accounts by id, with the ids of their admins and the number of courses.

Examples:

    lectern subaccount list --json`
}

// Run lists the sub-accounts.
func (c *subaccountListCommand) Run(w *world) error {
	return withLibrary(w, operator.Read, c.library(w), func(library *operator.Console) error {
		subs, err := library.SubAccounts(w.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(map[string][]operator.SubAccount{"sub_accounts": subs})
		}
		rows := [][]string{{"ID", "NAME", "ADMINS", "COURSES"}}
		for _, sub := range subs {
			admins := make([]string, len(sub.Admins))
			for i, id := range sub.Admins {
				admins[i] = strconv.FormatInt(id, 10)
			}
			told := "-"
			if len(admins) > 0 {
				told = strings.Join(admins, ", ")
			}
			rows = append(rows, []string{strconv.FormatInt(sub.ID, 10), sub.Name, told, strconv.FormatInt(sub.Courses, 10)})
		}
		return printTable(w.stdout, rows)
	})
}

// assignmentSettings say what is assigned to a sub-account, or taken from it.
type assignmentSettings struct {
	librarySettings
	JSON       bool     `name:"json" help:"Print {\"sub_account\":{…}} after the change."`
	SubAccount int64    `arg:"" name:"sub-account" help:"The sub-account's id."`
	Admin      []string `help:"A person, by id or e-mail; may be repeated." placeholder:"ID|EMAIL" sep:"none"`
	Course     []int64  `help:"A course, by its id in the LMS; may be repeated." placeholder:"ID" sep:"none"`
}

// Validate is kong's: it wants a person or a course.
func (s *assignmentSettings) Validate() error {
	if len(s.Admin)+len(s.Course) == 0 {
		return errors.New("give people with --admin, or courses with --course")
	}
	return nil
}

type subaccountAssignCommand struct{ assignmentSettings }

// Help is the longer help.
func (subaccountAssignCommand) Help() string {
	return `The people get the role Subaccount admin, and reach the courses of the sub-account, the contents of these courses, and everyone enrolled in them. A course belongs to at most one sub-account: it is moved if it was in another one.

Examples:

    lectern subaccount assign 1 --admin ada@school.test
    lectern subaccount assign 1 --course 101 --course 102`
}

// Run assigns them.
func (c *subaccountAssignCommand) Run(w *world) error {
	return c.change(w, "Assigned to", (*operator.Console).AssignSubAccount)
}

type subaccountUnassignCommand struct{ assignmentSettings }

// Help is the longer help.
func (subaccountUnassignCommand) Help() string {
	return `The people can no longer reach the sub-account, but keep the role Subaccount admin. The courses are then in no sub-account. Courses of other sub-accounts are not changed.

Examples:

    lectern subaccount unassign 1 --admin ada@school.test --course 101`
}

// Run takes them out.
func (c *subaccountUnassignCommand) Run(w *world) error {
	return c.change(w, "Removed from", (*operator.Console).UnassignSubAccount)
}

func (s *assignmentSettings) change(
	w *world, done string, use func(*operator.Console, context.Context, int64, operator.Assignment) error,
) error {
	return withLibrary(w, operator.Open, s.library(w), func(library *operator.Console) error {
		if err := use(library, w.ctx, s.SubAccount, operator.Assignment{Admins: s.Admin, Courses: s.Course}); err != nil {
			return err
		}
		if !s.JSON {
			return printLine(w, fmt.Sprintf("%s sub-account %d: %d people, %d courses.",
				done, s.SubAccount, len(s.Admin), len(s.Course)))
		}
		subs, err := library.SubAccounts(w.ctx)
		if err != nil {
			return err
		}
		for _, sub := range subs {
			if sub.ID == s.SubAccount {
				return json.NewEncoder(w.stdout).Encode(map[string]operator.SubAccount{"sub_account": sub})
			}
		}
		return nil
	})
}
