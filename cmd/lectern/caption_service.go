package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/lectern-media/lectern/internal/operator"
)

type captionServiceCommand struct {
	Create captionServiceCreateCommand `cmd:"" help:"Create a captioning service and print its key."`
	List   captionServiceListCommand   `cmd:"" help:"List all captioning services."`
	Revoke captionServiceRevokeCommand `cmd:"" help:"Revoke the key of a captioning service."`
}

type captionServiceCreateCommand struct {
	librarySettings
	JSON bool   `name:"json" help:"Print {\"name\",\"created_at\",\"revoked_at\":null,\"key\"}."`
	Name string `arg:"" help:"The name of the service, which must be unique."`
}

// Help is the longer help.
func (captionServiceCreateCommand) Help() string {
	return `The key is a bearer token that is only valid for the calls of a captioning service. It is printed only this once; Lectern stores a hash of it. A service that was revoked gets a new key and keeps its service types and requests.

Examples:

    lectern caption-service create "Captions Ltd"
    lectern caption-service create captions-ltd --json`
}

// Run creates the service.
func (c *captionServiceCreateCommand) Run(w *world) error {
	return withLibrary(w, operator.Open, c.library(w), func(library *operator.Console) error {
		service, err := library.CreateCaptionService(w.ctx, c.Name)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(service)
		}
		return printLine(w, service.Key)
	})
}

type captionServiceListCommand struct {
	librarySettings
	JSON bool `name:"json" help:"Print {\"caption_services\":[…]}."`
}

// Help is the longer help.
func (captionServiceListCommand) Help() string {
	return `Lists all services, revoked ones included, in the order in which they were created.

Examples:

    lectern caption-service list --data /var/lib/lectern
    lectern caption-service list --json`
}

// Run lists the services.
func (c *captionServiceListCommand) Run(w *world) error {
	return withLibrary(w, operator.Read, c.library(w), func(library *operator.Console) error {
		services, err := library.CaptionServices(w.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(map[string][]operator.CaptionService{"caption_services": services})
		}
		rows := [][]string{{"NAME", "KEY SINCE", "STATE"}}
		for _, service := range services {
			state := "active"
			if service.RevokedAt != nil {
				state = "revoked " + service.RevokedAt.Format(time.RFC3339)
			}
			rows = append(rows, []string{service.Name, service.CreatedAt.Format(time.RFC3339), state})
		}
		return printTable(w.stdout, rows)
	})
}

type captionServiceRevokeCommand struct {
	librarySettings
	JSON bool   `name:"json" help:"Print {\"name\",\"created_at\",\"revoked_at\"}."`
	Name string `arg:"" help:"The name of the service."`
}

// Help is the longer help.
func (captionServiceRevokeCommand) Help() string {
	return `A revoked key is rejected from the next request on, by every node. The service's open requests wait until the service has a new key or an admin answers them.

Examples:

    lectern caption-service revoke "Captions Ltd"`
}

// Run revokes the key.
func (c *captionServiceRevokeCommand) Run(w *world) error {
	return withLibrary(w, operator.Open, c.library(w), func(library *operator.Console) error {
		service, err := library.RevokeCaptionService(w.ctx, c.Name)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(service)
		}
		return printLine(w, fmt.Sprintf("Revoked the key of %s.", service.Name))
	})
}
