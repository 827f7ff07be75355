package library_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
)

func TestParseEmail(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("a", 254-len("@school.test")) + "@school.test"
	for address, ok := range map[string]bool{
		"ada@school.test": true, "a@b": true, "Ada.Byron+x@School.Test": true, "ädä@schule.test": true, longest: true,
		"": false, "ada": false, "@school.test": false, "ada@": false, "a@b@c": false, "a b@c": false,
		"a@b\n": false, "a\x00@b": false, "a@\xff": false, "a" + longest: false,
		"a\u200bda@b": false, "ada@b\u00ad": false, "\ufeffada@b": false, "a\u202eda@b": false, "a\u0600@b": false,
		"a\u3164@b": false, "a\ufe0f@b": false, "a\u034f@b": false, "a\U000e0041@b": false, "a\u2028@b": false, "a\u0085@b": false,
		"a\u00a0@b": false, "a\u007f@b": false, "a\u001b@b": false, "e\u0301@b": true, "faß@schüle.test": true, "a@b_c": true,
	} {
		if _, err := library.ParseEmail("email", address); (err == nil) != ok {
			t.Errorf("ParseEmail(%q) gives %v", address, err)
		} else if err != nil && library.KindOf(err) != library.KindInvalid {
			t.Errorf("ParseEmail(%q) gives a %v error", address, library.KindOf(err))
		}
	}
}

func TestCheckText(t *testing.T) {
	t.Parallel()
	for _, blank := range []string{
		"", " ", "\t\n", "\u00a0\u3000", "\u200b", "\u00ad\u00ad", "\u200d \u2060", "\ufeff", "\u202e\u202c", "\u3164", "\u115f\u1160\uffa0",
		"\u2800 \u2800", "\ufe0f", "\U000e0100", "\U000e0041", "\u034f", "\u180e", "\u17b4", "\u0301", "\u20dd", "\x00", "\x1b", "\u0085\u2028\u2029",
	} {
		if err := library.CheckText("name", blank); err == nil || err.Error() != "name must not be blank" {
			t.Errorf("%+q, in which there is nothing to see, gives %v", blank, err)
		}
	}
	for text, want := range map[string]string{
		"\xff": "name must be UTF-8 text without NUL", "a\x00": "name must be UTF-8 text without NUL",
		strings.Repeat("ä", 256): "name is longer than 255 characters",
	} {
		if err := library.CheckText("name", text); err == nil || err.Error() != want {
			t.Errorf("%.10q gives %v, want %s", text, err, want)
		}
	}
	for _, name := range []string{
		"a", "ß", "Opti\u00adcs", "می\u200cخواهم", "👩\u200d💻", "❤\ufe0f", "e\u0301", "\u093f", "\u0600", "⠁", "1", "-", "\u25cc\u0301", strings.Repeat("ä", 255),
	} {
		if err := library.CheckText("name", name); err != nil {
			t.Errorf("%+q gives %v", name, err)
		}
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	roles := library.RolesOf(library.Student, library.Admin).With(library.Teacher).Without(library.Student).Without(library.Observer)
	var names []string
	for _, r := range roles.List() {
		parsed, err := library.ParseRole(r.String())
		if err != nil || parsed != r {
			t.Errorf("%v reads back as %v, %v", r, parsed, err)
		}
		names = append(names, r.String())
	}
	if got := strings.Join(names, ", "); got != "Admin, Teacher" {
		t.Errorf("the roles are %s", got)
	}
	if list := library.Roles(0).List(); list == nil || len(list) != 0 {
		t.Errorf("no roles are %v", list)
	}
}

func TestParse_RefusesWhatIsNoName(t *testing.T) {
	t.Parallel()
	for what, parse := range map[string]func(string) error{
		"role":       func(s string) error { _, err := library.ParseRole(s); return err },
		"share":      func(s string) error { _, err := library.ParseShare(s); return err },
		"membership": func(s string) error { _, err := library.ParseMembership(s); return err },
		"enrolment":  func(s string) error { _, err := library.ParseEnrollment(s); return err },
	} {
		for _, name := range []string{"", "owner", "ADMIN", "admin ", "View"} {
			if err := parse(name); library.KindOf(err) != library.KindInvalid {
				t.Errorf("the %s %q gives %v", what, name, err)
			}
		}
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	for page, want := range map[library.Page]int64{
		{Number: 1, Size: 20}:                    0,
		{Number: 3, Size: 50}:                    100,
		{Number: math.MaxInt64, Size: 1}:         math.MaxInt64 - 1,
		{Number: math.MaxInt64, Size: 50}:        math.MaxInt64,
		{Number: math.MaxInt64/50 + 2, Size: 50}: math.MaxInt64,
	} {
		if got := page.Offset(); got != want {
			t.Errorf("before page %d of %d stand %d, want %d", page.Number, page.Size, got, want)
		}
	}
	for total, want := range map[int64]int64{0: 1, 1: 1, 20: 1, 21: 2, 400: 20} {
		list := library.Paged[int]{Total: total, Page: library.Page{Number: 1, Size: 20}}
		if got := list.LastPage(); got != want {
			t.Errorf("of %d the last page is %d, want %d", total, got, want)
		}
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	cause := errors.New("the disk is full")
	var err error = &library.Error{Kind: library.KindConflict, Message: "it was done already", Err: cause}
	if !errors.Is(err, cause) || err.Error() != "it was done already: the disk is full" {
		t.Errorf("the error is %v", err)
	}
	if kind := library.KindOf(errors.Join(cause, err)); kind != library.KindConflict {
		t.Errorf("its kind is %v", kind)
	}
	if kind := library.KindOf(cause); kind != library.KindInternal {
		t.Errorf("the kind of any other error is %v", kind)
	}
	seen := map[string]bool{}
	for kind := library.KindInternal; kind <= library.KindUnfit; kind++ {
		seen[kind.String()] = true
	}
	if len(seen) != int(library.KindUnfit)+1 || library.Kind(99).String() != "internal" {
		t.Errorf("the kinds are called %v", seen)
	}
}

func TestSizeText_SaysLimitsAsPeopleDo(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int64]string{
		library.MaxUpload: "10 GB", 1 << 30: "1 GB", 3 << 30: "3 GB", 10_000_000_000: "10000000000 bytes", 1 << 20: "1048576 bytes", 0: "0 bytes",
	} {
		if got := library.SizeText(bytes); got != want {
			t.Errorf("%d is %q, want %q", bytes, got, want)
		}
	}
}
