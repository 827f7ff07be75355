package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// tempPrefix begins the names of files that are being written. No key's segment begins
// with a dot.
const tempPrefix = ".put-"

// typeAttribute is where desktops keep a file's MIME type (Shared MIME-info, 2.3).
const typeAttribute = "user.mime_type"

// Rights of what is created: the library's own user's, nobody else's.
const (
	folderMode = 0o700
	fileMode   = 0o600
)

// Disk is a Store in a folder: each object is the file with its key as the path.
type Disk struct {
	root string
}

// NewDisk returns the store in a folder, which is created where it is not there.
func NewDisk(root string) (*Disk, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	if err := os.MkdirAll(root, folderMode); err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	return &Disk{root: root}, nil
}

// String names the store for logs.
func (d *Disk) String() string { return d.root }

func (d *Disk) path(key string) (string, error) {
	if err := CheckKey(key); err != nil {
		return "", err
	}
	return filepath.Join(d.root, filepath.FromSlash(key)), nil
}

// Put writes a file next to the target, syncs it, renames it and syncs the folder: a
// crash at any instant leaves the whole object or a temporary file.
func (d *Disk) Put(ctx context.Context, key string, r io.Reader, mimeType string) (Info, error) {
	target, err := d.path(key)
	if err != nil {
		return Info{}, err
	}
	file, err := d.create(filepath.Dir(target))
	if err != nil {
		return Info{}, fmt.Errorf("store %s: %w", key, err)
	}
	err = fill(ctx, file, r, typeOf(key, mimeType))
	if err == nil {
		err = os.Rename(file.Name(), target)
	}
	if err != nil {
		return Info{}, errors.Join(fmt.Errorf("store %s: %w", key, err), os.Remove(file.Name()))
	}
	if err := syncFolder(filepath.Dir(target)); err != nil {
		return Info{}, fmt.Errorf("store %s: %w", key, err)
	}
	return d.Stat(ctx, key)
}

// PutFile gives the file a second name next to the target, and continues as Put does. Where
// that cannot be, as on another disk, it copies.
func (d *Disk) PutFile(ctx context.Context, key, path, mimeType string) (Info, error) {
	target, err := d.path(key)
	if err != nil {
		return Info{}, err
	}
	name, err := d.temporary(filepath.Dir(target), func(name string) error { return os.Link(path, name) })
	if err != nil {
		return putCopy(ctx, d, key, path, mimeType)
	}
	err = settle(name, typeOf(key, mimeType))
	if err == nil {
		err = os.Rename(name, target)
	}
	if err != nil {
		return Info{}, errors.Join(fmt.Errorf("store %s: %w", key, err), os.Remove(name))
	}
	if err := syncFolder(filepath.Dir(target)); err != nil {
		return Info{}, fmt.Errorf("store %s: %w", key, err)
	}
	return d.Stat(ctx, key)
}

// WriteAhead has the disk begin with what stands in a folder's files and is to be put soon:
// less is left to wait for then. It promises nothing.
func (d *Disk) WriteAhead(ctx context.Context, folder string) {
	_ = d.walk(ctx, folder, func(name string, _ fs.DirEntry) error {
		file, err := os.Open(name)
		if err == nil {
			beginWriteback(file, 0, 0)
			err = file.Close()
		}
		return err
	})
}

// settle makes a file that somebody else wrote what fill would have made of it: of the
// library's rights, as new as its name, safe on disk.
func settle(name, mimeType string) (err error) {
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	now := time.Now()
	if err := errors.Join(file.Chmod(fileMode), os.Chtimes(name, now, now), setType(file, mimeType)); err != nil {
		return err
	}
	return file.Sync()
}

// create makes a temporary file in a folder.
func (d *Disk) create(folder string) (file *os.File, err error) {
	_, err = d.temporary(folder, func(name string) (err error) {
		file, err = os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode)
		return err
	})
	return file, err
}

// temporary makes a file under a temporary name in a folder, and the folder where it is
// not there. A Delete may remove the empty folder in between; once the file is in it, no
// more.
func (d *Disk) temporary(folder string, makeFile func(name string) error) (name string, err error) {
	const attempts = 100
	for range attempts {
		if err = d.makeFolder(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		name = filepath.Join(folder, tempPrefix+rand.Text())
		if err = makeFile(name); !errors.Is(err, fs.ErrNotExist) {
			return name, err
		}
	}
	return "", err
}

// makeFolder creates a folder and those above it, each safe in the one above.
func (d *Disk) makeFolder(folder string) error {
	err := os.Mkdir(folder, folderMode)
	if errors.Is(err, fs.ErrNotExist) && folder != d.root {
		if err := d.makeFolder(filepath.Dir(folder)); err != nil {
			return err
		}
		err = os.Mkdir(folder, folderMode)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return errors.Join(err, syncFolder(filepath.Dir(folder)))
}

// fill writes all of r into the file and closes it, safe on disk.
func fill(ctx context.Context, file *os.File, r io.Reader, mimeType string) (err error) {
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := copySteadily(ctx, file, 0, r); err != nil {
		return err
	}
	if err := setType(file, mimeType); err != nil {
		return err
	}
	return file.Sync()
}

// copySteadily writes all of r into a file from where it is, which is the offset.
func copySteadily(ctx context.Context, file *os.File, offset int64, r io.Reader) (int64, error) {
	w := &steadyWriter{file: file, written: offset, begun: offset}
	return io.CopyBuffer(w, &contextReader{ctx, r}, make([]byte, copyBuffer))
}

const (
	// copyBuffer is how many bytes are read and written at once: io.Copy's 32 KB are eight
	// times as many calls of the system, and of what is done for each read of a body.
	copyBuffer = 256 << 10
	// writebackStretch is how many bytes are gathered before the disk begins with them.
	writebackStretch = 8 << 20
)

// steadyWriter has a file go to disk while it is written, not all at its end.
type steadyWriter struct {
	file           *os.File
	written, begun int64 // offsets in the file
}

// Write writes to the file.
func (w *steadyWriter) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	w.written += int64(n)
	if ready := w.written - w.begun; err == nil && ready >= writebackStretch {
		beginWriteback(w.file, w.begun, ready)
		w.begun = w.written
	}
	return n, err
}

// setType keeps the type of a file. A file system without attributes loses it, never the
// bytes.
func setType(file *os.File, mimeType string) error {
	err := unix.Fsetxattr(int(file.Fd()), typeAttribute, []byte(mimeType), 0)
	if err == nil || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.EPERM) {
		return nil
	}
	return fmt.Errorf("set %s: %w", typeAttribute, err)
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r *contextReader) Read(p []byte) (int, error) {
	if err := context.Cause(r.ctx); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Open opens an object for reading.
func (d *Disk) Open(_ context.Context, key string) (*Object, error) {
	name, err := d.path(key)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, notFound(key, err)
	}
	info, err := describe(key, file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &Object{ReadSeekCloser: file, Info: info}, nil
}

// Stat says what is known of an object.
func (d *Disk) Stat(ctx context.Context, key string) (Info, error) {
	object, err := d.Open(ctx, key)
	if err != nil {
		return Info{}, err
	}
	return object.Info, object.Close()
}

// describe reads what is known of an open object.
func describe(key string, file *os.File) (Info, error) {
	stat, err := file.Stat()
	if err != nil {
		return Info{}, notFound(key, err)
	}
	if !stat.Mode().IsRegular() { // a folder: a beginning of keys
		return Info{}, fmt.Errorf("%s: %w", key, ErrNotFound)
	}
	info := Info{
		Key: key, Size: stat.Size(), ModTime: stat.ModTime(),
		ETag: etag(stat), MIMEType: TypeByKey(key),
	}
	value := make([]byte, maxType)
	if n, err := unix.Fgetxattr(int(file.Fd()), typeAttribute, value); err == nil {
		info.MIMEType = string(value[:n])
	}
	return info, nil
}

// etag tells one object under a key from the next. Each Put makes a file of its own
// while the old one is still there, so they differ in the inode even when they have a
// size and a tick of the clock in common.
func etag(stat fs.FileInfo) string {
	var inode uint64
	if sys, ok := stat.Sys().(*syscall.Stat_t); ok {
		inode = sys.Ino
	}
	return fmt.Sprintf(`"%x-%x-%x"`, inode, stat.ModTime().UnixNano(), stat.Size())
}

// notFound says ErrNotFound where that is what a file system's error means: also for a
// key below another object.
func notFound(key string, err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("%s: %w", key, ErrNotFound)
	}
	return fmt.Errorf("read %s: %w", key, err)
}

// Delete removes an object, and the folders that it leaves empty.
func (d *Disk) Delete(_ context.Context, key string) error {
	name, err := d.path(key)
	if err != nil {
		return err
	}
	if isFolder(name) { // no object, a beginning of keys
		return nil
	}
	if err := os.Remove(name); err != nil && !errors.Is(notFound(key, err), ErrNotFound) {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	folder := filepath.Dir(name)
	for folder != d.root && syscall.Rmdir(folder) == nil { // until something else is in one
		folder = filepath.Dir(folder)
	}
	return nil
}

func isFolder(name string) bool {
	stat, err := os.Lstat(name)
	return err == nil && stat.IsDir()
}

// List walks the folder.
func (d *Disk) List(ctx context.Context, prefix string, each func(Info) error) error {
	if err := checkPrefix(prefix); err != nil {
		return err
	}
	return d.walk(ctx, d.folder(prefix), func(name string, _ fs.DirEntry) error {
		relative, err := filepath.Rel(d.root, name)
		if err != nil {
			return err
		}
		key := filepath.ToSlash(relative)
		if !strings.HasPrefix(key, prefix) || !isKey(key) {
			return nil
		}
		info, err := d.Stat(ctx, key)
		if errors.Is(err, ErrNotFound) { // deleted since
			return nil
		}
		if err != nil {
			return err
		}
		return each(info)
	})
}

// folder is the one that all keys with a prefix are in.
func (d *Disk) folder(prefix string) string {
	return filepath.Join(d.root, filepath.FromSlash(prefix[:strings.LastIndexByte(prefix, '/')+1]))
}

// walk calls each for every regular file below a folder, which may itself be a symbolic
// link. What vanishes meanwhile was deleted by someone else.
func (d *Disk) walk(ctx context.Context, folder string, each func(string, fs.DirEntry) error) error {
	// The separator at the end makes WalkDir look at what a link leads to, not at the link.
	return filepath.WalkDir(folder+string(filepath.Separator), func(name string, entry fs.DirEntry, err error) error {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
			return nil
		case err != nil:
			return fmt.Errorf("list %s: %w", folder, err)
		case !entry.Type().IsRegular():
			return nil
		}
		return each(name, entry)
	})
}

// File returns the object's own file.
func (d *Disk) File(ctx context.Context, key, _ string) (string, error) {
	if _, err := d.Stat(ctx, key); err != nil {
		return "", err
	}
	return d.path(key)
}

// SweepInterrupted removes temporary files. It looks into no folder beside that of the
// prefix: some there may not be the library's, and not be readable.
func (d *Disk) SweepInterrupted(ctx context.Context, prefix string, before time.Time, dryRun bool) (int, error) {
	if err := checkPrefix(prefix); err != nil {
		return 0, err
	}
	swept := 0
	err := d.walk(ctx, d.folder(prefix), func(name string, entry fs.DirEntry) error {
		if !strings.HasPrefix(entry.Name(), tempPrefix) {
			return nil
		}
		stat, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) || (err == nil && !stat.ModTime().Before(before)) {
			return nil
		}
		if err == nil && !dryRun {
			err = os.Remove(name)
		}
		if err != nil {
			return fmt.Errorf("sweep %s: %w", name, err)
		}
		swept++
		return nil
	})
	return swept, err
}

// Ping says whether the folder is there and may be written to.
func (d *Disk) Ping(context.Context) error {
	stat, err := os.Stat(d.root)
	switch {
	case err != nil:
		return fmt.Errorf("storage: %w", err)
	case !stat.IsDir():
		return fmt.Errorf("storage: %s is not a folder", d.root)
	}
	if err := unix.Access(d.root, unix.W_OK|unix.X_OK); err != nil {
		return fmt.Errorf("storage: %s cannot be written to: %w", d.root, err)
	}
	return nil
}
