package operator

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lectern-media/lectern/internal/library"
)

// maxCSVBytes is the largest file of enrolments: a million rows and more.
const maxCSVBytes = 64 << 20

// enrollmentRow is one row of a file of enrolments.
type enrollmentRow struct {
	course   library.CourseID
	user     string      // by id or e-mail
	role     library.Way // "" for all, where enrolments are ended
	courseAt csvPlace
	userAt   csvPlace
}

// csvPlace is where something stands in a file, both counted from 1. The column is that
// of a table, with its name.
type csvPlace struct {
	line, column int
	name         string
}

func (p csvPlace) String() string {
	switch {
	case p.column == 0:
		return fmt.Sprintf("line %d", p.line)
	case p.name == "":
		return fmt.Sprintf("line %d, column %d", p.line, p.column)
	}
	return fmt.Sprintf("line %d, column %d (%s)", p.line, p.column, p.name)
}

// csvMistakes collects what is wrong with a file.
type csvMistakes struct {
	told []string
	more int
}

// maxCSVMistakes is how many mistakes are told; the rest is counted.
const maxCSVMistakes = 20

func (m *csvMistakes) add(at csvPlace, format string, args ...any) {
	if len(m.told) == maxCSVMistakes {
		m.more++
		return
	}
	m.told = append(m.told, at.String()+": "+fmt.Sprintf(format, args...))
}

// err is all mistakes, a line for each, or nil.
func (m *csvMistakes) err() error {
	if len(m.told) == 0 {
		return nil
	}
	if m.more > 0 {
		m.told = append(m.told, fmt.Sprintf("and %d more", m.more))
	}
	return csvErrors(m.told)
}

// csvErrors is why a file is rejected: a sentence for each mistake.
type csvErrors []string

// Error names every mistake on a line of its own.
func (r csvErrors) Error() string { return strings.Join(r, "\n") }

// csvProblem is one mistake, after which nothing more can be read.
func csvProblem(at csvPlace, format string, args ...any) error {
	var m csvMistakes
	m.add(at, format, args...)
	return m.err()
}

// readEnrollments reads a CSV file of enrolments: a header and a row for each. It takes
// what spreadsheets write: a byte order mark, every kind of line end, commas, semicolons
// or tabs, quoted fields, and rows in which all fields are empty, which it skips.
func readEnrollments(from io.Reader, course int64, needsRole bool) ([]enrollmentRow, error) {
	data, err := io.ReadAll(io.LimitReader(from, maxCSVBytes+1))
	if err != nil {
		return nil, err
	}
	text, err := csvText(data)
	if err != nil {
		return nil, err
	}
	text, comma, skipped := csvComma(text)
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord = comma, -1
	reader.TrimLeadingSpace = comma != '\t' // or it would take empty fields for space
	t := &enrollmentTable{reader: reader, skipped: skipped, course: library.CourseID(course), needsRole: needsRole}
	return t.read()
}

// csvText checks that a file is text, and returns it with line feeds at its line ends.
func csvText(data []byte) (string, error) {
	if len(data) > maxCSVBytes {
		return "", library.Invalid("csv", "is larger than %d bytes", maxCSVBytes)
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return "", library.Invalid("csv", "is UTF-16; save it as UTF-8, which Excel calls CSV UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	text := strings.ReplaceAll(strings.ReplaceAll(string(data), "\r\n", "\n"), "\r", "\n")
	line := 0
	for row := range strings.Lines(text) {
		line++
		if !utf8.ValidString(row) {
			return "", csvProblem(csvPlace{line: line}, "is not UTF-8; save the file as UTF-8, which Excel calls CSV UTF-8")
		}
		if strings.ContainsRune(row, 0) {
			return "", csvProblem(csvPlace{line: line}, "contains a NUL character; this is not a CSV file")
		}
	}
	return text, nil
}

// csvComma finds out what separates the fields: what a first line "sep=;" says, as Excel
// writes it, and else what stands most often in the header. It returns the text without
// that first line, and how many lines that takes away.
func csvComma(text string) (rest string, comma rune, skipped int) {
	first, rest, _ := strings.Cut(text, "\n")
	if sep, says := strings.CutPrefix(strings.ToLower(first), "sep="); says && (sep == "," || sep == ";" || sep == "\t") {
		return rest, rune(sep[0]), 1
	}
	header := text // where nothing is in it but separators
	for line := range strings.Lines(text) {
		if strings.Trim(line, " ,;\t\n") != "" {
			header = line
			break
		}
	}
	comma = ','
	for _, other := range ";\t" {
		if strings.Count(header, string(other)) > strings.Count(header, string(comma)) {
			comma = other
		}
	}
	return text, comma, 0
}

// enrollmentTable is a file of enrolments that is being read.
type enrollmentTable struct {
	reader    *csv.Reader
	skipped   int              // the lines before those that the reader counts
	course    library.CourseID // of all rows, or 0
	needsRole bool
	columns   []string
	mistakes  csvMistakes
}

func (t *enrollmentTable) read() ([]enrollmentRow, error) {
	header, err := t.next()
	if errors.Is(err, io.EOF) {
		return nil, csvProblem(csvPlace{line: 1}, "the file is empty; its first line must name the columns %s", t.expected())
	}
	if err != nil {
		return nil, t.unreadable(err)
	}
	if err := t.readHeader(header); err != nil {
		return nil, err
	}
	var rows []enrollmentRow
	for {
		fields, err := t.next()
		if errors.Is(err, io.EOF) {
			return rows, t.mistakes.err()
		}
		if err != nil {
			return nil, t.unreadable(err)
		}
		if row, ok := t.readRow(fields); ok {
			rows = append(rows, row)
		}
	}
}

// next reads the next row in which something stands, without the space around its fields.
func (t *enrollmentTable) next() ([]string, error) {
	for {
		fields, err := t.reader.Read()
		if err != nil {
			return nil, err
		}
		blank := true
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
			blank = blank && fields[i] == ""
		}
		if !blank {
			return fields, nil
		}
	}
}

// unreadable is all mistakes so far and that after which nothing more can be read.
func (t *enrollmentTable) unreadable(err error) error {
	parse, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err
	}
	t.mistakes.add(csvPlace{line: parse.StartLine + t.skipped}, "a quotation mark is missing or extra: put a field that "+
		"has one into quotation marks, and double the mark")
	return t.mistakes.err()
}

// at is where a field of the row read last stands.
func (t *enrollmentTable) at(i int) csvPlace {
	line, _ := t.reader.FieldPos(i)
	place := csvPlace{line: line + t.skipped, column: i + 1}
	if i < len(t.columns) {
		place.name = t.columns[i]
	}
	return place
}

// expected is the names of the columns that the file should have.
func (t *enrollmentTable) expected() string {
	if t.course != 0 {
		return "user and role"
	}
	return "course_id, user and role"
}

func (t *enrollmentTable) readHeader(header []string) error {
	for i, name := range header {
		name = strings.ToLower(name)
		switch {
		case name != "user" && name != "role" && (name != "course_id" || t.course != 0):
			t.mistakes.add(t.at(i), "unknown column %q; use %s", header[i], t.expected())
		case slices.Contains(t.columns, name):
			t.mistakes.add(t.at(i), "there are two columns %s", name)
		}
		t.columns = append(t.columns, name)
	}
	if err := t.mistakes.err(); err != nil {
		return err
	}
	needed := []string{"user"}
	if t.course == 0 {
		needed = append(needed, "course_id")
	}
	if t.needsRole {
		needed = append(needed, "role")
	}
	for _, name := range needed {
		if !slices.Contains(t.columns, name) {
			t.mistakes.add(csvPlace{line: t.at(0).line}, "the column %s is missing: the columns are %s", name, t.expected())
		}
	}
	return t.mistakes.err()
}

func (t *enrollmentTable) readRow(fields []string) (row enrollmentRow, ok bool) {
	before := len(t.mistakes.told) + t.mistakes.more
	if len(fields) != len(t.columns) {
		t.mistakes.add(csvPlace{line: t.at(0).line}, "has %d fields, but the header has %d", len(fields), len(t.columns))
		return row, false
	}
	row.course, row.courseAt = t.course, csvPlace{line: t.at(0).line}
	for i, text := range fields {
		at := t.at(i)
		switch t.columns[i] {
		case "course_id":
			id, err := strconv.ParseUint(text, 10, 63)
			if err != nil || id == 0 {
				t.mistakes.add(at, "%q is not the id of a course, which is a whole number", text)
			}
			row.course, row.courseAt = library.CourseID(id), at
		case "user":
			if row.user, row.userAt = text, at; text == "" {
				t.mistakes.add(at, "must not be empty: an id or an e-mail address")
			}
		case "role":
			if text == "" && !t.needsRole {
				continue
			}
			role, err := library.ParseEnrollment(text)
			if err != nil {
				t.mistakes.add(at, "unknown role %q; use teacher, ta, designer, student, observer", text)
			}
			row.role = role
		}
	}
	return row, len(t.mistakes.told)+t.mistakes.more == before
}
