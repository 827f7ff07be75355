//go:build !linux

package transcode

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

var errNotLinux = errors.New("untrusted files are only opened on Linux, where a process can be limited")

func isolate(*exec.Cmd) {}

func startGroup(*exec.Cmd, Limits, int) (ended func(), err error) { return nil, errNotLinux }

func endingSignal(*os.ProcessState) syscall.Signal { return 0 }

func residentSet(*os.ProcessState) int64 { return 0 }

func isFull(string) bool { return false }
