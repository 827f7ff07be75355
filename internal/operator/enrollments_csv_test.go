package operator

import (
	"fmt"
	"strings"
	"testing"
)

func TestReadEnrollments(t *testing.T) {
	const two = "101 ada@school.test teacher, 102 17 student"
	for name, c := range map[string]struct {
		text   string
		course int64
		noRole bool
		want   string // the rows, or what is wrong
	}{
		"commas":             {text: "course_id,user,role\n101,ada@school.test,teacher\n102,17,student\n", want: two},
		"no last line end":   {text: "course_id,user,role\n101,ada@school.test,teacher\n102,17,student", want: two},
		"CRLF":               {text: "course_id,user,role\r\n101,ada@school.test,teacher\r\n102,17,student\r\n", want: two},
		"CR":                 {text: "course_id,user,role\r101,ada@school.test,teacher\r102,17,student\r", want: two},
		"a byte order mark":  {text: "\ufeffcourse_id,user,role\n101,ada@school.test,teacher\n102,17,student\n", want: two},
		"semicolons":         {text: "course_id;user;role\n101;ada@school.test;teacher\n102;17;student\n", want: two},
		"tabs":               {text: "course_id\tuser\trole\n101\tada@school.test\tteacher\n102\t17\tstudent\n", want: two},
		"sep=":               {text: "\ufeffsep=;\r\ncourse_id;user;role\r\n101;ada@school.test;teacher\r\n102;17;student\r\n", want: two},
		"quotes":             {text: "\"course_id\",\"user\",\"role\"\n\"101\",\"ada@school.test\",\"teacher\"\n102,\"17\",student\n", want: two},
		"a BOM and quotes":   {text: "\ufeff\"course_id\",\"user\",\"role\"\n101,ada@school.test,teacher\n102,17,student\n", want: two},
		"another order":      {text: "role,course_id,user\nteacher,101,ada@school.test\nstudent,102,17\n", want: two},
		"capital names":      {text: "Course_ID,User,ROLE\n101,ada@school.test,teacher\n102,17,student\n", want: two},
		"space around":       {text: "course_id , user, role\n 101,ada@school.test ,\"teacher\" \n102,\t17, student\u00a0\n", want: "line 2: a quotation mark is missing"},
		"space around plain": {text: "course_id , user, role\n 101,ada@school.test ,teacher \n102,\t17, student\u00a0\n", want: two},
		"space, then quotes": {text: "course_id, user, role\n101, \"ada@school.test\", \"teacher\"\n102,17,student\n", want: two},
		"empty rows":         {text: "\n\ncourse_id;user;role\n\n101;ada@school.test;teacher\n;;\n  ;;\n102;17;student\n;;\n\n", want: two},
		"a line in quotes":   {text: "course_id,user,role\n101,\"ada@school.test\n\",teacher\n102,17,student\n", want: two},
		"a header only":      {text: "course_id,user,role\n", want: ""},
		"one course":         {text: "user,role\n5,ta\n6,observer\n", course: 7, want: "7 5 ta, 7 6 observer"},
		"one column":         {text: "user\n5\n6\n", course: 7, noRole: true, want: "7 5 , 7 6 "},
		"all roles":          {text: "course_id,user,role\n1,5,\n1,6,ta\n", noRole: true, want: "1 5 , 1 6 ta"},
		"the same twice":     {text: "user,role\n5,ta\n5,ta\n", course: 7, want: "7 5 ta, 7 5 ta"},

		"empty":               {text: "", want: "line 1: the file is empty; its first line must name the columns course_id, user and role"},
		"only space":          {text: "\n \n;;\n", want: "line 1: the file is empty"},
		"no header":           {text: "101,ada@school.test,teacher\n", want: `line 1, column 1: unknown column "101"`},
		"a missing column":    {text: "course_id,user\n101,5\n", want: "line 1: the column role is missing: the columns are course_id, user and role"},
		"no course":           {text: "user,role\n5,ta\n", want: "line 1: the column course_id is missing"},
		"a course too many":   {text: "course_id,user,role\n101,5,ta\n", course: 7, want: `unknown column "course_id"; use user and role`},
		"an unknown column":   {text: "course_id,user,role,name\n101,5,ta,Tom\n", want: `line 1, column 4: unknown column "name"`},
		"a column twice":      {text: "course_id,user,role,user\n101,5,ta,5\n", want: "line 1, column 4: there are two columns user"},
		"too few fields":      {text: "course_id,user,role\n101,5,ta\n101,5\n", want: "line 3: has 2 fields, but the header has 3"},
		"too many fields":     {text: "course_id,user,role\n101,5,ta,\n", want: "line 2: has 4 fields, but the header has 3"},
		"a wrong role":        {text: "course_id,user,role\n101,5,Teacher\n", want: `line 2, column 3 (role): unknown role "Teacher"; use teacher, ta`},
		"no role":             {text: "course_id,user,role\n101,5,\n", want: `line 2, column 3 (role): unknown role ""; use`},
		"no user":             {text: "course_id,user,role\n101,,ta\n", want: "line 2, column 2 (user): must not be empty"},
		"no course id":        {text: "course_id,user,role\n,5,ta\n", want: `line 2, column 1 (course_id): "" is not the id of a course`},
		"a course's name":     {text: "course_id,user,role\nOptics,5,ta\n", want: `"Optics" is not the id of a course`},
		"course 0":            {text: "course_id,user,role\n0,5,ta\n", want: `"0" is not the id of a course`},
		"a course below zero": {text: "course_id,user,role\n-1,5,ta\n", want: `"-1" is not the id of a course`},
		"a grouped number":    {text: "course_id;user;role\n1.000;5;ta\n", want: `"1.000" is not the id of a course`},
		"beyond all ids":      {text: "course_id,user,role\n9223372036854775808,5,ta\n", want: "is not the id of a course"},
		"a line after quotes": {text: "course_id,user,role\n101,\"a@b\n\n\",ta\n101,5,boss\n", want: `line 5, column 3 (role): unknown role "boss"`},
		"after sep=":          {text: "sep=,\ncourse_id,user,role\n101,5,boss\n", want: `line 3, column 3 (role): unknown role "boss"`},
		"after empty lines":   {text: "\n\ncourse_id,user,role\n\n101,5,boss\n", want: `line 5, column 3 (role): unknown role "boss"`},
		"an open quote":       {text: "course_id,user,role\n101,5,ta\n101,\"5,ta\n101,6,ta\n", want: "line 3: a quotation mark is missing or extra"},
		"a quote inside":      {text: "course_id,user,role\n101,a\"b,ta\n", want: "line 2: a quotation mark is missing or extra"},
		"a mistake before":    {text: "course_id,user,role\n101,5,boss\n101,a\"b,ta\n", want: "; use teacher, ta, designer, student, observer\nline 3: a quotation mark"},
		"Windows-1252":        {text: "course_id,user,role\n101,5,ta\n101,j\xf6rg@school.test,ta\n", want: "line 3: is not UTF-8"},
		"UTF-16":              {text: "\xff\xfec\x00o\x00", want: "is UTF-16"},
		"UTF-16, big-endian":  {text: "\xfe\xff\x00c\x00o", want: "is UTF-16"},
		"a workbook":          {text: "PK\x03\x04\x14\x00\x06\x00", want: "line 1: contains a NUL character"},
		"two mistakes":        {text: "course_id,user,role\n0,,ta\n1,5,boss\n", want: "line 2, column 1 (course_id): \"0\" is not the id of a course, which is a whole number\nline 2, column 2 (user): must not be empty"},
		"many":                {text: "user,role\n" + strings.Repeat("5,boss\n", 30), course: 7, want: "and 10 more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, err := readEnrollments(strings.NewReader(c.text), c.course, !c.noRole)
			var told []string
			for _, row := range rows {
				told = append(told, fmt.Sprintf("%d %s %s", row.course, row.user, row.role))
			}
			got := strings.Join(told, ", ")
			if err != nil {
				got = err.Error()
				if sentence, refused := Refusal(err); !refused || sentence != got {
					t.Errorf("%v is no answer for people", err)
				}
			}
			if got != c.want && (err == nil || !strings.Contains(got, c.want)) {
				t.Errorf("read %q, want %q", got, c.want)
			}
		})
	}
}

// FuzzReadEnrollments holds that no file, however odd, does more than be read or be
// rejected with a sentence.
func FuzzReadEnrollments(f *testing.F) {
	for _, seed := range []string{
		"course_id,user,role\n101,ada@school.test,teacher\n", "\ufeffsep=;\r\nuser;role\r\n5;ta\r\n", "user\t\"role\"\n\"5\n\"\tta", ";;\n\"",
	} {
		f.Add(seed, int64(0))
		f.Add(seed, int64(7))
	}
	f.Fuzz(func(t *testing.T, text string, course int64) {
		rows, err := readEnrollments(strings.NewReader(text), course, true)
		if err != nil {
			if sentence, refused := Refusal(err); !refused || sentence == "" {
				t.Errorf("%v is no answer for people", err)
			}
			return
		}
		for _, row := range rows {
			if row.course == 0 || row.user == "" || row.role == "" || row.userAt.line < 2 {
				t.Errorf("read %+v", row)
			}
		}
	})
}
