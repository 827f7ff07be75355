package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/lectern-media/lectern/internal/operator"
)

type storageCommand struct {
	Check storageCheckCommand `cmd:"" help:"List what a sweep would delete (dry run)."`
	Sweep storageSweepCommand `cmd:"" help:"Delete unused files now."`
	Claim storageClaimCommand `cmd:"" help:"Say that the storage is the library's."`
}

// sweepSettings are those of both commands.
type sweepSettings struct {
	librarySettings
	storageSettings
	JSON bool `name:"json" help:"Print one line of JSON with the keys uploads, bin, strays, stray_bytes, unknown, unknown_bytes, lost, interrupted and objects."`
}

// sweep does what both commands do.
func (s sweepSettings) sweep(w *world, how operator.Sweeping) error {
	o := s.library(w)
	o.Place.Storage = s.Storage
	return withLibrary(w, operator.Open, o, func(library *operator.Console) error {
		swept, err := library.Sweep(w.ctx, how)
		if err != nil {
			return err
		}
		if s.JSON {
			return json.NewEncoder(w.stdout).Encode(swept)
		}
		return printSwept(w, swept)
	})
}

func printSwept(w *world, s operator.Swept) error {
	rows := [][]string{{"WHAT", "WHICH", "SINCE", "BYTES"}}
	for _, id := range s.Uploads {
		rows = append(rows, []string{"upload never completed", "media " + strconv.FormatInt(id, 10), "", ""})
	}
	for _, id := range s.Bin {
		rows = append(rows, []string{"recycle bin", "media " + strconv.FormatInt(id, 10), "", ""})
	}
	for _, o := range s.Strays {
		rows = append(rows, []string{"belongs to nothing", o.Key, o.WrittenAt.Format(time.RFC3339), strconv.FormatInt(o.Size, 10)})
	}
	for _, o := range s.Unknown {
		rows = append(rows, []string{"unknown to this database", o.Key, o.WrittenAt.Format(time.RFC3339), strconv.FormatInt(o.Size, 10)})
	}
	for _, f := range s.Lost {
		rows = append(rows, []string{"lost " + f.Kind, "media " + strconv.FormatInt(f.MediaID, 10) + ": " + f.Key, "", ""})
	}
	if len(rows) > 1 {
		if err := printTable(w.stdout, rows); err != nil {
			return err
		}
	}
	return printLine(w, fmt.Sprintf(
		"%d objects; %d uploads never completed, %d media in the bin for long enough, %d objects with %d bytes that belong to nothing, %d objects with %d bytes unknown to this database, %d files lost, %d writes that broke off",
		s.Objects, len(s.Uploads), len(s.Bin), len(s.Strays), s.StrayBytes, len(s.Unknown), s.UnknownBytes, len(s.Lost), s.Interrupted))
}

type storageCheckCommand struct{ sweepSettings }

// Help is the longer help.
func (storageCheckCommand) Help() string {
	return `Servers delete every few hours: uploads that were never completed within two days (or a month, if the file had arrived), the files of media items that were deleted a month ago, objects that belong to nothing and are older than three days, and what interrupted writes left. They keep objects that are unknown to the database, that is, of uploads and work that it has not started; these are listed here, whatever their age. A server whose clock differs from those of the database and the storage by more than five minutes deletes nothing. A file that is gone from the storage is told to its media: what was made of an original is made again; a media whose original is lost goes on playing while it can, and is listed here each time. Only what is below media/ in the storage is looked at.

Examples:

    lectern storage check --data /var/lib/lectern
    lectern storage check --database postgres://lectern@db/lectern --storage "s3://lectern?endpoint=https://s3.school.test"`
}

// Run says what would be swept.
func (c *storageCheckCommand) Run(w *world) error {
	return c.sweep(w, operator.Sweeping{OnlyLook: true})
}

type storageSweepCommand struct {
	sweepSettings
	Unknown bool `help:"Delete also the objects that are unknown to this database and older than three days."`
}

// Help is the longer help.
func (storageSweepCommand) Help() string {
	return `Deletes what lectern storage check lists, as servers do every few hours. Objects that are unknown to this database stay: if the database was put back from a backup, they are newer than it, and belong to recordings that a newer copy of the database has. When you are sure that no such copy will be put back, delete those that are older than three days with --unknown.

Examples:

    lectern storage sweep --data /var/lib/lectern
    lectern storage sweep --json
    lectern storage sweep --unknown`
}

// Run sweeps.
func (c *storageSweepCommand) Run(w *world) error {
	return c.sweep(w, operator.Sweeping{Unknown: c.Unknown})
}

type storageClaimCommand struct {
	librarySettings
	storageSettings
	JSON bool `name:"json" help:"Print {\"storage\":\"…\"}."`
}

// Help is the longer help.
func (storageClaimCommand) Help() string {
	return `A storage says by its lectern.json which library it belongs to. A new library's new storage gets it by itself. Where it is missing later, servers do not start and nothing is swept: the disk may not be mounted, or the bucket or prefix may be a wrong one, and everything would be taken for lost.

Say with this that the storage is the right one, when you have put files back that came without it, or when all files are lost. See then with lectern storage check what is missing, before servers sweep. A storage that names another library is refused.

Examples:

    lectern storage claim --data /var/lib/lectern
    lectern storage claim --database postgres://lectern@db/lectern --storage "s3://lectern?endpoint=https://s3.school.test"`
}

// Run claims the storage.
func (c *storageClaimCommand) Run(w *world) error {
	o := c.library(w)
	o.Place.Storage = c.Storage
	return withLibrary(w, operator.Open, o, func(library *operator.Console) error {
		where, err := library.ClaimStorage(w.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(map[string]string{"storage": where})
		}
		return printLine(w, where+" is the library's storage.")
	})
}
