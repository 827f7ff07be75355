package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/demo"
)

type demoCommand struct {
	JSON     bool   `name:"json" help:"Print ids, tokens and addresses as one line of JSON."`
	Listen   string `help:"Address to listen on, HOST:PORT; port 0 picks a free port." default:"${listen}"`
	Fixture  string `help:"Load this fixture instead of the built-in school." placeholder:"FILE"`
	LogLevel string `help:"Lowest level that is logged to standard error: debug, info, warn or error." default:"warn"`
}

// Help is the longer help.
func (demoCommand) Help() string {
	return `Runs a library with the people and media items of a fictional college until you press Ctrl-C, and then deletes it. It prints a token for each role, and commands to paste into a shell.

With --json it prints one line for programs when it is ready: {"base_url","api_url","users":{"<key>":<id>},"groups","sub_accounts","courses","collections","media","tokens":{"<key of a user>":"<token>"}}. Courses are keyed by their id in the LMS and have the id of their collection.

Examples:

    lectern demo
    lectern demo --listen 127.0.0.1:0 --json
    lectern demo --fixture school.json`
}

// Run runs the demo until it is told to stop.
func (c *demoCommand) Run(w *world) error {
	var fixture io.Reader
	if c.Fixture != "" {
		text, err := os.ReadFile(c.Fixture)
		if err != nil {
			return err
		}
		fixture = bytes.NewReader(text)
	}
	o := app.DefaultOptions()
	o.Listen.API, o.Log.Level, o.Log.Output = c.Listen, c.LogLevel, w.stderr
	d, err := demo.Start(w.ctx, o, fixture)
	if err != nil {
		return err
	}
	// In one write, so that a program that reads along has all of it at once.
	var text bytes.Buffer
	if c.JSON {
		err = json.NewEncoder(&text).Encode(d.Info)
	} else {
		err = c.print(&text, d)
	}
	if err == nil {
		_, err = w.stdout.Write(text.Bytes())
	}
	if err != nil {
		return errors.Join(err, d.Stop(w.ctx))
	}
	return d.Wait(w.ctx)
}

// print writes the demo for people.
func (c *demoCommand) print(to *bytes.Buffer, d *demo.Demo) error {
	fmt.Fprintf(to, "Listening on %s with %d people, %d courses and %d media items.\n",
		d.BaseURL, len(d.Users), len(d.Courses), len(d.Media))
	fmt.Fprintf(to, "API documentation: %s/api/public/docs/\n", d.BaseURL)
	if d.PlayerURL != "" {
		fmt.Fprintf(to, "Watch a lecture in a browser, without a token: %s\n", d.PlayerURL)
	}
	to.WriteString("Press Ctrl-C to stop. All data is deleted then.\n")

	if len(d.People) > 0 {
		to.WriteString("\nTokens, one for each role:\n\n")
		rows := make([][]string, len(d.People))
		for i, p := range d.People {
			rows[i] = []string{"  " + p.Kind, p.Name, fmt.Sprintf("user %d", p.ID), p.Token}
		}
		if err := printTable(to, rows); err != nil {
			return err
		}
	}

	to.WriteString(uploading(d))
	to.WriteString("\nCommands to paste into another terminal, line by line or all at once:\n\n")
	for _, try := range tries(d) {
		fmt.Fprintf(to, "# %s\n%s\n", try.what, try.line())
	}
	return nil
}

// uploading returns lines for a POSIX shell that upload a recording as a teacher, complete the
// upload, and follow the transcoding. The shell reads the lines in parentheses as one command, so
// that it stops at the first error, and nothing is uploaded without a file.
func uploading(d *demo.Demo) string {
	at := slices.IndexFunc(d.People, func(p demo.Person) bool { return p.Kind == "Teacher" })
	if at < 0 {
		return ""
	}
	follow := `  curl -sSN --fail-with-body -H "Authorization: Bearer $TOKEN" -H 'Accept: text/event-stream' "$API/media/$ID/processing"
`
	waits := ""
	if !d.Works {
		follow = ""
		waits = " ffmpeg is not installed: the upload is accepted and queued until Lectern is started with ffmpeg."
	}
	return fmt.Sprintf(`
To upload your own recording, replace lecture.mp4 in the first line by its name, and paste all lines. The last answer has the address to watch it.%s

FILE=lecture.mp4
(
  TOKEN=%s API=%s
  test -f "$FILE" || { echo "There is no file '$FILE': set FILE to the name of a recording." >&2; exit 1; }
  ANSWER=$(curl -sS --fail-with-body -X POST -H "Authorization: Bearer $TOKEN" "$API/media/uploads"); OK=$?; echo "$ANSWER"; test $OK = 0 || exit 1
  ID=$(echo "$ANSWER" | sed -E 's/.*"id":([0-9]+).*/\1/') URL=$(echo "$ANSWER" | sed -E 's/.*"url":"([^"]+)".*/\1/')
  curl -sS --fail-with-body -w '\n' -T "$FILE" "$URL" || exit 1
  curl -sS --fail-with-body -w '\n' -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"title":"My recording"}' "$API/media/uploads/$ID/complete" || exit 1
%s  curl -sS --fail-with-body -w '\n' -X POST -H "Authorization: Bearer $TOKEN" "$API/media/$ID/embed_tickets"
)
`, waits, d.People[at].Token, d.APIURL, follow)
}

// try is a request to paste into a shell.
type try struct {
	what   string // of plain words: some shells read comments as commands
	token  string // empty: the request needs none
	url    string
	method string // empty: GET
	body   string // JSON, empty: none
}

// line is the request for curl. Nothing in it needs more than single quotes: tokens
// are of letters, digits, - and _, addresses are escaped, and bodies are ours.
func (t try) line() string {
	line := "curl -sS"
	if t.method != "" {
		line += " -X " + t.method
	}
	if t.token != "" {
		line += " -H 'Authorization: Bearer " + t.token + "'"
	}
	if t.body != "" {
		line += " -H 'Content-Type: application/json' -d '" + t.body + "'"
	}
	return line + " -w '\\n' '" + t.url + "'"
}

// tries returns a tour of the API, each request as a person who may make it. Requests that
// nobody in the library may make are left out.
func tries(d *demo.Demo) []try {
	people := make(map[string]demo.Person, len(d.People))
	for _, p := range d.People {
		people[p.Kind] = p
	}
	var list []try
	if len(d.People) > 0 {
		me, found := people["Teacher"]
		if !found {
			me = d.People[0]
		}
		list = ownTries(d, me)
		if admin, found := people["Admin"]; found {
			list = append(list, adminTries(d, admin, me)...)
		}
		list = append(list, try{
			what: "The contract as Swagger 2.0", token: me.Token, url: d.BaseURL + "/api/public/apidocs",
		})
	}
	return append(list, try{what: "The contract as OpenAPI 3", url: d.BaseURL + "/api/public/openapi.json"})
}

// ownTries returns what everyone may ask about themselves.
func ownTries(d *demo.Demo, me demo.Person) []try {
	mine := fmt.Sprintf("%s/users/%d", d.APIURL, me.ID)
	return []try{
		{what: me.Kind + ": check the token", token: me.Token, url: d.APIURL + "/ping"},
		{what: me.Kind + ": show my account", token: me.Token, url: mine},
		{what: me.Kind + ": list my collections, those shared with me, and those of my courses", token: me.Token, url: mine + "/collections"},
		{what: me.Kind + ": show My Library", token: me.Token, url: mine + "/library"},
		{what: me.Kind + ": list all media items that I can reach, with my permission on each", token: me.Token, url: mine + "/media?page=1&per_page=5"},
		{what: me.Kind + ": find media items by a word in the title, in any case and accent", token: me.Token, url: d.APIURL + "/media/search?title=tutorial&per_page=3"},
		{what: me.Kind + ": create a collection", token: me.Token, url: d.APIURL + "/collections", method: "POST", body: `{"name":"Made from the command line"}`},
	}
}

// adminTries returns what admins may ask, here about another person.
func adminTries(d *demo.Demo, admin, other demo.Person) []try {
	search := d.APIURL + "/users/search"
	list := []try{{what: "Admin: find the teachers", token: admin.Token, url: search + "?role=Teacher"}}
	if other.Email != "" {
		list = append(list, try{
			what: "Admin: find a person by e-mail", token: admin.Token, url: search + "?email=" + url.QueryEscape(other.Email),
		})
	}
	for _, change := range []struct{ what, method, action string }{
		{"add a role", "POST", "add"},
		{"remove the role, with PUT", "PUT", "remove"},
		{"the same with PATCH; removing a role that the person does not have succeeds", "PATCH", "remove"},
	} {
		list = append(list, try{
			what: "Admin: " + change.what, token: admin.Token, url: d.APIURL + "/users/roles", method: change.method,
			body: fmt.Sprintf(`{"roles":[{"user_id":%d,"role":"Observer","action":"%s"}]}`, other.ID, change.action),
		})
	}
	return append(list, try{
		what: "Admin: show the last changes, with who made them and from where", token: admin.Token, url: d.APIURL + "/audit_events?limit=3",
	})
}
