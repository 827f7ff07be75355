package blob_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/testkit"
)

// silence is how long the store of these tests may say nothing: long enough for a busy
// machine, and waited for three times.
const silence = "300ms"

func faulty(tb testing.TB) (blob.Store, *testkit.Faults) {
	tb.Helper()
	address, faults := testkit.FaultyS3(tb)
	return open(tb, address+"&silence="+silence), faults
}

// what names the kinds of requests to break.
func isPart(r *http.Request) bool { return r.URL.Query().Has("partNumber") }

func isComplete(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Query().Has("uploadId")
}
func isStart(r *http.Request) bool { return r.URL.Query().Has("uploads") }
func isSmall(r *http.Request) bool { return r.Method == http.MethodPut && r.URL.RawQuery == "" }

func TestPut_ToAFailingStoreIsAnErrorAndLeavesNothing(t *testing.T) {
	t.Parallel()
	faults := map[string]testkit.Fault{
		"500": {Status: 500}, "hangs": {Hang: true}, "cuts": {CutSent: true, CutAt: 1000},
	}
	requests := map[string]func(*http.Request) bool{"part": isPart, "complete": isComplete, "start": isStart, "small": isSmall}
	for request, isIt := range requests {
		for name, fault := range faults {
			if fault.CutSent && request == "start" {
				continue // it has no body
			}
			if request == "complete" {
				fault.CutAt = 0
			}
			t.Run(request+" "+name, func(t *testing.T) {
				t.Parallel()
				store, proxy := faulty(t)
				var broken atomic.Int32
				proxy.Break(func(r *http.Request) testkit.Fault {
					if !isIt(r) {
						return testkit.Fault{}
					}
					broken.Add(1)
					return fault
				})
				size := 20 << 20
				if request == "small" {
					size = 5000
				}
				if _, err := store.Put(t.Context(), "a/b", bytes.NewReader(noise(size, 1)), ""); err == nil {
					t.Error("Put says that all is well")
				}
				if broken.Load() == 0 {
					t.Error("no request was broken")
				}
				proxy.Break(nil)
				if got := keys(t, store, ""); len(got) > 0 {
					t.Errorf("there are %q", got)
				}
				if left, err := store.SweepInterrupted(t.Context(), "", tomorrow(), true); err != nil || left != 0 {
					t.Errorf("%d interrupted writes are left (%v)", left, err)
				}
			})
		}
	}
}

// A store that puts the parts together for longer than it may else be silent is not given
// up, and one whose answer is lost is asked what became of them.
func TestPut_WaitsForTheEndOfALargeObject(t *testing.T) {
	t.Parallel()
	ends := map[string]func(first bool) testkit.Fault{
		"late": func(bool) testkit.Fault {
			<-time.After(time.Second) // three times the silence: the pause is what is tested
			return testkit.Fault{}
		},
		"answer cut":      func(bool) testkit.Fault { return testkit.Fault{Cut: true} },
		"answer cut once": func(first bool) testkit.Fault { return testkit.Fault{Cut: first} },
	}
	for name, fault := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, proxy := faulty(t)
			old := noise(20<<20, 6)
			put(t, store, "a/b", old)
			var completed atomic.Int32
			proxy.Break(func(r *http.Request) testkit.Fault {
				if !isComplete(r) {
					return testkit.Fault{}
				}
				return fault(completed.Add(1) == 1)
			})
			data := noise(20<<20, 7)
			put(t, store, "a/b", data)
			if !bytes.Equal(read(t, store, "a/b"), data) {
				t.Error("other bytes came back")
			}
			if completed.Load() == 0 {
				t.Error("no request was broken")
			}
			// What is there of the same size is not taken for what did not become an object.
			proxy.Break(func(r *http.Request) testkit.Fault {
				if isComplete(r) {
					return testkit.Fault{Status: http.StatusBadRequest}
				}
				return testkit.Fault{}
			})
			if _, err := store.Put(t.Context(), "a/b", bytes.NewReader(old), ""); err == nil {
				t.Error("Put says that all is well")
			}
			proxy.Break(nil)
			if left, err := store.SweepInterrupted(t.Context(), "", tomorrow(), true); err != nil || left != 0 {
				t.Errorf("%d interrupted writes are left (%v)", left, err)
			}
		})
	}
}

// Many slow clients at once hold what has come of one part each, and not more. The test is
// not parallel, for what others have in memory would count.
func TestPut_OfManyTakesLittleMemory(t *testing.T) { //nolint:paralleltest // as said
	const puts, most = 50, 200 << 20
	store := open(t, testkit.S3(t))
	memory := func() uint64 {
		runtime.GC()
		runtime.GC() // the second empties the pools too
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse
	}
	before := memory()
	var stuck, done sync.WaitGroup
	goOn := make(chan struct{})
	block := noise(6<<20, 8)
	for n := range puts {
		stuck.Add(1)
		done.Go(func() {
			slow := io.MultiReader(bytes.NewReader(block), readerFunc(func([]byte) (int, error) {
				stuck.Done()
				<-goOn
				return 0, io.EOF
			}))
			if _, err := store.Put(t.Context(), fmt.Sprintf("slow/%d", n), slow, ""); err != nil {
				t.Error(err)
			}
		})
	}
	stuck.Wait()
	got := int64(memory() - before)
	close(goOn)
	done.Wait()
	t.Logf("%d uploads hold %d MB", puts, got>>20)
	if got > most {
		t.Errorf("%d uploads hold %d MB, want at most %d", puts, got>>20, most>>20)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestPut_SurvivesAStoreThatFailsOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]testkit.Fault{"500": {Status: 500}, "503": {Status: 503}, "cuts": {CutSent: true, CutAt: 1000}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, proxy := faulty(t)
			var seen atomic.Int32
			proxy.Break(func(r *http.Request) testkit.Fault {
				if isPart(r) && seen.Add(1) == 2 {
					return fault
				}
				return testkit.Fault{}
			})
			data := noise(20<<20, 4)
			put(t, store, "a/b", data)
			if !bytes.Equal(read(t, store, "a/b"), data) {
				t.Error("other bytes came back")
			}
			if seen.Load() < 2 {
				t.Error("no request was broken")
			}
		})
	}
}

func isGET(r *http.Request) bool { return r.Method == http.MethodGet && r.Header.Get("Range") != "" }

func TestOpen_ResumesAnAnswerThatBreaksOff(t *testing.T) {
	t.Parallel()
	store, proxy := faulty(t)
	data := noise(9<<20, 5)
	put(t, store, "a/b", data)
	var cuts atomic.Int32
	proxy.Break(func(r *http.Request) testkit.Fault {
		if !isGET(r) {
			return testkit.Fault{}
		}
		cuts.Add(1)
		return testkit.Fault{Cut: true, CutAt: 700_000}
	})
	if got := read(t, store, "a/b"); !bytes.Equal(got, data) {
		t.Errorf("%d bytes came back, or others", len(got))
	}
	if cuts.Load() < 9 {
		t.Errorf("%d answers were cut, want one for each 700 kB", cuts.Load())
	}
}

func TestOpen_OfAFailingStoreIsAnError(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]testkit.Fault{
		"500": {Status: 500}, "hangs": {Hang: true}, "cuts at once": {Cut: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, proxy := faulty(t)
			put(t, store, "a/b", noise(1000, 1))
			proxy.Break(func(r *http.Request) testkit.Fault {
				if isGET(r) {
					return fault
				}
				return testkit.Fault{}
			})
			object, err := store.Open(t.Context(), "a/b")
			if err != nil {
				t.Fatal(err)
			}
			defer object.Close()
			if data, err := io.ReadAll(object); err == nil || errors.Is(err, blob.ErrNotFound) {
				t.Errorf("reading gave %d bytes and %v", len(data), err)
			}
			if dir := t.TempDir(); true {
				if _, err := store.File(t.Context(), "a/b", dir); err == nil {
					t.Error("File says that all is well")
				}
				if left, _ := os.ReadDir(dir); len(left) > 0 {
					t.Errorf("File left %v", left)
				}
			}
			if fault.Cut { // the other answers have no body
				return
			}
			proxy.Break(func(*http.Request) testkit.Fault { return fault })
			if _, err := store.Stat(t.Context(), "a/b"); err == nil || errors.Is(err, blob.ErrNotFound) {
				t.Errorf("Stat: %v", err)
			}
			if err := store.Ping(t.Context()); err == nil {
				t.Error("Ping says that all is well")
			}
			if err := store.Delete(t.Context(), "a/b"); err == nil {
				t.Error("Delete says that all is well")
			}
			if err := store.List(t.Context(), "", func(blob.Info) error { return nil }); err == nil {
				t.Error("List says that all is well")
			}
		})
	}
}

// Our own slow reader is not a silent store.
func TestOpen_WaitsForItsReader(t *testing.T) {
	t.Parallel()
	address, _ := testkit.FaultyS3(t)
	store := open(t, address+"&silence=200ms")
	data := noise(5<<20, 5)
	put(t, store, "a/b", data)
	object, err := store.Open(t.Context(), "a/b")
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	var got bytes.Buffer
	for range 3 {
		if _, err := io.CopyN(&got, object, 10_000); err != nil {
			t.Fatal(err)
		}
		<-time.After(400 * time.Millisecond) // the pause is what is tested
	}
	if _, err := io.Copy(&got, object); err != nil || !bytes.Equal(got.Bytes(), data) {
		t.Errorf("%d bytes came back (%v)", got.Len(), err)
	}
}

func TestOpen_DoesNotMixObjects(t *testing.T) {
	t.Parallel()
	store := open(t, testkit.S3(t))
	put(t, store, "a/b", noise(5<<20, 1))
	object, err := store.Open(t.Context(), "a/b")
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	if _, err := io.CopyN(io.Discard, object, 100); err != nil {
		t.Fatal(err)
	}
	put(t, store, "a/b", noise(5<<20, 2))
	if _, err := io.Copy(io.Discard, object); err == nil {
		t.Error("an object that was replaced was read to its end, from both")
	}
}

// Interrupted writes are made by a store that dies: the abort fails too.
func TestSweepInterrupted_TakesOldMultipartUploads(t *testing.T) {
	t.Parallel()
	store, proxy := faulty(t)
	proxy.Break(func(r *http.Request) testkit.Fault {
		if r.Method == http.MethodDelete {
			return testkit.Fault{Status: 500}
		}
		return testkit.Fault{}
	})
	for _, key := range []string{"a/b", "b/b"} {
		broken := io.MultiReader(bytes.NewReader(noise(9<<20, 1)), iotest.ErrReader(errors.New("gone")))
		if _, err := store.Put(t.Context(), key, broken, ""); err == nil {
			t.Fatal("Put says that all is well")
		}
	}
	proxy.Break(nil)
	sweep(t, store, "a/")
	sweep(t, store, "")
}

// sweep checks that exactly one interrupted write below a prefix is swept, by age.
func sweep(t *testing.T, store blob.Store, prefix string) {
	t.Helper()
	for _, step := range []struct {
		before time.Time
		dryRun bool
		want   int
	}{
		{clock().Add(-24 * time.Hour), false, 0}, {tomorrow(), true, 1}, {tomorrow(), false, 1}, {tomorrow(), false, 0},
	} {
		if got, err := store.SweepInterrupted(t.Context(), prefix, step.before, step.dryRun); err != nil || got != step.want {
			t.Errorf("sweep before %s, dry %v: %d (%v), want %d", step.before, step.dryRun, got, err, step.want)
		}
	}
}

func TestSignGET_URLServesTheObjectWithoutCredentials(t *testing.T) {
	t.Parallel()
	store, ok := open(t, testkit.S3(t)).(blob.Redirector)
	if !ok {
		t.Fatal("S3 cannot redirect")
	}
	put(t, store, "a/b.mp4", []byte("film"))
	address, err := store.SignGET(t.Context(), "a/b.mp4", time.Hour, "video/mp4", `attachment; filename="x.mp4"`)
	if err != nil {
		t.Fatal(err)
	}
	if origin, err := store.Origin(t.Context()); err != nil || !strings.HasPrefix(address, origin+"/") {
		t.Errorf("%s is not of the origin %q (%v)", address, origin, err)
	}
	for url, want := range map[string]int{address: 200, address + "0": 403} {
		response, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != want || want == 200 && (string(body) != "film" ||
			response.Header.Get("Content-Type") != "video/mp4" ||
			response.Header.Get("Content-Disposition") != `attachment; filename="x.mp4"`) {
			t.Errorf("status %d, want %d; %s %v", response.StatusCode, want, body, response.Header)
		}
	}
}

func TestOpen_PutsAllKeysBelowThePrefix(t *testing.T) {
	t.Parallel()
	address := testkit.S3(t)
	inside, outside := open(t, address+"&prefix=lectern/blobs/"), open(t, address)
	put(t, inside, "a/b", []byte("x"))
	if got := keys(t, outside, ""); len(got) != 1 || got[0] != "lectern/blobs/a/b" {
		t.Errorf("outside there are %q", got)
	}
	if got := keys(t, inside, "a"); len(got) != 1 || got[0] != "a/b" {
		t.Errorf("inside there are %q", got)
	}
}

func TestOpen_SaysWhatIsWrongWithAnAddress(t *testing.T) {
	testkit.S3(t) // whose keys this test takes away
	t.Setenv("LECTERN_S3_ACCESS_KEY", "key")
	t.Setenv("LECTERN_S3_SECRET_KEY", "hush-hush")
	for address, want := range map[string]string{
		"":                                    "an address is required",
		"gs://bucket":                         `"gs://" is not supported`,
		"s3://":                               "give s3://bucket",
		"s3://key:hush-hush@bucket":           "do not put credentials",
		"s3://bucket/path":                    "give s3://bucket",
		"s3://bucket?endpoint=localhost:9000": "endpoint is a URL",
		"s3://bucket?endpoint=ftp://x":        "endpoint is a URL",
		"s3://bucket?endpoint=http://h:hush-hush@x": "endpoint is a URL",
		"s3://bucket?prefix=../x":                   "prefix",
		"s3://bucket?silence=soon":                  "silence must be a duration",
		"s3://bucket?foo=1":                         `unknown parameter "foo"`,
		"s3://hush-hush:hush-hush@%zz":              "is not a URL",
	} {
		_, err := blob.Open(address)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
	options, err := blob.ParseS3("s3://bucket?region=eu-central-1")
	if err != nil || options.SecretKey != "hush-hush" || options.Region != "eu-central-1" {
		t.Errorf("%+v, %v", options, err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "options", options, "secret", options.SecretKey)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "options", options, "secret", options.SecretKey)
	if strings.Contains(log.String(), "hush") {
		t.Errorf("the secret is in %s", log.String())
	}
	for _, name := range []string{"LECTERN_S3_ACCESS_KEY", "LECTERN_S3_SECRET_KEY", "AWS_ACCESS_KEY_ID"} {
		t.Setenv(name, "")
	}
	if _, err := blob.Open("s3://bucket"); err == nil || !strings.Contains(err.Error(), "set LECTERN_S3_ACCESS_KEY") {
		t.Errorf("without keys: %v", err)
	}
}
