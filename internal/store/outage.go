package store

import (
	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/library"
)

// Outage classifies an error of a store: library.KindUnavailable if the database cannot
// be reached or was replaced, library.KindNoSpace if it is full, library.KindInternal otherwise.
func Outage(err error) library.Kind {
	switch db.FaultOf(err) {
	case db.Unavailable:
		return library.KindUnavailable
	case db.Full:
		return library.KindNoSpace
	default:
		return library.KindInternal
	}
}

// ReplacedError says that the files of a database that is in use were replaced or removed.
type ReplacedError = db.ReplacedError
