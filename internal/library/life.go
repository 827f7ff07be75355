package library

import (
	"context"
	"fmt"
)

// State is where a media item is in its life cycle. It is stored, and nothing else about
// the life cycle is: the status on the wire and the stage of the processing follow from it.
type State string

// The states.
const (
	StateWaiting      State = "waiting"       // for its upload to be completed
	StateQueued       State = "queued"        // for a worker that fetches it, or prepares it once its bytes are here
	StateFetching     State = "fetching"      // from the address of an import
	StateProbing      State = "probing"       // to find out what the bytes are
	StateToTranscode  State = "to_transcode"  // for a worker with time, because transcoding it takes long
	StateTranscoding  State = "transcoding"   // into renditions
	StateProbingAgain State = "probing_again" // after a worker was cut off that had begun to transcode it
	StateFinished     State = "finished"      // it plays
	StateFailed       State = "failed"        // with a reason, and until it is tried again
	StateToLookUp     State = "to_look_up"    // it plays elsewhere; a worker is to ask there for its title
	StateLookingUp    State = "looking_up"    // a worker is asking
	StateExternal     State = "external"      // it plays elsewhere, and nothing is left to do
)

// unborn is the state before the first: no media item has it.
const unborn State = ""

// Event is what can happen to a media item in its life cycle.
type Event string

// The events.
const (
	EventStartUpload     Event = "upload started"
	EventImport          Event = "import"
	EventImportExternal  Event = "import from a provider"
	EventReceive         Event = "bytes received"
	EventComplete        Event = "upload completed"
	EventBeginFetch      Event = "fetch begins"
	EventFetched         Event = "fetched"
	EventBeginPrepare    Event = "preparation begins"
	EventProbed          Event = "probed"
	EventProbedLong      Event = "probed, takes long"
	EventBeginTranscode  Event = "transcoding begins"
	EventFinish          Event = "playable"
	EventFail            Event = "error"
	EventBeginLookUp     Event = "look-up begins"
	EventLookedUp        Event = "looked up"
	EventCancel          Event = "cancelled"
	EventRetry           Event = "tried again"
	EventRenditionsLost  Event = "renditions lost"
	EventEverythingLost  Event = "original and renditions lost"
	eventLoadWaiting     Event = loadedAs + Event(WaitingForUpload)
	eventLoadQueued      Event = loadedAs + Event(Queued)
	eventLoadTranscoding Event = loadedAs + Event(Transcoding)
	eventLoadFinished    Event = loadedAs + Event(Finished)
	eventLoadFailed      Event = loadedAs + Event(Failed)
	eventLoadExternal    Event = loadedAs + Event(External)
)

// loadedAs begins the events of media items that are created with a status, as those of a
// fixture are.
const loadedAs Event = "created as "

// Transition is one line of the life cycle: in this state, this event leads to that state.
type Transition struct {
	From  State // "" where the event creates the media item
	Event Event
	To    State
}

//go:generate go run ../../docs/gen ../../docs/life.md

// transitions is the life cycle. What it does not list does not happen.
var transitions = []Transition{
	{unborn, EventStartUpload, StateWaiting},
	{unborn, EventImport, StateQueued},
	{unborn, EventImportExternal, StateToLookUp},
	{unborn, eventLoadWaiting, StateWaiting},
	{unborn, eventLoadQueued, StateQueued},
	{unborn, eventLoadTranscoding, StateTranscoding},
	{unborn, eventLoadFinished, StateFinished},
	{unborn, eventLoadFailed, StateFailed},
	{unborn, eventLoadExternal, StateExternal},

	{StateWaiting, EventReceive, StateWaiting},
	{StateWaiting, EventComplete, StateQueued},

	{StateQueued, EventBeginFetch, StateFetching},
	{StateQueued, EventBeginPrepare, StateProbing},
	{StateQueued, EventCancel, StateFailed},

	{StateFetching, EventBeginFetch, StateFetching}, // the worker before was cut off
	{StateFetching, EventFetched, StateQueued},
	{StateFetching, EventFail, StateFailed},
	{StateFetching, EventCancel, StateFailed},

	{StateProbing, EventBeginPrepare, StateProbing}, // the worker before was cut off
	{StateProbing, EventProbed, StateTranscoding},
	{StateProbing, EventProbedLong, StateToTranscode},
	{StateProbing, EventFail, StateFailed},
	{StateProbing, EventCancel, StateFailed},

	{StateToTranscode, EventBeginTranscode, StateTranscoding},
	{StateToTranscode, EventCancel, StateFailed},

	{StateTranscoding, EventBeginTranscode, StateTranscoding}, // the worker before was cut off
	{StateTranscoding, EventBeginPrepare, StateProbingAgain},  // the same, while it prepared
	{StateTranscoding, EventProbedLong, StateToTranscode},     // which only an attempt has shown
	{StateTranscoding, EventFinish, StateFinished},
	{StateTranscoding, EventFail, StateFailed},
	{StateTranscoding, EventCancel, StateFailed},

	{StateProbingAgain, EventBeginPrepare, StateProbingAgain},
	{StateProbingAgain, EventBeginTranscode, StateTranscoding}, // two jobs were cut off, and this one is first
	{StateProbingAgain, EventProbed, StateTranscoding},
	{StateProbingAgain, EventProbedLong, StateToTranscode},
	{StateProbingAgain, EventFail, StateFailed},
	{StateProbingAgain, EventCancel, StateFailed},

	{StateFinished, EventRenditionsLost, StateQueued},
	{StateFinished, EventEverythingLost, StateFailed},

	{StateFailed, EventRetry, StateQueued},
	{StateFailed, EventRenditionsLost, StateQueued},

	{StateToLookUp, EventBeginLookUp, StateLookingUp},
	{StateToLookUp, EventCancel, StateExternal},

	{StateLookingUp, EventBeginLookUp, StateLookingUp}, // the worker before was cut off
	{StateLookingUp, EventLookedUp, StateExternal},
	{StateLookingUp, EventCancel, StateExternal},
}

// nextStates is the transitions by state and event.
var nextStates = func() map[State]map[Event]State {
	next := make(map[State]map[Event]State)
	for _, t := range transitions {
		if next[t.From] == nil {
			next[t.From] = make(map[Event]State)
		}
		next[t.From][t.Event] = t.To
	}
	return next
}()

// LifeCycle returns the transitions of the life cycle, those of one state together.
func LifeCycle() []Transition { return append([]Transition(nil), transitions...) }

// States returns the states in the order in which a media item usually passes through them.
func States() []State {
	return []State{
		StateWaiting, StateQueued, StateFetching, StateProbing, StateToTranscode, StateTranscoding, StateProbingAgain,
		StateFinished, StateFailed, StateToLookUp, StateLookingUp, StateExternal,
	}
}

// after returns the state that an event leads to, and false where it cannot happen.
func (s State) after(e Event) (State, bool) {
	next, can := nextStates[s][e]
	return next, can
}

// can reports whether an event can happen.
func (s State) can(e Event) bool {
	_, can := s.after(e)
	return can
}

// Status is the state as the wire has it.
func (s State) Status() TranscodingStatus {
	switch s {
	case StateWaiting:
		return WaitingForUpload
	case StateQueued, StateFetching, StateProbing:
		return Queued
	case StateToTranscode, StateTranscoding, StateProbingAgain:
		return Transcoding
	case StateFinished:
		return Finished
	case StateFailed:
		return Failed
	case StateToLookUp, StateLookingUp, StateExternal:
		return External
	case unborn:
	}
	return ""
}

// Stage is the state as the progress of the processing has it.
func (s State) Stage() Stage {
	switch s {
	case StateWaiting:
		return StageWaiting
	case StateQueued, StateToTranscode, StateToLookUp:
		return StageQueued
	case StateFetching, StateLookingUp:
		return StageFetching
	case StateProbing, StateProbingAgain:
		return StageProbing
	case StateTranscoding:
		return StageTranscoding
	case StateFinished, StateExternal:
		return StageFinished
	case StateFailed:
		return StageFailed
	case unborn:
	}
	return ""
}

// isWorkedOn reports whether a run has the media item.
func (s State) isWorkedOn() bool {
	switch s {
	case StateFetching, StateProbing, StateTranscoding, StateProbingAgain, StateLookingUp:
		return true
	default:
		return false
	}
}

// percent is how much of its stage is done when a media item comes to a state.
func (s State) percent() int64 {
	if s.Stage() == StageFinished {
		return 100
	}
	return 0
}

// happens changes the state of a media item, which is locked, as an event demands. Nothing
// else changes it. The work on it is stored with it: its address, and where the new state has
// them, the run and the reason of the failure.
func (c *Change) happens(ctx context.Context, m Media, e Event, p Processing) error {
	next, can := m.State.after(e)
	if !can {
		return &Error{
			Kind: KindInternal, Message: "the state of media " + idText(m.ID) + " does not allow this",
			Err: fmt.Errorf("event %q in the state %q", e, m.State),
		}
	}
	p.Percent, p.UpdatedAt = next.percent(), c.now
	if !next.isWorkedOn() {
		p.Run = nil
	}
	if next != StateFailed {
		p.Message = nil
	}
	if err := c.setProcessing(ctx, m.ID, p); err != nil {
		return err
	}
	return c.tx.SetMediaState(ctx, m.ID, next)
}
