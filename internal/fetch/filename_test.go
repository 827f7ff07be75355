package fetch

import (
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestFileName_IsABareName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ö", 200)
	for _, c := range []struct{ disposition, path, want string }{
		{"", "/films/Optik%201.mp4", "Optik 1.mp4"},
		{"", "/", ""},
		{"", "", ""},
		{"", "/films/..", ""},
		{"", "/films/", "films"},
		{`attachment; filename="a.mp4"`, "/x", "a.mp4"},
		{`inline; filename*=UTF-8''%E2%82%AC.mp4`, "/x", "€.mp4"},
		{`attachment; filename="../../etc/passwd"`, "/x", "passwd"},
		{`attachment; filename="C:\\Users\\ada\\a.mp4"`, "/x", "a.mp4"},
		{`attachment; filename="a` + "\u202e" + `4pm.exe"`, "/x", "a4pm.exe"},
		{`attachment; filename=".."`, "/b.mp4", "b.mp4"},
		{`attachment`, "/b.mp4", "b.mp4"},
		{`;;;`, "/b.mp4", "b.mp4"},
		{"", "/" + long + ".mp4", strings.Repeat("ö", 125) + ".mp4"},
	} {
		u, err := url.Parse("http://films.school.test" + c.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := fileName(c.disposition, u); got != c.want {
			t.Errorf("%q at %q is called %q, want %q", c.disposition, c.path, got, c.want)
		}
	}
}

func FuzzFileName(f *testing.F) {
	f.Add(`attachment; filename="a.mp4"`, "/x/y.mp4")
	f.Add(`inline; filename*=UTF-8''%00%ff..%2f`, "/..")
	f.Add(`x; filename="\\"`, "/"+strings.Repeat("€", 100)+".mp4")
	f.Fuzz(func(t *testing.T, disposition, path string) {
		name := fileName(disposition, &url.URL{Path: path})
		if len(name) > 255 || !utf8.ValidString(name) || strings.ContainsAny(name, "/\\\x00\n\r") || name == "." || name == ".." {
			t.Errorf("%q, %q is called %q", disposition, path, name)
		}
	})
}

func FuzzOEmbed(f *testing.F) {
	f.Add([]byte(`{"title":"Optik 1","thumbnail_url":"https://i.test/x.jpg","duration":61.5}`))
	f.Add([]byte(`{"title":"\ud800\u2028x","thumbnail_url":"//i.test","duration":1e999}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := readOEmbed(text)
		if err != nil {
			return
		}
		if n := utf8.RuneCountInString(d.Title); n < 1 || n > maxTitle || !utf8.ValidString(d.Title) || strings.ContainsAny(d.Title, "\n\r\x00\u2028") {
			t.Errorf("the title is %q", d.Title)
		}
		if d.ThumbnailURL != "" && !strings.HasPrefix(d.ThumbnailURL, "https://") {
			t.Errorf("the picture is at %q", d.ThumbnailURL)
		}
		if d.Duration < 0 || d.Duration > maxDuration {
			t.Errorf("it lasts %v", d.Duration)
		}
	})
}

func TestSentences_SayLimitsAsPeopleDo(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int64]string{
		10 << 30: "10 GB", 1 << 30: "1 GB", 10_000_000_000: "10 GB", 1_500_000_000: "1.5 GB", 999_999_999: "999.9 MB", 1000: "1 kB", 999: "999 bytes",
	} {
		if got := sizeOf(bytes); got != want {
			t.Errorf("%d is %q, want %q", bytes, got, want)
		}
	}
	for length, want := range map[time.Duration]string{
		6 * time.Hour: "6 hours", time.Hour: "1 hour", 90 * time.Minute: "90 minutes", time.Minute: "1 minute", 1500 * time.Millisecond: "1.5s",
	} {
		if got := lengthOf(length); got != want {
			t.Errorf("%d is %q, want %q", length, got, want)
		}
	}
}
