package db

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// SQLite replays whatever write-ahead log lies beside a database. If a copy was put in
// the database's place and the log was left behind, the copy is silently undone, or
// damaged. So Lectern marks each log with the database that it began on, and rejects a
// log that is marked with another.
//
// The mark is in the log itself, so that it is written with a transaction and is copied
// with the folder. It consists of two fields of the database's header that SQLite keeps
// for applications:
//
//   - application_id is derived from the salts of the log, which SQLite draws again each
//     time that a log begins. It tells a mark of this log from one that was inherited
//     from an earlier log, from a restored backup, or from a program that sets no marks.
//   - user_version is derived from the header that the database file had then.
//
// A header is enough to recognize a database: each log leaves its own application_id in
// the file, and a copy that SQLite makes (.backup, VACUUM INTO) differs in the schema
// cookie. It is also within one sector of 512 bytes, which a power cut does not tear.
//
// The formats of header and log are documented in https://sqlite.org/fileformat2.html.

// headerSize is the length of the database header, at the beginning of page 1.
const headerSize = 100

// sqliteHeader is the header of a database file, or of a copy of page 1 in a log.
type sqliteHeader [headerSize]byte

// Offsets in the header.
const (
	headerWriteVersion  = 18 // 2: write-ahead log
	headerChangeCounter = 24
	headerUserVersion   = 60
	headerApplicationID = 68
)

func (h *sqliteHeader) userVersion() uint32 { return binary.BigEndian.Uint32(h[headerUserVersion:]) }

func (h *sqliteHeader) applicationID() uint32 {
	return binary.BigEndian.Uint32(h[headerApplicationID:])
}

// fingerprint is what a mark says of the database that a log began on.
func (h *sqliteHeader) fingerprint() uint32 {
	sum := sha256.Sum256(h[:])
	return binary.BigEndian.Uint32(sum[:])
}

// readHeader returns the header of a database file; found is false for a file that is
// too short to have one.
func readHeader(file io.ReaderAt) (header sqliteHeader, found bool, err error) {
	_, err = file.ReadAt(header[:], 0)
	if errors.Is(err, io.EOF) {
		return header, false, nil
	}
	return header, err == nil, err
}

// logSalts identify a log: SQLite draws new ones when a log begins.
type logSalts [8]byte

// id is the application_id of marks of this log.
func (s logSalts) id() uint32 {
	sum := sha256.Sum256(append([]byte("lectern log "), s[:]...))
	return binary.BigEndian.Uint32(sum[:])
}

// Layout of a log.
const (
	logHeaderSize   = 32
	logSaltsAt      = 16
	frameHeaderSize = 24
	logMagic        = 0x377f0682 // checksums in little endian; plus 1: in big endian
	maxPageSize     = 65536
)

// readSalts returns the salts of a log, or none for a log without a header.
func readSalts(file io.ReaderAt) (salts logSalts, found bool, err error) {
	_, err = file.ReadAt(salts[:], logSaltsAt)
	if errors.Is(err, io.EOF) {
		return salts, false, nil
	}
	return salts, err == nil, err
}

// logContent is what SQLite would replay of a log.
type logContent struct {
	salts   logSalts
	commits int            // transactions
	headers []sqliteHeader // of each copy of page 1 in them, in their order
}

// readLog reads a log as SQLite's recovery does: up to the last commit before the first
// frame that does not belong to it.
func readLog(from io.Reader) (logContent, error) {
	var log logContent
	reader := bufio.NewReaderSize(from, 1<<20)
	var header [logHeaderSize]byte
	if ok, err := readWhole(reader, header[:]); !ok {
		return log, err
	}
	magic := binary.BigEndian.Uint32(header[:])
	pageSize := binary.BigEndian.Uint32(header[8:])
	if magic&^1 != logMagic || pageSize < 512 || pageSize > maxPageSize || pageSize&(pageSize-1) != 0 {
		return log, nil // SQLite ignores it too
	}
	sum := logSum{order: binary.ByteOrder(binary.LittleEndian)}
	if magic&1 != 0 {
		sum.order = binary.BigEndian
	}
	copy(log.salts[:], header[logSaltsAt:])
	sum.add(header[:24])
	if !sum.is(header[24:]) {
		return log, nil
	}
	frame := make([]byte, frameHeaderSize+pageSize)
	var uncommitted []sqliteHeader
	for {
		if ok, err := readWhole(reader, frame); !ok {
			return log, err
		}
		sum.add(frame[:8])
		sum.add(frame[frameHeaderSize:])
		if !bytes.Equal(frame[8:16], log.salts[:]) || !sum.is(frame[16:]) {
			return log, nil
		}
		if binary.BigEndian.Uint32(frame) == 1 {
			uncommitted = append(uncommitted, sqliteHeader(frame[frameHeaderSize:]))
		}
		if binary.BigEndian.Uint32(frame[4:]) != 0 { // the last frame of a transaction
			log.commits++
			log.headers = append(log.headers, uncommitted...)
			uncommitted = uncommitted[:0]
		}
	}
}

// readWhole fills the buffer; ok is false where the log ends before.
func readWhole(from io.Reader, buffer []byte) (ok bool, err error) {
	_, err = io.ReadFull(from, buffer)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	return err == nil, err
}

// logSum is the checksum over all of a log up to here.
type logSum struct {
	order  binary.ByteOrder
	s0, s1 uint32
}

func (s *logSum) add(data []byte) {
	for ; len(data) >= 8; data = data[8:] {
		s.s0 += s.order.Uint32(data) + s.s1
		s.s1 += s.order.Uint32(data[4:]) + s.s0
	}
}

func (s *logSum) is(stored []byte) bool {
	return s.s0 == binary.BigEndian.Uint32(stored) && s.s1 == binary.BigEndian.Uint32(stored[4:])
}

// beganOn reports whether the log can have begun on the database that now has this
// header. A log without marks, as other programs write it, can belong to any.
func (l *logContent) beganOn(header sqliteHeader) bool {
	marked := false
	for _, in := range l.headers {
		if in == header { // a checkpoint has written it
			return true
		}
		if in.applicationID() == l.salts.id() {
			if in.userVersion() == header.fingerprint() {
				return true
			}
			marked = true
		}
	}
	return !marked
}

// logTries is how often a log is read again while others write to it.
const logTries = 20

// checkLog returns an error if the log beside a database belongs to another one. file
// is the database, nil where there is none.
func checkLog(path string, file io.ReaderAt) error {
	for range logTries {
		header, found, err := headerOf(file)
		if err != nil {
			return err
		}
		log, err := readLogFile(path + logSuffix)
		if err != nil || log.commits == 0 {
			return err
		}
		if found && log.beganOn(header) {
			return nil
		}
		// Another process may have begun a new log in between.
		now, _, err := headerOf(file)
		if err != nil {
			return err
		}
		again, err := readLogFile(path + logSuffix)
		if err != nil {
			return err
		}
		if now == header && again.salts == log.salts {
			return &foreignLogError{path: path, missing: !found}
		}
	}
	return nil // it is being written to all the time, and so in use
}

// checkLogAlone returns an error if there is a log without a database. SQLite would
// remove it.
func checkLogAlone(path string) error {
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		return nil
	}
	return checkLog(path, nil)
}

func headerOf(file io.ReaderAt) (header sqliteHeader, found bool, err error) {
	if file == nil {
		return sqliteHeader{}, false, nil
	}
	return readHeader(file)
}

func readLogFile(path string) (logContent, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return logContent{}, nil
	}
	if err != nil {
		return logContent{}, err
	}
	defer func() { _ = file.Close() }() // nothing was written to it
	return readLog(file)
}

// foreignLogError says that a log belongs to another database than the one beside it.
type foreignLogError struct {
	path    string
	missing bool // there is no database, or an empty one
}

// Error names both files and both ways out.
func (e *foreignLogError) Error() string {
	if e.missing {
		return fmt.Sprintf("%[1]s is missing or empty, but its write-ahead log %[1]s-wal is not; nothing was changed. "+
			"Either put the database file back that the log belongs to, or, to do without the changes in the log, "+
			"move %[1]s-wal and %[1]s-shm away, put a backup in place as %[1]s, and start again", e.path)
	}
	return fmt.Sprintf("the write-ahead log %[1]s-wal belongs to another database file than %[1]s, "+
		"which was probably replaced by a copy while the log was left behind; nothing was changed. "+
		"Either keep %[1]s as it is, without the changes in the log: move %[1]s-wal and %[1]s-shm away and start again. "+
		"Or keep the log: put the database file back that it belongs to as %[1]s, and start again", e.path)
}
