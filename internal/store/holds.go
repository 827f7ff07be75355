package store

import (
	"sync/atomic"

	"github.com/lectern-media/lectern/internal/db"
)

// state names one state of the database. The zero state is not known.
type state = db.State

// holds remembers in which state something was last found to be true.
type holds struct{ in atomic.Int64 }

// since says whether it was found true in this state, and so still is.
func (h *holds) since(now state) bool { return now != 0 && h.in.Load() == int64(now) }

// from notes that it was found true in a state that began at now or later. If others
// have committed since, now does not come back, and the note says nothing.
func (h *holds) from(now state) { h.in.Store(int64(now)) }
