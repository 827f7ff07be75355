package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/testkit"
)

// job is what jobs prints of one.
type job struct {
	ID          int64  `json:"id"`
	Task        string `json:"task"`
	MediaID     int64  `json:"media_id"`
	State       string `json:"state"`
	Attempt     int    `json:"attempt"`
	MaxAttempts int    `json:"max_attempts"`
	ScheduledAt string `json:"scheduled_at"`
	Error       string `json:"error"`
}

// serving is a server with a token of an admin.
type serving struct {
	*running
	t     *testing.T
	base  string // of the API
	token string
}

// serveAs starts a server on a library with an admin.
func serveAs(t *testing.T, flags ...string) *serving {
	t.Helper()
	server := background(t, append([]string{"serve", "--listen=127.0.0.1:0", "--json", "--log-level=error"}, flags...)...)
	var ready struct {
		BaseURL string `json:"base_url"`
	}
	if err := json.Unmarshal([]byte(server.line()), &ready); err != nil {
		t.Fatal(err)
	}
	library := flags[:1]
	lectern(t, append([]string{"user", "create", "--name=Ada", "--role=Admin"}, library...)...).ok(t)
	var made token
	lectern(t, append([]string{"token", "create", "--user=1"}, library...)...).ok(t).json(t, &made)
	return &serving{server, t, ready.BaseURL + "/api/public/v1", made.AccessToken}
}

// call asks the API, or a signed address, and reads the answer into something where it
// is not nil.
func (s *serving) call(method, address, body string, into any) {
	s.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = s.base + address
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && into != nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil || response.StatusCode >= 300 {
		s.t.Fatalf("%s %s answers %d, %v: %s", method, address, response.StatusCode, err, text)
	}
}

// upload sends bytes for a new media and returns its id.
func (s *serving) upload() int64 {
	s.t.Helper()
	var begun struct {
		Upload struct {
			ID  int64  `json:"id"`
			URL string `json:"url"`
		} `json:"upload"`
	}
	s.call(http.MethodPost, "/media/uploads", "{}", &begun)
	s.call(http.MethodPut, begun.Upload.URL, "a film", nil)
	return begun.Upload.ID
}

// jobsOf lists the jobs of a library.
func jobsOf(t *testing.T, library string, more ...string) []job {
	t.Helper()
	var list struct{ Jobs []job }
	lectern(t, append([]string{"jobs", "list", library, "--json"}, more...)...).ok(t).json(t, &list)
	return list.Jobs
}

func TestJobs_CancelAndRetry(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		server := serveAs(t, db, "--data="+t.TempDir(), "--workers=0")
		server.upload()
		server.call(http.MethodPost, "/media/uploads/1/complete", `{"title":"Lenses"}`, nil)
		mediaIs := func() string {
			t.Helper()
			var is struct {
				Media struct {
					TranscodingStatus string `json:"transcoding_status"`
				} `json:"media"`
			}
			server.call(http.MethodGet, "/media/1", "", &is)
			return is.Media.TranscodingStatus
		}
		waits := func(id int64) {
			t.Helper()
			jobs := jobsOf(t, db)
			if len(jobs) != 1 || jobs[0].ID != id || jobs[0].Task != "prepare" || jobs[0].MediaID != 1 || jobs[0].State != "available" {
				t.Fatalf("the jobs are %+v", jobs)
			}
		}
		waits(1)
		table := lectern(t, "jobs", "list", db).ok(t).stdout
		if !strings.HasPrefix(table, "JOB  TASK     MEDIA  STATE      ATTEMPT  NEXT") || !strings.Contains(table, "\n1    prepare  1      available  0 of 8 ") {
			t.Errorf("the table is\n%s", table)
		}
		lectern(t, "jobs", "retry", db, "1").is(t, exitRefused, "lectern: media 1 has not failed")
		lectern(t, "jobs", "cancel", db, "7").is(t, exitRefused, "lectern: job 7 not found")
		lectern(t, "jobs", "retry", db, "7").is(t, exitRefused, "lectern: job 7 not found")

		var is struct{ Job job }
		lectern(t, "jobs", "cancel", db, "1", "--json").ok(t).json(t, &is)
		if is.Job.State != "cancelled" || mediaIs() != "failed" {
			t.Errorf("a cancelled job is %+v, its media %s", is.Job, mediaIs())
		}
		lectern(t, "jobs", "cancel", db, "1").is(t, exitRefused, "lectern: there is nothing to cancel for media item 1")
		if jobs := jobsOf(t, db); len(jobs) != 0 {
			t.Errorf("the jobs are %+v", jobs)
		}
		if said := lectern(t, "jobs", "retry", db, "1").ok(t).stdout; said != "Retrying job 1.\n" {
			t.Errorf("retrying says %q", said)
		}
		waits(2)
		if all := jobsOf(t, db, "--all"); len(all) != 2 || all[1].State != "cancelled" {
			t.Errorf("all jobs are %+v", all)
		}
		if said := lectern(t, "jobs", "cancel", db, "2").ok(t).stdout; said != "Cancelled job 2.\n" {
			t.Errorf("cancelling says %q", said)
		}
	})
}

// A job that waits for its next try is tried at once.
func TestJobs_RetryWhatWaits(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		nobody, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_ = nobody.Close()
		db := "--database=" + url
		server := serveAs(t, db, "--data="+t.TempDir(), "--workers=1", "--fetch-from=127.0.0.1")
		server.call(http.MethodPost, "/media", `{"url":"http://`+nobody.Addr().String()+`/film.mp4","title":"Lenses"}`, nil)
		tick, late := time.Tick(20*time.Millisecond), time.After(time.Minute)
		for jobs := jobsOf(t, db); len(jobs) != 1 || jobs[0].State != "retryable"; jobs = jobsOf(t, db) {
			select {
			case <-tick:
			case <-late:
				t.Fatalf("the jobs are %+v", jobs)
			}
		}
		server.end()
		waiting := jobsOf(t, db)[0]
		if waiting.Task != "fetch" || waiting.Attempt < 1 || waiting.Error == "" {
			t.Errorf("the job is %+v", waiting)
		}
		var is struct{ Job job }
		lectern(t, "jobs", "retry", db, "1", "--json").ok(t).json(t, &is)
		if is.Job.ID != 1 || is.Job.State != "available" || is.Job.ScheduledAt > waiting.ScheduledAt {
			t.Errorf("the job that was hurried is %+v, and was %+v", is.Job, waiting)
		}
	})
}

func TestJobs_NoLibrary(t *testing.T) {
	nowhere := t.TempDir()
	for _, command := range []string{"list", "retry 1", "cancel 1"} {
		lectern(t, append(strings.Fields("jobs "+command), "--data="+nowhere)...).
			is(t, exitFailed, "lectern: there is no library at "+filepath.Join(nowhere, "lectern.db"))
	}
}
