package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/lectern-media/lectern/internal/operator"
)

type jobsCommand struct {
	List   jobsListCommand   `cmd:"" help:"List the jobs that wait, run or have failed."`
	Retry  jobsRetryCommand  `cmd:"" help:"Have a job tried again now."`
	Cancel jobsCancelCommand `cmd:"" help:"End the work on the media of a job."`
}

type jobsListCommand struct {
	librarySettings
	JSON bool `name:"json" help:"Print {\"jobs\":[…]}."`
	All  bool `help:"List the jobs done in the last day, too."`
}

// Help is the longer help.
func (jobsListCommand) Help() string {
	return `Lists the newest first, a thousand at most. A job waits (available), runs (running), waits for its next try (retryable), or has been given up (discarded); with --all also those that are completed or cancelled.

Examples:

    lectern jobs list --data /var/lib/lectern
    lectern jobs list --all --json`
}

// Run lists the jobs.
func (c *jobsListCommand) Run(w *world) error {
	return withLibrary(w, operator.Read, c.library(w), func(library *operator.Console) error {
		jobs, err := library.Jobs(w.ctx, c.All)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(w.stdout).Encode(map[string][]operator.Job{"jobs": jobs})
		}
		rows := [][]string{{"JOB", "TASK", "MEDIA", "STATE", "ATTEMPT", "NEXT", "ERROR"}}
		for _, job := range jobs {
			rows = append(rows, []string{
				strconv.FormatInt(job.ID, 10), job.Task, strconv.FormatInt(job.MediaID, 10), job.State,
				fmt.Sprintf("%d of %d", job.Attempt, job.MaxAttempts), job.ScheduledAt.Format(time.RFC3339), oneLine(job.Error),
			})
		}
		return printTable(w.stdout, rows)
	})
}

type jobsRetryCommand struct {
	librarySettings
	JSON bool  `name:"json" help:"Print {\"job\":{…}} with the job as it then is."`
	Job  int64 `arg:"" help:"The job's id."`
}

// Help is the longer help.
func (jobsRetryCommand) Help() string {
	return `A job that waits for its next try is tried now. Of a media that has failed, the work is begun again.

Examples:

    lectern jobs retry 17 --data /var/lib/lectern
    lectern jobs retry 17 --json`
}

// Run retries the job.
func (c *jobsRetryCommand) Run(w *world) error {
	return withLibrary(w, operator.Open, c.library(w), func(library *operator.Console) error {
		job, err := library.RetryJob(w.ctx, c.Job)
		if err != nil {
			return err
		}
		return printJob(w, job, c.JSON, "tried again")
	})
}

type jobsCancelCommand struct {
	librarySettings
	JSON bool  `name:"json" help:"Print {\"job\":{…}} with the job as it then is."`
	Job  int64 `arg:"" help:"The job's id."`
}

// Help is the longer help.
func (jobsCancelCommand) Help() string {
	return `The media has then failed, and its owner is told that an administrator has ended the work; it can be retried. A job that runs ends within seconds.

Examples:

    lectern jobs cancel 17 --data /var/lib/lectern
    lectern jobs cancel 17 --json`
}

// Run cancels the job.
func (c *jobsCancelCommand) Run(w *world) error {
	return withLibrary(w, operator.Open, c.library(w), func(library *operator.Console) error {
		job, err := library.CancelJob(w.ctx, c.Job)
		if err != nil {
			return err
		}
		return printJob(w, job, c.JSON, "cancelled")
	})
}

func printJob(w *world, job operator.Job, asJSON bool, done string) error {
	if asJSON {
		return json.NewEncoder(w.stdout).Encode(map[string]operator.Job{"job": job})
	}
	return printLine(w, fmt.Sprintf("Job %d is %s.", job.ID, done))
}
