package demo

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/fixture"
	"github.com/lectern-media/lectern/internal/library"
)

// school is the built-in fixture: a college of some thirty people.
//
//go:embed school.json
var school []byte

// tokenLife outlives every demo.
const tokenLife = 10 * 365 * 24 * time.Hour

// Demo is a running server on a library that is deleted with it.
type Demo struct {
	Info
	// People has one person for each kind that the library has, in the order of the
	// roles of the contract.
	People []Person
	// PlayerURL is where a browser plays a recording without a token; "" where the library
	// has none with files.
	PlayerURL string
	// Works says whether what is uploaded is worked on; else it waits, for want of ffmpeg.
	Works bool

	app    *app.App
	folder string
}

// Info is what a program needs to use a demo.
type Info struct {
	BaseURL string `json:"base_url"` // of the server, without a slash at the end
	APIURL  string `json:"api_url"`  // of the API: what the contract's paths begin with
	fixture.Result
}

// Person is a person to try a demo as.
type Person struct {
	Kind  string // the role that stands for the kind
	ID    library.UserID
	Name  string
	Email string // empty: none
	Token string
}

// Start starts a server on a new library with what the fixture holds; a nil
// fixture is the built-in school. Of the options it takes those of the server, not
// those of the library. It returns once the server answers.
func Start(ctx context.Context, o app.Options, from io.Reader) (*Demo, error) {
	builtIn := from == nil
	if builtIn {
		from = bytes.NewReader(school)
	}
	f, err := fixture.Read(from)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "lectern-demo-")
	if err != nil {
		return nil, err
	}
	d := &Demo{folder: folder}
	if err := d.start(ctx, o, f, builtIn); err != nil {
		return nil, errors.Join(err, d.Stop(context.WithoutCancel(ctx)))
	}
	return d, nil
}

func (d *Demo) start(ctx context.Context, o app.Options, f fixture.Fixture, withClips bool) (err error) {
	o = o.Unlimited()
	o.Place.Data, o.Place.Database = d.folder, ""
	if withClips {
		if o.WrapStorage, err = besideClips(); err != nil {
			return err
		}
	}
	if d.app, err = app.New(ctx, o); err != nil {
		return err
	}
	if d.Result, err = fixture.LoadWithTokens(ctx, d.app.Library(), f, tokenLife); err != nil {
		return err
	}
	if withClips {
		if err = d.giveClips(ctx, f); err != nil {
			return err
		}
	}
	// As after every load of much at once: without statistics, plans are bad.
	if err := d.app.Analyze(ctx); err != nil {
		return err
	}
	if err := d.app.Start(ctx); err != nil {
		return err
	}
	d.BaseURL = d.app.PublicURL()
	d.APIURL = d.app.APIURL()
	d.People = peopleOf(f, d.Result)
	d.Works = d.app.Works()
	if withClips {
		if err := d.invite(ctx, f); err != nil {
			return err
		}
	}
	return answers(ctx, d.app.LocalURL()+"/readyz")
}

// peopleOf picks a person for each kind: the first of the fixture who is of that
// kind alone, or else the first who is of it too.
func peopleOf(f fixture.Fixture, loaded fixture.Result) []Person {
	kinds := library.RolesOf(library.Admin, library.SubaccountAdmin, library.Teacher, library.Student, library.Observer)
	var people []Person
	for _, kind := range kinds.List() {
		best := slices.IndexFunc(f.Users, func(u fixture.User) bool { return rolesOf(u) == library.RolesOf(kind) })
		if best < 0 {
			best = slices.IndexFunc(f.Users, func(u fixture.User) bool { return rolesOf(u).Has(kind) })
		}
		if best < 0 {
			continue
		}
		u := f.Users[best]
		people = append(people, Person{
			Kind: kind.String(), ID: loaded.Users[u.Key], Name: u.FullName, Email: u.Email, Token: loaded.Tokens[u.Key],
		})
	}
	return people
}

func rolesOf(u fixture.User) library.Roles {
	if u.Roles == nil {
		return library.RolesOf(library.Student)
	}
	return *u.Roles
}

// answers makes sure that a server answers at an address.
func answers(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	// A client of its own, so that neither a proxy of the environment nor an idle
	// connection is left between us and the server.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // nothing was written to it
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s with %s", address, response.Status)
	}
	return nil
}

// Wait runs the demo until ctx ends, and stops it.
func (d *Demo) Wait(ctx context.Context) error {
	return errors.Join(d.app.Wait(ctx), os.RemoveAll(d.folder))
}

// Stop ends the server and throws the library away.
func (d *Demo) Stop(ctx context.Context) error {
	var err error
	if d.app != nil {
		err = d.app.Stop(ctx)
	}
	return errors.Join(err, os.RemoveAll(d.folder))
}
