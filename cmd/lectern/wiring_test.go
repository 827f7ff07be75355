package main

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/lectern-media/lectern/internal/app"
)

// Every setting of serve reaches the options of the server, and lectern config shows it. A
// flag that is not handed on fails here, and TestOptions_AreGivenOn of package app follows
// the options from there.
func TestSettings_AreWired(t *testing.T) {
	t.Parallel()
	settings := serverFlags(t)
	if len(settings) < 20 {
		t.Fatalf("serve has only %d settings", len(settings))
	}
	before := optionsOf(t)
	reached := map[string]string{} // by what changes in the options, the setting
	for _, flag := range settings {
		if flag.Name == "config" { // which the command line reads itself
			continue
		}
		arg, shown := another(t, flag)
		changes := differences("", reflect.ValueOf(before), reflect.ValueOf(optionsOf(t, arg)))
		if len(changes) != 1 {
			t.Errorf("%s changes %q of the options, not one", arg, changes)
			continue
		}
		if other := reached[changes[0]]; other != "" {
			t.Errorf("--%s changes %s as --%s does", flag.Name, changes[0], other)
		}
		reached[changes[0]] = flag.Name
		if is := settingsOf(t, nil, "--storage=s3://b?endpoint=https://h", arg)[flag.Name]; is.Value != shown || is.Origin != "command line" {
			t.Errorf("with %s, lectern config shows %+v", arg, is)
		}
	}
}

// serverFlags are the settings of serve, which are those of config.
func serverFlags(t *testing.T) (flags []*kong.Flag) {
	t.Helper()
	parser, err := newParser(&world{origins: map[string]string{}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][]string{}
	for _, command := range parser.Model.Leaves(false) {
		for _, flag := range command.Flags {
			if !flag.Tag.Has(settingTag) {
				continue
			}
			names[command.Name] = append(names[command.Name], flag.Name)
			if command.Name == "serve" {
				flags = append(flags, flag)
			}
		}
	}
	if !reflect.DeepEqual(names["serve"], names["config"]) {
		t.Errorf("serve has the settings %q, and config %q", names["serve"], names["config"])
	}
	return flags
}

// another is a flag with a value that is not its default, and how config shows that.
func another(t *testing.T, flag *kong.Flag) (arg, shown string) {
	t.Helper()
	switch flag.Target.Kind() {
	case reflect.Bool:
		return "--" + flag.Name, "true"
	case reflect.Int:
		shown = "7"
	case reflect.Int64:
		shown = "11s"
		if flag.Name == "limit-upload-bytes" {
			shown = "11GB"
		}
	case reflect.Slice:
		if flag.Name == "trusted-proxies" {
			return "--trusted-proxies=127.0.0.1,10.1.0.0/16", "[127.0.0.1 10.1.0.0/16]"
		}
		return "--" + flag.Name + "=a.test,b.test", "[a.test b.test]"
	case reflect.String:
		shown = map[string]string{
			"data": "/srv/other", "database": "sqlite:/srv/other.db", "storage": "/srv/files",
			"log-level": "debug", "reserve": "5GB", "log-format": "json", "frame-ancestors": "https://lms.school.test",
			"listen": "127.0.0.1:1", "metrics-listen": "127.0.0.1:2", "public-url": "https://media.school.test",
		}[flag.Name]
	default:
	}
	if shown == "" {
		t.Fatalf("this test has no value for --%s, a %s", flag.Name, flag.Target.Type())
	}
	return fmt.Sprintf("--%s=%s", flag.Name, shown), shown
}

// optionsOf returns what serve makes of its flags.
func optionsOf(t *testing.T, args ...string) app.Options {
	t.Helper()
	var output bytes.Buffer
	w := &world{ctx: t.Context(), stdout: &output, stderr: &output, origins: map[string]string{}}
	parser, err := newParser(w, nil)
	if err != nil {
		t.Fatal(err)
	}
	command, err := parser.Parse(append([]string{"serve"}, args...))
	if err != nil {
		t.Fatal(err)
	}
	o := command.Model.Target.FieldByName("Serve").Interface().(serveCommand).options(w) //nolint:forcetypeassert // it is that
	o.Log.Output = nil                                                                   // of this call
	return o
}

// differences are the paths of the fields that differ.
func differences(path string, a, b reflect.Value) (paths []string) {
	if a.Kind() == reflect.Struct {
		for i := range a.NumField() {
			name := a.Type().Field(i).Name
			paths = append(paths, differences(path+"."+name, a.Field(i), b.Field(i))...)
		}
		return paths
	}
	if a.Kind() != reflect.Func && !reflect.DeepEqual(a.Interface(), b.Interface()) {
		return []string{path}
	}
	return nil
}
