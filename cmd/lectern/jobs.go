package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/lectern-media/lectern/internal/operator"
)

type jobsCommand struct {
	List   jobsListCommand   `cmd:"" help:"List waiting, running and failed jobs."`
	Retry  jobsRetryCommand  `cmd:"" help:"Retry a job now."`
	Cancel jobsCancelCommand `cmd:"" help:"Cancel a job. Its recording is marked as failed."`
}

type jobsListCommand struct {
	librarySettings
	JSON bool `name:"json" help:"Print {\"jobs\":[…]}."`
	All  bool `help:"Also list the jobs that were completed or cancelled in the last day."`
}

// Help is the longer help.
func (jobsListCommand) Help() string {
	return `Lists at most 1000 jobs, newest first. A job waits (available), runs (running), waits for its next attempt (retryable), or has failed for good (discarded). With --all also lists completed and cancelled jobs.

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
	JSON bool  `name:"json" help:"Print {\"job\":{…}} with the job after the change."`
	Job  int64 `arg:"" help:"The job's id."`
}

// Help is the longer help.
func (jobsRetryCommand) Help() string {
	return `A job that waits for its next attempt is retried now. If the media item has failed, its processing starts again.

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
		return printJob(w, job, c.JSON, "Retrying")
	})
}

type jobsCancelCommand struct {
	librarySettings
	JSON bool  `name:"json" help:"Print {\"job\":{…}} with the job after the change."`
	Job  int64 `arg:"" help:"The job's id."`
}

// Help is the longer help.
func (jobsCancelCommand) Help() string {
	return `The recording is marked as failed, and its owner sees that an administrator has cancelled the processing. It can be retried. A running job stops within seconds.

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
		return printJob(w, job, c.JSON, "Cancelled")
	})
}

func printJob(w *world, job operator.Job, asJSON bool, done string) error {
	if asJSON {
		return json.NewEncoder(w.stdout).Encode(map[string]operator.Job{"job": job})
	}
	return printLine(w, fmt.Sprintf("%s job %d.", done, job.ID))
}
