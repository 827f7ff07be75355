package app

import (
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/content"
)

// Every option is given to the package that it is for: a change of it is one of what the
// packages are given.
func TestOptions_AreGivenOn(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, path := range leaves(reflect.TypeFor[Options](), nil) {
		if slices.Contains([]string{"WrapStorage", "Clock", "Fetch.MaxBytes", "Space.Free"}, strings.Join(path, ".")) {
			continue // the first two New uses itself, the third it sets, and the last is compared with nothing
		}
		o := changed(t, DefaultOptions(), nil)
		before := seen(t, o)
		if reflect.DeepEqual(before, seen(t, changed(t, o, path))) { //nolint:govet // the errors in it are nil
			t.Errorf("the option %s is given to nobody", strings.Join(path, "."))
		}
		tried++
	}
	if tried < 20 {
		t.Errorf("only %d options are tried", tried)
	}
}

// A file has one limit, however it comes and whatever the options say of it.
func TestOptions_LimitOfFiles(t *testing.T) {
	t.Parallel()
	o := DefaultOptions()
	o.Fetch.MaxBytes = 1
	if is := seen(t, o).fetch.MaxBytes; is != content.DefaultMaxUpload {
		t.Errorf("%d bytes are fetched, and %d uploaded", is, int64(content.DefaultMaxUpload))
	}
}

// leaves are the paths of the fields of a type, down to those that are set in one go.
func leaves(of reflect.Type, below []string) (paths [][]string) {
	for i := range of.NumField() {
		field := of.Field(i)
		path := append(slices.Clone(below), field.Name)
		if field.Type.Kind() == reflect.Struct {
			paths = append(paths, leaves(field.Type, path)...)
		} else {
			paths = append(paths, path)
		}
	}
	return paths
}

// changed returns valid options in which the field at a path, if any, differs.
func changed(t *testing.T, o Options, path []string) Options {
	t.Helper()
	o.Place.Storage = "s3://bucket?endpoint=https://s3.school.test" // which can be redirected to
	if path == nil {
		return o
	}
	field := reflect.ValueOf(&o).Elem()
	for _, name := range path {
		field = field.FieldByName(name)
	}
	switch strings.Join(path, ".") {
	case "Place.Database":
		field.SetString("postgres://db/other")
	case "Space.Reserve":
		field.SetString("5GB")
	case "Log.Level":
		field.SetString("debug")
	case "Log.Format":
		field.SetString("json")
	case "Log.Output":
		field.Set(reflect.ValueOf(io.Discard))
	case "Fetch.YouTubeOEmbed", "Fetch.VimeoOEmbed", "Listen.PublicURL":
		field.SetString("https://other.school.test")
	default:
		differ(t, field, path)
	}
	return o
}

// differ sets a field to another value of its type.
func differ(t *testing.T, field reflect.Value, path []string) {
	t.Helper()
	switch value := field.Interface().(type) {
	case string:
		field.SetString("127.0.0.1:1")
		if value == "127.0.0.1:1" {
			t.Fatalf("%v is that already", path)
		}
	case bool:
		field.SetBool(!value)
	case int, int64:
		field.SetInt(field.Int() + 1)
	case time.Duration:
		field.SetInt(field.Int() + int64(time.Second))
	case []string:
		field.Set(reflect.ValueOf([]string{"127.0.0.1"}))
	default:
		if field.Kind() != reflect.Pointer {
			t.Fatalf("%v is a %T, which this test cannot change", path, value)
		}
		field.Set(reflect.New(field.Type().Elem()))
	}
}

// compared is given with what can be compared in place of functions.
type compared struct {
	given
	server [5]int64
}

func seen(t *testing.T, o Options) compared {
	t.Helper()
	is, err := o.give()
	if err != nil {
		t.Fatal(err)
	}
	s := is.server()
	c := compared{given: is}
	c.server = [5]int64{
		int64(s.ReadHeaderTimeout), int64(s.ReadTimeout), int64(s.WriteTimeout), int64(s.IdleTimeout), int64(s.MaxHeaderBytes),
	}
	c.given.server, c.room = nil, &room{reserve: is.room.reserve, chosen: is.room.chosen, places: is.room.places}
	return c
}
