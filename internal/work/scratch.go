package work

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// scratch is a folder of one process for work in progress. The lock that is held on it
// ends with the process, so that the next one knows what to remove.
type scratch struct {
	path string
	lock *os.File
}

const (
	lockName   = "lock"
	nodePrefix = "node-"
)

// openScratch makes the folder below parent. Its path is absolute: ffmpeg, which reads and
// writes there, runs in another folder.
func openScratch(parent string) (*scratch, error) {
	parent, err := filepath.Abs(parent)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return nil, err
	}
	if err := removeDead(parent); err != nil {
		return nil, err
	}
	path, err := os.MkdirTemp(parent, nodePrefix)
	if err != nil {
		return nil, err
	}
	lock, err := lockIn(path)
	if err != nil {
		return nil, err
	}
	return &scratch{path: path, lock: lock}, nil
}

// lockIn locks a folder; who has it locked already is unix.EWOULDBLOCK.
func lockIn(path string) (*os.File, error) {
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// removeDead removes the folders of processes that have ended without doing it.
func removeDead(parent string) error {
	found, err := os.ReadDir(parent) // not a glob: there may be a bracket in the path
	if err != nil {
		return err
	}
	for _, entry := range found {
		if !strings.HasPrefix(entry.Name(), nodePrefix) {
			continue
		}
		path := filepath.Join(parent, entry.Name())
		lock, err := lockIn(path)
		if errors.Is(err, unix.EWOULDBLOCK) || errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if err := errors.Join(os.RemoveAll(path), lock.Close()); err != nil {
			return err
		}
	}
	return nil
}

// folder makes a folder for one run.
func (s *scratch) folder(name string) (string, error) {
	path := filepath.Join(s.path, name)
	return path, os.Mkdir(path, 0o700)
}

func (s *scratch) close() error {
	return errors.Join(os.RemoveAll(s.path), s.lock.Close())
}
