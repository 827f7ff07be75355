package blob_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lectern-media/lectern/internal/blob"
)

func TestSweepInterrupted_TakesOldTemporaryFiles(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	store := open(t, root)
	put(t, store, "a/b", []byte("whole"))
	put(t, store, "b/b", nil)
	// What a killed process leaves: a file beside the object.
	for _, folder := range []string{"a", "b"} {
		if err := os.WriteFile(filepath.Join(root, folder, ".put-KILLED"), []byte("ha"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := keys(t, store, ""); len(got) != 2 {
		t.Errorf("there are %q", got)
	}
	sweep(t, store, "a/")
	sweep(t, store, "")
	if got := keys(t, store, ""); len(got) != 2 || !bytes.Equal(read(t, store, "a/b"), []byte("whole")) {
		t.Errorf("there are %q", got)
	}
}

// A file system of its own has a folder that only root may look into.
func TestDisk_LooksIntoNoFolderBesideThePrefix(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := errors.Join(
		os.Chmod(filepath.Dir(root), 0o755), os.Chmod(root, 0o777), os.Mkdir(filepath.Join(root, "lost+found"), 0),
	); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // be nobody, on a thread that ends with the test
		runtime.LockOSThread()
		const nobody = 65534
		t.Cleanup(func() { _, _ = unix.SetfsuidRetUid(0) }) // who removes the folder
		_, _ = unix.SetfsuidRetUid(nobody)                  // the next call says whether it did
		if is, err := unix.SetfsuidRetUid(-1); is != nobody {
			t.Fatal(is, err)
		}
	}
	store := open(t, root)
	put(t, store, "a/b", nil)
	if err := store.List(t.Context(), "", func(blob.Info) error { return nil }); err == nil {
		t.Fatal("the test's folder can be looked into")
	}
	if got := keys(t, store, "a/"); len(got) != 1 {
		t.Errorf("there are %q", got)
	}
	if _, err := store.SweepInterrupted(t.Context(), "a/", tomorrow(), false); err != nil {
		t.Error(err)
	}
}

func TestDelete_LeavesNoEmptyFolders(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "storage")
	store := open(t, root)
	put(t, store, "a/b/c/d", nil)
	if err := store.Delete(t.Context(), "a/b/c/d"); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(root); err != nil || len(left) > 0 {
		t.Errorf("left are %v (%v)", left, err)
	}
}

// A file system of 4 MB is mounted where only a child process sees it: as root, or else
// as the root of a user namespace.
func TestPut_OnAFullDiskIsAnErrorAndLeavesNothing(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv("LECTERN_BLOB_FULL_DISK"); dir != "" { // we are the child started below
		if err := fillDisk(t, dir); err != nil {
			t.Fatal(err)
		}
		fmt.Println("full and fine")
		return
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), "LECTERN_BLOB_FULL_DISK="+t.TempDir())
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		child.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		child.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		child.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	said, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "full and fine") {
		t.Errorf("run as root, or where user namespaces are allowed (sysctl kernel.unprivileged_userns_clone=1): %v\n%s", err, said)
	}
}

func fillDisk(t *testing.T, dir string) error {
	t.Helper()
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
		return fmt.Errorf("mount a small file system: %w", err)
	}
	store := open(t, dir)
	put(t, store, "a/small", noise(1<<20, 1))
	if _, err := store.Put(t.Context(), "a/large", bytes.NewReader(noise(5<<20, 2)), ""); !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("5 MB on a disk of 4: %w", err)
	}
	if left, err := store.SweepInterrupted(t.Context(), "", tomorrow(), true); err != nil || left != 0 {
		return fmt.Errorf("%d interrupted writes are left (%w)", left, err)
	}
	if got := keys(t, store, ""); len(got) != 1 || !bytes.Equal(read(t, store, "a/small"), noise(1<<20, 1)) {
		return fmt.Errorf("there are %q", got)
	}
	grows := appender(t, dir)
	if _, err := grows.Append(t.Context(), "a/small", 1<<20, bytes.NewReader(noise(5<<20, 2))); !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("5 MB more on a disk of 4: %w", err)
	}
	if !bytes.Equal(read(t, store, "a/small"), noise(1<<20, 1)) {
		return errors.New("what was there before an Append that failed is other")
	}
	put(t, store, "a/medium", noise(2<<20, 1)) // the room is free again
	return nil
}

func TestPing_OfAFolderThatIsGone(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "storage")
	store := open(t, root)
	if err := os.Remove(root); err != nil {
		t.Fatal(err)
	}
	if err := store.Ping(t.Context()); err == nil {
		t.Error("Ping says that all is well")
	}
}

// Killing is the one end that none of our code sees: what a killed process was writing is
// not visible after it.
func TestPut_OfAKilledProcessIsNotVisible(t *testing.T) {
	t.Parallel()
	if root := os.Getenv("LECTERN_BLOB_VICTIM"); root != "" { // we are the child started below
		store, err := blob.Open(root)
		if err != nil {
			t.Fatal(err)
		}
		_, err = store.Put(t.Context(), "a/b", io.TeeReader(io.LimitReader(os.Stdin, 1<<40), os.Stdout), "")
		t.Fatal("Put ended", err)
	}
	root := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), "LECTERN_BLOB_VICTIM="+root)
	input, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := input.Write(noise(1000, 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(output, make([]byte, 1000)); err != nil { // it has read them
		t.Fatal(err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // "signal: killed"
	store := open(t, root)
	if got := keys(t, store, ""); len(got) > 0 {
		t.Errorf("there are %q", got)
	}
	sweep(t, store, "")
}
