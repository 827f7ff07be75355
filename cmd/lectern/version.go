package main

import (
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/lectern-media/lectern/internal/app"
)

type versionCommand struct {
	JSON bool `name:"json" help:"Print JSON: {\"version\",\"go\",\"platform\"}."`
}

// Help is the longer help.
func (versionCommand) Help() string {
	return `Examples:

    lectern version
    lectern version --json`
}

// Run prints the version.
func (c *versionCommand) Run(w *world) error {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	if c.JSON {
		return json.NewEncoder(w.stdout).Encode(map[string]string{
			"version": app.Version(), "go": runtime.Version(), "platform": platform,
		})
	}
	return printLine(w, fmt.Sprintf("lectern %s (%s, %s)", app.Version(), runtime.Version(), platform))
}
