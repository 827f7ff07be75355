package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/operator"
)

type userCommand struct {
	Create     userCreateCommand     `cmd:"" help:"Create a person."`
	List       userListCommand       `cmd:"" help:"List all people."`
	Edit       userEditCommand       `cmd:"" help:"Change the names and the e-mail address of a person."`
	Deactivate userDeactivateCommand `cmd:"" help:"Lock a person out. Their media items and collections stay."`
	Reactivate userReactivateCommand `cmd:"" help:"Unlock a deactivated person."`
	Delete     userDeleteCommand     `cmd:"" help:"Delete a person permanently."`
}

// personSettings is what the commands about one person take.
type personSettings struct {
	librarySettings
	JSON bool   `name:"json" help:"Print {\"user\":…} as the API does."`
	Who  string `arg:"" optional:"" name:"user" help:"The person, by id or e-mail."`
	User string `help:"The person, as a flag instead of the argument." placeholder:"ID|EMAIL"`
}

// Validate is kong's: it wants one of the two ways to name the person.
func (s *personSettings) Validate() error {
	if (s.Who == "") == (s.User == "") {
		return errors.New("give one person, by id or e-mail")
	}
	return nil
}

// who is the person named.
func (s *personSettings) who() string { return s.Who + s.User }

// printUser prints a person as JSON, or a line such as "Created user 1 (Ada Byron)."
func printUser(w *world, asJSON bool, user operator.User, done string) error {
	if asJSON {
		text, err := operator.UserJSON(user)
		if err != nil {
			return err
		}
		return printJSON(w, text)
	}
	return printLine(w, fmt.Sprintf("%s user %d (%s).", done, user.ID, user.FullName))
}

type userCreateCommand struct {
	librarySettings
	JSON        bool     `name:"json" help:"Print {\"user\":…} as the API does."`
	Name        string   `required:"" help:"The full name." placeholder:"NAME"`
	DisplayName string   `help:"The name that others see; by default the full name." placeholder:"NAME"`
	Email       string   `help:"The e-mail address, which must be unique." placeholder:"EMAIL"`
	Role        []string `help:"Admin, Subaccount admin, Teacher, Student or Observer; may be repeated. By default Student." placeholder:"ROLE"`
}

// Help is the longer help.
func (userCreateCommand) Help() string {
	return `If the library does not exist, it is created.

Examples:

    lectern user create --name "Ada Byron" --email ada@school.test --role Admin
    lectern user create --name "Tom Wu" --role Teacher --role Observer --json`
}

// Run creates the person.
func (c *userCreateCommand) Run(w *world) error {
	return withLibrary(w, operator.OpenOrCreate, c.library(w), func(library *operator.Console) error {
		user, err := library.CreateUser(w.ctx, operator.NewUser{
			FullName: c.Name, DisplayName: c.DisplayName, Email: c.Email, Roles: c.Role,
		})
		if err != nil {
			return err
		}
		return printUser(w, c.JSON, user, "Created")
	})
}

type userListCommand struct {
	librarySettings
	JSON bool `name:"json" help:"Print {\"users\":[…]} as the API does, with email_duplicate_of where it applies."`
}

// Help is the longer help.
func (userListCommand) Help() string {
	return `Lists people by id, deactivated ones included. If two people have the same e-mail address, because an older version compared addresses differently, the newer account is marked: the address finds the older one, and the newer one is found only by id, until one of the two gets another address.

Examples:

    lectern user list --data /var/lib/lectern
    lectern user list --json`
}

// Run lists the people.
func (c *userListCommand) Run(w *world) error {
	return withLibrary(w, operator.Read, c.library(w), func(library *operator.Console) error {
		users, err := library.Users(w.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			text, err := operator.UsersJSON(users)
			if err != nil {
				return err
			}
			return printJSON(w, text)
		}
		rows := [][]string{{"ID", "NAME", "E-MAIL", "ROLES", "STATE"}}
		for _, user := range users {
			email, state := "-", "active"
			if user.Email != nil {
				email = *user.Email
			}
			if !user.Active() {
				state = "deactivated"
			}
			if user.DuplicateOf != 0 {
				state += fmt.Sprintf(", same e-mail as user %d", user.DuplicateOf)
			}
			var roles []string
			for _, role := range user.Roles.List() {
				roles = append(roles, role.String())
			}
			id := strconv.FormatInt(int64(user.ID), 10)
			rows = append(rows, []string{id, user.FullName, email, strings.Join(roles, ", "), state})
		}
		return printTable(w.stdout, rows)
	})
}

type userEditCommand struct {
	personSettings
	Name        *string `help:"The new full name." placeholder:"NAME"`
	DisplayName *string `help:"The new name that others see." placeholder:"NAME"`
	Email       *string `help:"The new e-mail address, which must be unique." placeholder:"EMAIL" xor:"email"`
	NoEmail     bool    `help:"Remove the e-mail address." xor:"email"`
}

// Help is the longer help.
func (userEditCommand) Help() string {
	return `Changes only what you name: a new full name does not change the display name.

Examples:

    lectern user edit 7 --name "Ada King" --display-name Ada
    lectern user edit tom@school.test --email wu@school.test --json
    lectern user edit tom@school.test --no-email`
}

// Validate is kong's: it wants the person, and something to change.
func (c *userEditCommand) Validate() error {
	if err := c.personSettings.Validate(); err != nil {
		return err
	}
	if c.Name == nil && c.DisplayName == nil && c.Email == nil && !c.NoEmail {
		return errors.New("give at least one of --name, --display-name, --email or --no-email")
	}
	return nil
}

// Run changes the person.
func (c *userEditCommand) Run(w *world) error {
	return withLibrary(w, operator.Open, c.library(w), func(library *operator.Console) error {
		user, err := library.EditUser(w.ctx, c.who(), operator.UserEdit{
			FullName: c.Name, DisplayName: c.DisplayName, Email: c.Email, NoEmail: c.NoEmail,
		})
		if err != nil {
			return err
		}
		return printUser(w, c.JSON, user, "Changed")
	})
}

type userDeactivateCommand struct{ personSettings }

// Help is the longer help.
func (userDeactivateCommand) Help() string {
	return `The person's tokens are rejected from the next request on. The last active admin cannot be deactivated.

Examples:

    lectern user deactivate 7
    lectern user deactivate --user tom@school.test --json`
}

// Run deactivates the person.
func (c *userDeactivateCommand) Run(w *world) error {
	return c.setActive(w, false, "Deactivated")
}

type userReactivateCommand struct{ personSettings }

// Help is the longer help.
func (userReactivateCommand) Help() string {
	return `Examples:

    lectern user reactivate tom@school.test`
}

// Run reactivates the person.
func (c *userReactivateCommand) Run(w *world) error {
	return c.setActive(w, true, "Reactivated")
}

func (s *personSettings) setActive(w *world, active bool, done string) error {
	return withLibrary(w, operator.Open, s.library(w), func(library *operator.Console) error {
		user, err := library.SetActive(w.ctx, s.who(), active)
		if err != nil {
			return err
		}
		return printUser(w, s.JSON, user, done)
	})
}

type userDeleteCommand struct {
	personSettings
	NewOwner  string `help:"Person who becomes the owner of their media items and collections, by id or e-mail." placeholder:"ID|EMAIL" xor:"disposal"`
	WithMedia bool   `help:"Also delete their media items and collections." xor:"disposal"`
}

// Help is the longer help.
func (userDeleteCommand) Help() string {
	return `If the person owns media items or collections, use --new-owner or --with-media. The last active admin cannot be deleted. With --json, prints the person as they were.

Examples:

    lectern user delete 7 --new-owner ada@school.test
    lectern user delete tom@school.test --with-media`
}

// Run deletes the person.
func (c *userDeleteCommand) Run(w *world) error {
	return withLibrary(w, operator.Open, c.library(w), func(library *operator.Console) error {
		user, err := library.DeleteUser(w.ctx, c.who(), c.NewOwner, c.WithMedia)
		if err != nil {
			return err
		}
		return printUser(w, c.JSON, user, "Deleted")
	})
}
