package testkit

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// The tests' S3 server and its keys, which are worth nothing elsewhere.
const (
	s3Program   = "versitygw"
	s3AccessKey = "lectern-tests"
	s3SecretKey = "not-a-secret-of-anybody"
)

// OnEachStorage runs a test twice, in parallel: on an empty folder and on an empty
// bucket of a real S3 server, each named by the address that blob.Open takes.
func OnEachStorage(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("disk", func(t *testing.T) {
		t.Parallel()
		test(t, filepath.Join(t.TempDir(), "storage"))
	})
	t.Run("s3", func(t *testing.T) {
		t.Parallel()
		NeedsMore(t, "S3 server")
		test(t, S3(t))
	})
}

// AbsentStorages returns addresses at which a storage of [OnEachStorage] seems to be away, by
// what is wrong: an empty folder as below a disk that is not mounted, a prefix of the bucket
// that was never used, a bucket that does not exist.
func AbsentStorages(tb testing.TB, address string) map[string]string {
	tb.Helper()
	if !strings.HasPrefix(address, "s3://") {
		return map[string]string{"an empty folder": tb.TempDir()}
	}
	_, parameters, _ := strings.Cut(address, "?")
	return map[string]string{"another prefix": address + "&prefix=other", "no bucket": "s3://there-is-no-such-bucket?" + parameters}
}

// S3 returns the address of a fresh, empty bucket, which is removed when the test ends.
// The server behind it is started on first use, shared by the tests of this process and
// gone when the process is. Its keys are put into this process's environment, from
// which child processes have them too.
func S3(tb testing.TB) string {
	tb.Helper()
	server, err := s3Server()
	if err != nil {
		tb.Fatal(err)
	}
	return bucketAt(tb, server, server.endpoint)
}

// bucketAt makes a bucket and returns its address by way of an endpoint.
func bucketAt(tb testing.TB, server *gateway, endpoint string) string {
	tb.Helper()
	bucket := "test-" + strings.ToLower(rand.Text())
	if err := server.client.MakeBucket(tb.Context(), bucket, minio.MakeBucketOptions{}); err != nil {
		tb.Fatalf("make a bucket for the test: %v", err)
	}
	tb.Cleanup(func() {
		for _, folder := range []string{"data", "attributes"} {
			if err := os.RemoveAll(filepath.Join(server.dir, folder, bucket)); err != nil {
				tb.Errorf("remove the test's bucket: %v", err)
			}
		}
	})
	return "s3://" + bucket + "?" + url.Values{"endpoint": {endpoint}}.Encode()
}

// s3Server starts this process's S3 server once.
var s3Server = sync.OnceValues(startGateway)

// A gateway is an S3 server over a folder.
type gateway struct {
	endpoint string
	dir      string
	client   *minio.Client
	alive    io.Closer // as with cluster: keeps the server running
}

//go:embed s3.sh
var s3Script string

func startGateway() (*gateway, error) {
	program, err := findProgram(s3Program)
	if err != nil {
		return nil, err
	}
	// Where tests read the keys of the bucket, as an operator would set them.
	if err := errors.Join(
		os.Setenv("LECTERN_S3_ACCESS_KEY", s3AccessKey),
		os.Setenv("LECTERN_S3_SECRET_KEY", s3SecretKey),
	); err != nil {
		return nil, err
	}
	const attempts = 5 // another process may take the port in between
	for range attempts {
		var server *gateway
		if server, err = tryGateway(program); err == nil {
			return server, nil
		}
	}
	return nil, err
}

// findProgram looks on the PATH and where script/setup installs what Debian lacks.
func findProgram(name string) (string, error) {
	if program, err := exec.LookPath(name); err == nil {
		return program, nil
	}
	dir, err := os.Getwd() // a test's is its package's folder
	if err != nil {
		return "", err
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		program := filepath.Join(dir, ".cache", "bin", name)
		if _, err := os.Stat(program); err == nil {
			return program, nil
		}
	}
	return "", fmt.Errorf("this test needs %s, an S3 server: run script/setup, which puts it into .cache/bin", name)
}

func tryGateway(program string) (*gateway, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "lectern-s3-")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "data"), 0o700), os.Mkdir(filepath.Join(dir, "attributes"), 0o700)); err != nil {
		return nil, err
	}
	script := exec.CommandContext(context.Background(), "sh", "-c", s3Script, "sh", program, address, dir)
	script.Dir = dir
	script.Env = []string{"PATH=" + os.Getenv("PATH"), "ROOT_ACCESS_KEY=" + s3AccessKey, "ROOT_SECRET_KEY=" + s3SecretKey}
	script.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	alive, err := script.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := script.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := script.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	if err := answers(address, output); err != nil {
		return nil, errors.Join(fmt.Errorf("%s did not start: %w", program, err), alive.Close(), script.Wait())
	}
	client, err := minio.New(address, &minio.Options{
		Creds: credentials.NewStaticV4(s3AccessKey, s3SecretKey, ""), Region: "us-east-1",
	})
	if err != nil {
		return nil, errors.Join(err, alive.Close(), script.Wait())
	}
	return &gateway{endpoint: "http://" + address, dir: dir, client: client, alive: alive}, nil
}

// freeAddress is an address that nobody listened on a moment ago.
func freeAddress() (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// answers waits until a server takes connections, or has ended: then its output ends.
func answers(address string, output io.Reader) error {
	ended := make(chan error, 1)
	go func() {
		said, _ := io.ReadAll(output)
		ended <- fmt.Errorf("it ended and said %q", said)
	}()
	timeout := time.After(30 * time.Second)
	for tick := time.Tick(10 * time.Millisecond); ; {
		conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-tick:
		case err := <-ended:
			return err
		case <-timeout:
			return fmt.Errorf("no answer at %s: %w", address, err)
		}
	}
}
