package db

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// A rollback journal is what SQLite has instead of a log before a new database is
// switched to one, or where somebody has switched it back. SQLite undoes by it what was
// not committed, in whatever database lies beside it.

// Layout of a journal.
const (
	journalMagic      = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
	journalHeaderSize = 28
	journalPages      = 16 // offset of the database's size before, in pages
	journalSector     = 20 // offset of the size of a sector, where the records begin
	journalPageSize   = 24
	maxSector         = 65536
)

// checkJournal returns an error if the journal beside a database belongs to another one:
// the one that it belongs to has either the header of before, or one that counts one
// change more.
func checkJournal(path string, database io.ReaderAt) error {
	journal, err := os.Open(path + journalSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = journal.Close() }() // nothing was written to it
	header, found, err := readHeader(database)
	if err != nil || !found { // a database without a page has nothing to lose
		return err
	}
	before, known, err := headerInJournal(journal)
	if err != nil || !known || header == before {
		return err
	}
	count := func(h sqliteHeader) uint32 { return binary.BigEndian.Uint32(h[headerChangeCounter:]) }
	if count(header) == count(before)+1 {
		return nil
	}
	return fmt.Errorf("the rollback journal %[1]s-journal belongs to another database file than %[1]s, "+
		"which was probably replaced by a copy while the journal was left behind; nothing was changed. "+
		"Either keep %[1]s as it is: move %[1]s-journal away and start again. "+
		"Or put the database file back that the journal belongs to as %[1]s, and start again", path)
}

// headerInJournal returns the header that the database had before, where the journal
// holds it.
func headerInJournal(journal io.ReaderAt) (header sqliteHeader, found bool, err error) {
	var start [journalHeaderSize]byte
	if _, err := journal.ReadAt(start[:], 0); err != nil {
		return header, false, ignoreEnd(err)
	}
	sector := int64(binary.BigEndian.Uint32(start[journalSector:]))
	pageSize := int64(binary.BigEndian.Uint32(start[journalPageSize:]))
	if string(start[:8]) != journalMagic || sector < 32 || sector > maxSector || pageSize < 512 || pageSize > maxPageSize {
		return header, false, nil // SQLite ignores it too
	}
	const numberSize, sumSize = 4, 4
	var number [numberSize]byte
	for at := sector; ; at += numberSize + pageSize + sumSize {
		if _, err := journal.ReadAt(number[:], at); err != nil {
			return header, false, ignoreEnd(err)
		}
		if binary.BigEndian.Uint32(number[:]) == 1 {
			header, found, err = readHeader(io.NewSectionReader(journal, at+numberSize, pageSize))
			return header, found, err
		}
	}
}

func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
