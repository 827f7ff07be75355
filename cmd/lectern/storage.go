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
	Claim storageClaimCommand `cmd:"" help:"Confirm that the storage belongs to the library."`
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
		rows = append(rows, []string{"unused", o.Key, o.WrittenAt.Format(time.RFC3339), strconv.FormatInt(o.Size, 10)})
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
		"%d objects; %d uploads never completed, %d media items to delete for good, %d unused objects with %d bytes, %d objects with %d bytes unknown to this database, %d files lost, %d interrupted writes",
		s.Objects, len(s.Uploads), len(s.Bin), len(s.Strays), s.StrayBytes, len(s.Unknown), s.UnknownBytes, len(s.Lost), s.Interrupted))
}

type storageCheckCommand struct{ sweepSettings }

// Help is the longer help.
func (storageCheckCommand) Help() string {
	return `Lists what servers delete every few hours: uploads that were not completed within two days (or a month, if the file had arrived), the files of media items that were deleted a month ago, unused objects that are older than three days, and the remains of interrupted writes.

Also lists objects that are unknown to this database, because it has no record of the upload or job that wrote them. Servers keep these, whatever their age.

Also lists lost files. A sweep creates lost renditions again. A recording whose original is lost keeps playing as long as its renditions exist.

A server whose clock differs by more than five minutes from those of the database and the storage deletes nothing. Only objects below media/ in the storage are checked.

Examples:

    lectern storage check --data /var/lib/lectern
    lectern storage check --database postgres://lectern@db/lectern --storage "s3://lectern?endpoint=https://s3.school.test"`
}

// Run lists what would be deleted.
func (c *storageCheckCommand) Run(w *world) error {
	return c.sweep(w, operator.Sweeping{OnlyLook: true})
}

type storageSweepCommand struct {
	sweepSettings
	Unknown bool `help:"Also delete objects that are unknown to this database and older than three days."`
}

// Help is the longer help.
func (storageSweepCommand) Help() string {
	return `Deletes what lectern storage check lists, as servers do every few hours. Keeps objects that are unknown to this database: if the database was restored from a backup, they are newer than the backup, and belong to recordings that a newer copy of the database has. If you are sure that no such copy will be restored, delete those that are older than three days with --unknown.

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
	return `The file lectern.json in a storage names the library that owns it. A new library writes it to its empty storage. If it is missing later, servers do not start and nothing is deleted: the disk may not be mounted, or the bucket or prefix may be wrong.

Use this command to confirm that the storage is the right one, after you have restored files without lectern.json, or when all files are lost. Then check with lectern storage check what is missing, before a server sweeps. A storage that names another library is rejected.

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
		return printLine(w, "Claimed "+where+" as the storage of this library.")
	})
}
