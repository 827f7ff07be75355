package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// privateMode is the mode of all files of a library: they hold signing keys and
// everybody's data.
const privateMode = 0o600

// othersMode is the permissions of everybody but the owner.
const othersMode = 0o077

// createDatabaseFile creates an empty database file if there is none, readable for its
// owner only whatever the umask. SQLite gives its other files the same mode.
func createDatabaseFile(path string) (created bool, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, privateMode)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	// SQLite does not sync the folder for it: after a power cut there would be a log alone.
	return true, errors.Join(file.Chmod(privateMode), file.Sync(), file.Close(), syncFolder(filepath.Dir(path)))
}

// syncFolder makes the names of the files in a folder survive a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// protectFiles takes the files of a library away from everybody but their owner.
func protectFiles(path string, log *slog.Logger) {
	for _, name := range append(copiesOf(path), path, path+logSuffix, path+sharedSuffix, path+journalSuffix, path+lockSuffix) {
		info, err := os.Stat(name)
		if err != nil || info.Mode()&othersMode == 0 {
			continue
		}
		if err := os.Chmod(name, privateMode); err != nil {
			log.Warn("others can read a file of the library, and its mode cannot be changed", "file", name, "error", err)
		}
	}
}

// copiesOf returns the copies that were made of a library before migrations.
func copiesOf(path string) (copies []string) {
	files, _ := os.ReadDir(filepath.Dir(path)) // not a glob: there may be a bracket in the path
	for _, file := range files {
		if strings.HasPrefix(file.Name(), filepath.Base(path)+copySuffix) {
			copies = append(copies, filepath.Join(filepath.Dir(path), file.Name()))
		}
	}
	return copies
}

// WarnOfRisks warns of a folder that others can open.
func (s *SQLite) WarnOfRisks(_ context.Context, log *slog.Logger) error {
	folder := filepath.Dir(s.path)
	info, err := os.Stat(folder)
	if err == nil && info.Mode()&othersMode != 0 {
		log.Warn("other users of this machine can open the folder of the library; run chmod 700 on it",
			"folder", folder, "mode", fmt.Sprintf("%04o", info.Mode().Perm()))
	}
	return err
}

// fileID identifies a file, whatever its name.
type fileID struct{ device, inode uint64 }

func idOf(info os.FileInfo) fileID {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fileID{}
	}
	return fileID{uint64(stat.Dev), stat.Ino} //nolint:unconvert // the type of Dev depends on the system
}

// sharedFile is a database file that is open for reading, once in this process: closing
// any descriptor of a file ends the locks that SQLite has on it (fcntl(2)), also those
// that it took for another connection.
type sharedFile struct {
	*os.File
	id   fileID
	uses int
}

// sharedFiles are the open files of this process. They are a variable of the package
// because the locks belong to the process.
var sharedFiles = struct {
	sync.Mutex
	byID map[fileID]*sharedFile
}{byID: map[fileID]*sharedFile{}}

// openShared opens a database file for reading.
func openShared(path string) (*sharedFile, error) {
	sharedFiles.Lock()
	defer sharedFiles.Unlock()
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	file := sharedFiles.byID[idOf(info)]
	if file == nil {
		opened, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		if info, err = opened.Stat(); err != nil {
			return nil, errors.Join(err, opened.Close())
		}
		file = &sharedFile{File: opened, id: idOf(info)}
		sharedFiles.byID[file.id] = file
	}
	file.uses++
	return file, nil
}

// release closes the file with its last use. The connections to it must be closed before.
func (f *sharedFile) release() error {
	sharedFiles.Lock()
	defer sharedFiles.Unlock()
	if f.uses--; f.uses > 0 {
		return nil
	}
	delete(sharedFiles.byID, f.id)
	return f.Close()
}

// copySuffix begins the name of a copy that is made before a migration.
const copySuffix = ".schema-"

// copyBeforeMigration copies a library beside itself and returns the path of the copy.
// An unfinished copy is removed.
func copyBeforeMigration(ctx context.Context, db *sql.DB, path string, version int64) (copied string, err error) {
	copied = fmt.Sprintf("%s%s%d-%s", path, copySuffix, version, time.Now().UTC().Format("20060102T150405.000000Z"))
	unfinished := copied + ".unfinished"
	defer func() {
		if err != nil {
			err = fmt.Errorf("copying the library before its migration, which was not begun: %w", err)
			if removing := os.Remove(unfinished); !errors.Is(removing, fs.ErrNotExist) {
				err = errors.Join(err, removing)
			}
		}
	}()
	// SQLite writes into an empty file, and leaves its mode as it is.
	file, err := os.OpenFile(unfinished, os.O_CREATE|os.O_EXCL|os.O_RDWR, privateMode)
	if err != nil {
		return "", err
	}
	if err := errors.Join(file.Chmod(privateMode), file.Close()); err != nil {
		return "", err
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", unfinished); err != nil {
		return "", err
	}
	if file, err = os.Open(unfinished); err != nil {
		return "", err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return "", err
	}
	if err := os.Rename(unfinished, copied); err != nil {
		return "", err
	}
	return copied, syncFolder(filepath.Dir(path))
}
