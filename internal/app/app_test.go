package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/settings"
)

func TestApp_Life(t *testing.T) {
	a := start(t, testOptions(t))
	for path, want := range map[string]int{
		"/healthz": 200, "/readyz": 200, "/metrics": 404, "/nowhere": 404, "/api/public/v1/ping": 401,
	} {
		if status, _ := get(t, a.LocalURL()+path); status != want {
			t.Errorf("GET %s answers %d, want %d", path, status, want)
		}
	}
	if err := a.Start(t.Context()); err == nil {
		t.Error("a running server was started again")
	}
	for range 2 {
		if err := a.Stop(t.Context()); err != nil {
			t.Errorf("stopping: %v", err)
		}
	}
	if err := a.Start(t.Context()); err == nil {
		t.Error("a stopped server was started again")
	}
	if _, err := http.Get(a.LocalURL() + "/healthz"); err == nil { //nolint:bodyclose // it must fail
		t.Error("a stopped server answers")
	}
}

func TestApp_StopBeforeStart(t *testing.T) {
	a := open(t, testOptions(t))
	if err := a.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if err := a.store.Ping(t.Context()); err == nil {
		t.Error("the database is still open")
	}
}

func TestApp_TwoAtOnce(t *testing.T) {
	o := testOptions(t)
	first, second := start(t, o), start(t, o)
	for _, a := range []*App{first, second} {
		if status, _ := get(t, a.LocalURL()+"/readyz"); status != 200 {
			t.Errorf("GET /readyz answers %d", status)
		}
	}
}

func TestApp_StopFromManySides(t *testing.T) {
	a := start(t, testOptions(t))
	var sides sync.WaitGroup
	for range 10 {
		sides.Go(func() {
			if err := a.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			if err := a.Start(t.Context()); err == nil {
				t.Error("a stopped server was started again")
			}
		})
	}
	sides.Wait()
}

func TestApp_PortInUse(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()

	o := testOptions(t)
	o.Listen.API = taken.Addr().String()
	o.Listen.Metrics = "127.0.0.1:0"
	a := open(t, o)
	err = a.Start(t.Context())
	if want := "cannot listen on " + o.Listen.API + ": another program uses this port already"; err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
	// What had been started is gone: the metrics, and the database.
	if conn, err := net.Dial("tcp", a.MetricsAddr().String()); err == nil {
		_ = conn.Close()
		t.Error("the metrics are still served")
	}
	if err := a.store.Ping(t.Context()); err == nil {
		t.Error("the database is still open")
	}
	if err := a.Stop(t.Context()); err != nil {
		t.Errorf("stopping what never ran: %v", err)
	}
}

// A server that listens for other machines says when the addresses in answers are not for them.
func TestApp_WarnsOfPublicURL(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		listen, url string
		warns       bool
	}{
		{"127.0.0.1:0", "", false},
		{"[::1]:0", "", false},
		{":0", "", true},
		{"0.0.0.0:0", "", true},
		{"0.0.0.0:0", "https://media.school.test", false},
	} {
		var log bytes.Buffer
		o := testOptions(t)
		o.Listen.API, o.Listen.PublicURL, o.Log.Level, o.Log.Output = c.listen, c.url, "warn", &log
		o.Workers = 0
		a := start(t, o)
		if err := a.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		want := "set --public-url to the address that people use\" addresses_begin_with=http://127.0.0.1:"
		if strings.Contains(log.String(), want) != c.warns || strings.Contains(log.String(), "public-url") != c.warns {
			t.Errorf("listening on %s with the public URL %q, the log says %q", c.listen, c.url, log.String())
		}
	}
}

func TestNew_WrongOptions(t *testing.T) {
	o := testOptions(t)
	o.Listen.API = "8080"
	_, err := New(t.Context(), o)
	if _, ok := errors.AsType[*settings.Error](err); !ok {
		t.Errorf("error is %v, want one about the options", err)
	}
}

// Before anything is drained the server says at /readyz that it will stop, and goes on
// answering.
func TestApp_ReadyFailsBeforeDraining(t *testing.T) {
	a := start(t, testOptions(t))
	asked := false
	drains := slices.IndexFunc(a.cleanups.list, func(c cleanup) bool { return c.name == "API server" })
	a.cleanups.list = slices.Insert(a.cleanups.list, drains+1, cleanup{"test", func(ctx context.Context) error {
		asked = true
		if status, body := getIn(ctx, t, a.LocalURL()+"/readyz"); status != 503 || body != `{"error":"the server is stopping"}` {
			t.Errorf("GET /readyz answers %d %s before draining", status, body)
		}
		if status, _ := getIn(ctx, t, a.LocalURL()+"/healthz"); status != 200 {
			t.Errorf("GET /healthz answers %d before draining", status)
		}
		return nil
	}})
	if err := a.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if !asked {
		t.Error("nothing was asked between readiness and draining")
	}
}

func TestApp_DrainDelayEndsWithTheDeadline(t *testing.T) {
	o := testOptions(t)
	o.Stop.DrainDelay = time.Hour
	a := start(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Stop(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A request that runs when the server is told to stop gets its answer. The handler
// here ends only once the server takes no connections any more, which is the sign that
// draining has begun.
func TestApp_DrainLetsRequestsEnd(t *testing.T) {
	a := open(t, testOptions(t))
	running := make(chan struct{})
	a.front = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(running)
		for {
			conn, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", a.Addr().String())
			if err != nil {
				break
			}
			_ = conn.Close()
		}
		_, _ = w.Write([]byte("done"))
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var answered sync.WaitGroup
	answered.Go(func() {
		if status, body := get(t, a.LocalURL()+"/slow"); status != 200 || body != "done" {
			t.Errorf("the running request got %d %s", status, body)
		}
	})
	<-running
	if err := a.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	answered.Wait()
}

func TestApp_StopCutsOffAtTheDeadline(t *testing.T) {
	a := open(t, testOptions(t))
	running, cause := make(chan struct{}), make(chan error, 1)
	a.front = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(running)
		<-r.Context().Done()
		cause <- context.Cause(r.Context())
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var client sync.WaitGroup
	client.Go(func() {
		if response, err := http.Get(a.LocalURL() + "/endless"); err == nil {
			_ = response.Body.Close()
		}
	})
	<-running
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // the deadline has come
	first := a.Stop(ctx)
	if first == nil || !strings.Contains(first.Error(), "stopping the API server: requests were cut off") {
		t.Errorf("stopping says %v", first)
	}
	if got := <-cause; !errors.Is(got, errStopped) {
		t.Errorf("the request ended because of %v", got)
	}
	if again := a.Stop(t.Context()); !errors.Is(again, first) {
		t.Errorf("stopping again says %v, and said %v", again, first)
	}
	client.Wait()
}

func TestApp_WaitStopsWithTheContext(t *testing.T) {
	a := start(t, testOptions(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Wait(ctx); err != nil {
		t.Error(err)
	}
	if err := a.store.Ping(t.Context()); err == nil {
		t.Error("the database is still open")
	}
}

func TestApp_WaitEndsWithABrokenServer(t *testing.T) {
	a := start(t, testOptions(t))
	broken := errors.New("the listener broke")
	a.fail(broken)
	a.fail(errors.New("and broke again"))
	if err := a.Wait(t.Context()); !errors.Is(err, broken) {
		t.Errorf("waiting ended with %v", err)
	}
}

func TestApp_SlowClientsAreCutOff(t *testing.T) {
	o := testOptions(t)
	o.Limits.ReadHeaderTimeout = 20 * time.Millisecond
	a := start(t, o)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", a.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("GET /healthz HTTP/1.1\r\nHost: lect")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
		t.Error("the server still waits for the rest of the header")
	}
}

func TestApp_NotReadyWithoutDatabase(t *testing.T) {
	o := testOptions(t)
	o.Workers = 0 // who would ask the database on for a while
	a := start(t, o)
	if err := a.store.Close(); err != nil {
		t.Fatal(err)
	}
	if status, body := get(t, a.LocalURL()+"/readyz"); status != 503 || body != `{"error":"the database does not answer"}` {
		t.Errorf("GET /readyz answers %d %s", status, body)
	}
	if status, _ := get(t, a.LocalURL()+"/healthz"); status != 200 {
		t.Errorf("GET /healthz answers %d", status)
	}
}

func TestApp_HealthTakesOnlyGet(t *testing.T) {
	a := start(t, testOptions(t))
	for _, path := range []string{"/healthz", "/readyz"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.LocalURL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s answers %d, Allow %q", path, response.StatusCode, response.Header.Get("Allow"))
		}
	}
}

func TestApp_Metrics(t *testing.T) {
	o := testOptions(t)
	o.Listen.Metrics = "127.0.0.1:0"
	a := start(t, o)
	get(t, a.LocalURL()+"/api/public/v1/ping")
	status, body := get(t, "http://"+a.MetricsAddr().String()+"/metrics")
	if status != 200 {
		t.Errorf("GET /metrics answers %d", status)
	}
	for _, want := range []string{
		`lectern_build_info{version=`, "go_goroutines", "process_open_fds",
		`lectern_http_request_duration_seconds_count{code="401",method="GET",route="/api/public/v1/ping"} 1`,
		`lectern_jobs{state="available"} 0`, `lectern_jobs{state="discarded"} 0`, `lectern_jobs{state="running"} 0`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

// A database that is away takes only its own numbers with it.
func TestApp_MetricsWithoutDatabase(t *testing.T) {
	o := testOptions(t)
	o.Listen.Metrics = "127.0.0.1:0"
	o.Workers = 0 // who would ask the database on for a while
	a := start(t, o)
	if err := a.store.Close(); err != nil {
		t.Fatal(err)
	}
	status, body := get(t, "http://"+a.MetricsAddr().String()+"/metrics")
	if status != 200 || !strings.Contains(body, "lectern_build_info") || strings.Contains(body, "lectern_jobs") {
		t.Errorf("GET /metrics answers %d: %.300s", status, body)
	}
}

func TestCleanups(t *testing.T) {
	c := cleanups{log: discard}
	var order []string
	broken := errors.New("broken")
	for _, name := range []string{"first", "second", "third"} {
		c.add(name, func(context.Context) error {
			order = append(order, name)
			if name == "second" {
				return broken
			}
			return nil
		})
	}
	err := c.run(t.Context())
	if !errors.Is(err, broken) || err.Error() != "stopping the second: broken" {
		t.Errorf("error is %v", err)
	}
	if want := []string{"third", "second", "first"}; !slices.Equal(order, want) {
		t.Errorf("ended %v, want %v", order, want)
	}
	if err := c.run(t.Context()); err != nil || len(order) != 3 {
		t.Errorf("ended again: %v, %v", order, err)
	}
}

// testOptions is a server of a test's own, on a free port.
func testOptions(t *testing.T) Options {
	t.Helper()
	o := DefaultOptions()
	o.Place.Data = t.TempDir()
	o.Listen.API = "127.0.0.1:0"
	o.Log.Output = io.Discard
	return o
}

func open(t *testing.T, o Options) *App {
	t.Helper()
	a, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Stop(context.Background()) }) // tests that care stop it themselves
	return a
}

func start(t *testing.T, o Options) *App {
	t.Helper()
	a := open(t, o)
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// get returns the status and the body of an answer. It may be called beside the
// test's goroutine.
func get(t *testing.T, address string) (status int, body string) {
	t.Helper()
	return getIn(t.Context(), t, address)
}

func getIn(ctx context.Context, t *testing.T, address string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, string(text)
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}
