package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/lectern-media/lectern/internal/operator"
)

type courseCommand struct {
	Create   courseCreateCommand   `cmd:"" help:"Create a course."`
	List     courseListCommand     `cmd:"" help:"List all courses."`
	Enroll   courseEnrollCommand   `cmd:"" help:"Enroll people in courses."`
	Unenroll courseUnenrollCommand `cmd:"" help:"Remove people from courses."`
}

type courseCreateCommand struct {
	librarySettings
	JSON       bool    `name:"json" help:"Print {\"course\":…} as the API does."`
	Course     int64   `arg:"" help:"The course's id in the LMS."`
	Name       *string `help:"The name of the course." placeholder:"NAME"`
	SubAccount *int64  `help:"The id of the sub-account that the course belongs to." placeholder:"ID"`
}

// Help is the longer help.
func (courseCreateCommand) Help() string {
	return `Creates the course and its collection, without enrolments. It is an error if the course already exists, for example because somebody embedded a recording in it.

Examples:

    lectern course create 101 --name Optics
    lectern course create 102 --name Waves --sub-account 1 --json`
}

// Run creates the course.
func (c *courseCreateCommand) Run(w *world) error {
	return withLibrary(w, operator.Open, c.library(w), func(library *operator.Console) error {
		made, err := library.CreateCourse(w.ctx, operator.NewCourse{ID: c.Course, Name: c.Name, SubAccount: c.SubAccount})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(w, made)
		}
		return printLine(w, fmt.Sprintf("Created course %d.", c.Course))
	})
}

type courseListCommand struct {
	librarySettings
	JSON bool `name:"json" help:"Print {\"courses\":[…]}."`
}

// Help is the longer help.
func (courseListCommand) Help() string {
	return `Lists courses by id, with the sub-account and the number of enrolled people.

Examples:

    lectern course list --data /var/lib/lectern
    lectern course list --json`
}

// Run lists the courses.
func (c *courseListCommand) Run(w *world) error {
	return withLibrary(w, operator.Read, c.library(w), func(library *operator.Console) error {
		courses, err := library.Courses(w.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(map[string][]operator.Course{"courses": courses})
		}
		rows := [][]string{{"COURSE", "NAME", "SUB-ACCOUNT", "PEOPLE"}}
		for _, course := range courses {
			name, sub := "-", "-"
			if course.Name != nil {
				name = *course.Name
			}
			if course.SubAccount != nil {
				sub = strconv.FormatInt(*course.SubAccount, 10)
			}
			rows = append(rows, []string{
				strconv.FormatInt(course.ID, 10), name, sub, strconv.FormatInt(course.People, 10),
			})
		}
		return printTable(w.stdout, rows)
	})
}

// enrollmentSettings say which enrolments a command is about.
type enrollmentSettings struct {
	librarySettings
	JSON   bool     `name:"json" help:"Print {\"rows\":…,\"changed\":…}: the number of enrolments requested, and of those that changed."`
	Course int64    `arg:"" optional:"" help:"The course's id in the LMS."`
	Who    string   `arg:"" optional:"" name:"user" help:"The person, by id or e-mail."`
	Role   []string `help:"teacher, ta, designer, student or observer; may be repeated." placeholder:"ROLE" sep:"none"`
	CSV    string   `name:"csv" help:"Read the enrolments from a CSV file; - reads standard input." placeholder:"FILE"`
}

// Validate is kong's: it wants one of the two ways to name enrolments.
func (s *enrollmentSettings) Validate() error {
	switch {
	case s.CSV != "" && (s.Who != "" || len(s.Role) > 0):
		return errors.New("give either --csv or people and roles: the CSV file names both")
	case s.CSV == "" && (s.Course == 0 || s.Who == ""):
		return errors.New("give a course and a person, or a file with --csv")
	}
	return nil
}

const enrollmentFile = `The file is CSV in UTF-8, with commas, semicolons or tabs. Its first line names the columns: course_id, user and role, in any order; leave out course_id if the command line names the course. A user is an id or an e-mail address. If a row has an error, no row is applied, and the error is reported with its line and column. Loading the same file again changes nothing.

    course_id,user,role
    101,ada@school.test,teacher
    101,17,student
`

type courseEnrollCommand struct{ enrollmentSettings }

// Help is the longer help.
func (courseEnrollCommand) Help() string {
	return `A person may have several roles in a course. Existing roles stay.

` + enrollmentFile + `
Examples:

    lectern course enroll 101 ada@school.test --role teacher
    lectern course enroll --csv term.csv
    lectern course enroll 101 --csv - < people.csv`
}

// Validate is called by kong: an enrolment needs a role.
func (c *courseEnrollCommand) Validate() error {
	if err := c.enrollmentSettings.Validate(); err != nil {
		return err
	}
	if c.CSV == "" && len(c.Role) == 0 {
		return errors.New("give the role with --role")
	}
	return nil
}

// Run enrolls the people.
func (c *courseEnrollCommand) Run(w *world) error {
	return c.change(w, operator.Enroll)
}

type courseUnenrollCommand struct{ enrollmentSettings }

// Help is the longer help.
func (courseUnenrollCommand) Help() string {
	return `Without a role, removes all roles of the person in the course. It is not an error if the person does not have the role.

` + enrollmentFile + `
Examples:

    lectern course unenroll 101 ada@school.test
    lectern course unenroll 101 17 --role ta
    lectern course unenroll --csv left.csv`
}

// Run ends the enrolments.
func (c *courseUnenrollCommand) Run(w *world) error {
	return c.change(w, operator.Unenroll)
}

// change makes or ends the enrolments, and prints how many.
func (s *enrollmentSettings) change(w *world, action operator.EnrollmentAction) error {
	if s.CSV == "" || s.CSV == "-" {
		return s.changeFrom(w, action, w.stdin)
	}
	file, err := os.Open(s.CSV)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // nothing was written to it
	return s.changeFrom(w, action, file)
}

func (s *enrollmentSettings) changeFrom(w *world, action operator.EnrollmentAction, file io.Reader) error {
	return withLibrary(w, operator.Open, s.library(w), func(library *operator.Console) error {
		var rows, changed int
		var err error
		if s.CSV == "" {
			rows = max(1, len(s.Role))
			changed, err = library.ChangeEnrollment(w.ctx, action, s.Course, s.Who, s.Role)
		} else {
			rows, changed, err = library.ChangeEnrollments(w.ctx, action, s.Course, file)
		}
		if err != nil {
			return err
		}
		if s.JSON {
			return json.NewEncoder(w.stdout).Encode(map[string]int{"rows": rows, "changed": changed})
		}
		if action == operator.Enroll {
			return printLine(w, fmt.Sprintf("Created %d of %d enrolments.", changed, rows))
		}
		return printLine(w, fmt.Sprintf("Removed %d enrolments.", changed))
	})
}
