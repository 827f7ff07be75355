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
	Unenroll courseUnenrollCommand `cmd:"" help:"End enrolments of people in courses."`
}

type courseCreateCommand struct {
	librarySettings
	JSON       bool    `name:"json" help:"Print {\"course\":…} as the API does."`
	Course     int64   `arg:"" help:"The course's id in the LMS."`
	Name       *string `help:"What the course is called." placeholder:"NAME"`
	SubAccount *int64  `help:"The sub-account that it belongs to, by id." placeholder:"ID"`
}

// Help is the longer help.
func (courseCreateCommand) Help() string {
	return `Creates the course with its collection; nobody is enrolled in it yet. A course that exists already, because somebody embedded a recording in it for example, is not created again.

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
		return printLine(w, fmt.Sprintf("Course %d is created.", c.Course))
	})
}

type courseListCommand struct {
	librarySettings
	JSON bool `name:"json" help:"Print {\"courses\":[…]}."`
}

// Help is the longer help.
func (courseListCommand) Help() string {
	return `Lists by id, with the sub-account and the number of people enrolled.

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
	JSON   bool     `name:"json" help:"Print {\"rows\":…,\"changed\":…}: how many enrolments were named, and how many changed."`
	Course int64    `arg:"" optional:"" help:"The course's id in the LMS."`
	Who    string   `arg:"" optional:"" name:"user" help:"The person, by id or e-mail."`
	Role   []string `help:"teacher, ta, designer, student or observer; may be repeated." placeholder:"ROLE" sep:"none"`
	CSV    string   `name:"csv" help:"Read the enrolments from a CSV file; - reads standard input." placeholder:"FILE"`
}

// Validate is kong's: it wants one of the two ways to name enrolments.
func (s *enrollmentSettings) Validate() error {
	switch {
	case s.CSV != "" && (s.Who != "" || len(s.Role) > 0):
		return errors.New("with --csv the file names the people and their roles")
	case s.CSV == "" && (s.Course == 0 || s.Who == ""):
		return errors.New("name a course and a person, or a file by --csv")
	}
	return nil
}

const enrollmentFile = `The file is CSV in UTF-8, with commas, semicolons or tabs. Its first line names the columns: course_id, user and role, in any order, or user and role where the course is named on the command line. A user is an id or an e-mail address. All rows are done, or, where something is wrong with one of them, none; what is wrong is told with its line and column. A file may be given again: what is done already stays as it is.

    course_id,user,role
    101,ada@school.test,teacher
    101,17,student
`

type courseEnrollCommand struct{ enrollmentSettings }

// Help is the longer help.
func (courseEnrollCommand) Help() string {
	return `A person may have several roles in a course; those that they hold stay.

` + enrollmentFile + `
Examples:

    lectern course enroll 101 ada@school.test --role teacher
    lectern course enroll --csv term.csv
    lectern course enroll 101 --csv - < people.csv`
}

// Validate is kong's: whoever is enrolled gets a role.
func (c *courseEnrollCommand) Validate() error {
	if err := c.enrollmentSettings.Validate(); err != nil {
		return err
	}
	if c.CSV == "" && len(c.Role) == 0 {
		return errors.New("name the role by --role")
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
	return `Without a role, all roles of the person in the course end. To end one that does not exist is not an error.

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
			return printLine(w, fmt.Sprintf("%d of %d enrolments are new.", changed, rows))
		}
		return printLine(w, fmt.Sprintf("Enrolments ended: %d.", changed))
	})
}
