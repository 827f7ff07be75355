package jobs

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/testkit"
)

// olderArgs are the arguments of a job as programs had them that knew only media items.
type olderArgs struct {
	Task  string `json:"task" river:"unique"`
	Media int64  `json:"media_id" river:"unique"`
}

// Kind is [river.JobArgs]'s.
func (olderArgs) Kind() string { return "media" }

// addAsBefore adds a job as such a program did.
func (n *node) addAsBefore(task string, media int64) (id int64) {
	n.t.Helper()
	var driver riverdriver.Driver[*sql.Tx] = riverdatabasesql.New(n.db.Writer())
	if _, is := n.db.(*db.SQLite); is {
		driver = riversqlite.New(n.db.Writer())
	}
	client, err := river.NewClient(driver, &river.Config{})
	if err != nil {
		n.t.Fatal(err)
	}
	inserted, err := client.Insert(n.t.Context(), olderArgs{task, media}, &river.InsertOpts{
		MaxAttempts: 8, Queue: "short",
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
			rivertype.JobStateRunning, rivertype.JobStateScheduled,
		}},
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return inserted.Job.ID
}

// onMedia is a job on a media item as it is added now.
func onMedia(task string, media int64) Job {
	key := fmt.Sprintf(`{"media_id":%d,"task":%q}`, media, task)
	return Job{Kind: "media", Args: []byte(key), Key: key, Queue: Short}
}

// Jobs that an older program left are done, whatever they were waiting for, and are the same
// as those that are added now.
func TestWork_DoesTheJobsOfOlderPrograms(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		past, by := "now() - interval '1 minute'", "ARRAY['"+uuid.NewString()+"']"
		if _, is := n.db.(*db.SQLite); is {
			past, by = "strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 minute')", `json_array('`+uuid.NewString()+`')`
		}
		left := map[int64]string{}
		for media, update := range map[int64]string{
			1: "",
			2: "state = 'running', attempt = 1, attempted_at = " + past + ", attempted_by = " + by,
			3: "state = 'retryable', attempt = 3, scheduled_at = " + past,
			4: "state = 'scheduled', attempt = 8, scheduled_at = " + past,
		} {
			id := n.addAsBefore("prepare", media)
			left[id] = fmt.Sprintf(`{"task":"prepare","media_id":%d}`, media)
			if update != "" {
				n.exec(fmt.Sprintf("UPDATE river_job SET %s WHERE id = %d", update, id))
			}
			if media == 2 {
				continue // it runs: what is asked for now is done besides
			}
			if again := n.add(onMedia("prepare", media)); again != id {
				t.Errorf("media item %d: the same job is added as %d and %d", media, id, again)
			}
		}
		if other := n.add(onMedia("transcode", 1)); left[other] != "" {
			t.Errorf("another task is taken for job %d", other)
		}
		kind, made := greeter(succeed)
		kind.Name = "media"
		n.work(kind)
		for len(left) > 0 {
			a := within(t, made)
			if want, is := left[a.ID]; is && a.Kind == "media" {
				if task, media, err := readArgs(a.Args); err != nil || fmt.Sprintf(`{"task":%q,"media_id":%d}`, task, media) != want {
					t.Errorf("job %d has the arguments %s, want %s", a.ID, a.Args, want)
				}
				n.await(a.ID, "completed")
				delete(left, a.ID)
			}
		}
	})
}

func readArgs(text []byte) (task string, media int64, err error) {
	var a olderArgs
	err = json.Unmarshal(text, &a)
	return a.Task, a.Media, err
}
