package transcode

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// isolate puts the program into a process group of its own, which dies with us.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// startGroup starts the program, bounds it and sees to its whole group being ended when
// its context ends. The function it returns must be called after Wait.
//
// The limits are set on the running process, since Go cannot set them between fork and
// exec. The moment without them passes while the loader still maps libraries, long before
// a byte of the file is read; and memory limits count what is mapped already.
func startGroup(cmd *exec.Cmd, limits Limits, niceness int) (ended func(), err error) {
	var last *time.Timer
	timerSet := make(chan struct{})
	cmd.Cancel = func() error {
		defer close(timerSet)
		pid := cmd.Process.Pid
		last = time.AfterFunc(grace, func() { _ = syscall.Kill(-pid, syscall.SIGKILL) })
		return syscall.Kill(-pid, syscall.SIGTERM)
	}
	// Wait gives up on pipes that a grandchild might hold open.
	cmd.WaitDelay = 2 * grace
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	pid := cmd.Process.Pid
	ended = func() {
		select {
		case <-timerSet:
			last.Stop()
		default:
		}
		_ = syscall.Kill(-pid, syscall.SIGKILL) // what is left of the group
	}
	if err := bound(pid, limits, niceness); err != nil {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
		_ = cmd.Wait()
		return nil, fmt.Errorf("limit process: %w", err)
	}
	return ended, nil
}

func bound(pid int, limits Limits, niceness int) error {
	for resource, value := range map[int]int64{
		unix.RLIMIT_DATA:  limits.Memory,
		unix.RLIMIT_FSIZE: limits.FileSize,
		unix.RLIMIT_CORE:  0,
	} {
		limit := unix.Rlimit{Cur: uint64(value), Max: uint64(value)}
		if err := unix.Prlimit(pid, resource, &limit, nil); err != nil && !errors.Is(err, unix.ESRCH) {
			return err
		}
	}
	if err := unix.Setpriority(unix.PRIO_PGRP, pid, niceness); err != nil && !errors.Is(err, unix.ESRCH) {
		return err
	}
	return nil
}

func endingSignal(state *os.ProcessState) syscall.Signal {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return status.Signal()
	}
	return 0
}

func residentSet(state *os.ProcessState) int64 {
	if used, ok := state.SysUsage().(*syscall.Rusage); ok {
		return used.Maxrss * 1024
	}
	return 0
}

// leastRoom is how many bytes are free on a disk that is not full: less than any of the
// programs writes at once.
const leastRoom = 16 << 20

// isFull says whether a folder's disk has no room left.
func isFull(dir string) bool {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return false
	}
	return disk.Bavail*uint64(disk.Bsize) < leastRoom
}
