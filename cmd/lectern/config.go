package main

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/alecthomas/kong"
)

type configCommand struct {
	serverSettings
	JSON bool `name:"json" help:"Print JSON: {\"settings\":[{\"name\",\"value\",\"origin\"}]}."`
}

// Help is the longer help.
func (configCommand) Help() string {
	return `Takes the same settings as serve, and prints each with its value and where it comes from: the command line, the environment, the file, or the default. Paths are printed as absolute paths. Passwords are not shown.

Examples:

    lectern config --config /etc/lectern.yaml
    LECTERN_LISTEN=:80 lectern config --json`
}

// effective is a setting as it is.
type effective struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Origin string `json:"origin"`
}

// Run prints the settings, and then says what is wrong with them.
func (c *configCommand) Run(w *world, ctx *kong.Context) error {
	said := map[string]bool{}
	for _, path := range ctx.Path {
		if path.Flag != nil {
			said[path.Flag.Name] = true
		}
	}
	values, valid := c.values(w)
	var list []effective
	for _, flag := range ctx.Selected().Flags {
		if !flag.Tag.Has(settingTag) {
			continue
		}
		e := effective{Name: flag.Name, Value: show(flag.Target), Origin: "default"}
		if value, found := values[flag.Name]; found {
			e.Value = value
		}
		if said[flag.Name] {
			e.Origin = "command line"
		}
		if origin := w.origins[flag.Name]; origin != "" {
			e.Origin = origin
		}
		list = append(list, e)
	}
	if err := c.print(w, list); err != nil {
		return err
	}
	return valid
}

// values is the settings whose values are not as they were said: paths, and those whose
// default depends on other settings; and what is wrong with the settings.
func (c *configCommand) values(w *world) (map[string]string, error) {
	o := c.options(w)
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o, err := o.Effective()
	if err != nil {
		return nil, err
	}
	if o.Listen.PublicURL == "" {
		o.Listen.PublicURL = "the address that it listens on"
	}
	return map[string]string{
		"data": o.Place.Data, "database": o.Place.Database.String(), "storage": o.Place.Storage, "public-url": o.Listen.PublicURL,
	}, nil
}

// show is a value as it is printed; what is secret hides itself.
func show(value reflect.Value) string {
	return fmt.Sprint(value.Interface())
}

func (c *configCommand) print(w *world, list []effective) error {
	if c.JSON {
		return json.NewEncoder(w.stdout).Encode(map[string][]effective{"settings": list})
	}
	rows := make([][]string, len(list))
	for i, e := range list {
		rows[i] = []string{e.Name, e.Value, e.Origin}
	}
	return printTable(w.stdout, rows)
}
