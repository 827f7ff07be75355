package library

import (
	"strings"
	"testing"
)

// lifeCycle is every state and event once more, as a table to read: what each event leads to
// from each state, in the order of States, and "-" where it cannot happen.
const lifeCycle = `
event                        | none         waiting queued   fetching probing      to_transcode transcoding   probing_again finished failed to_look_up looking_up external
upload started               | waiting      -       -        -        -            -            -             -             -        -      -          -          -
import                       | queued       -       -        -        -            -            -             -             -        -      -          -          -
import from a provider       | to_look_up   -       -        -        -            -            -             -             -        -      -          -          -
created as waiting_for_upload| waiting      -       -        -        -            -            -             -             -        -      -          -          -
created as queued            | queued       -       -        -        -            -            -             -             -        -      -          -          -
created as transcoding       | transcoding  -       -        -        -            -            -             -             -        -      -          -          -
created as finished          | finished     -       -        -        -            -            -             -             -        -      -          -          -
created as failed            | failed       -       -        -        -            -            -             -             -        -      -          -          -
created as external          | external     -       -        -        -            -            -             -             -        -      -          -          -
bytes received               | -            waiting -        -        -            -            -             -             -        -      -          -          -
upload completed             | -            queued  -        -        -            -            -             -             -        -      -          -          -
fetch begins                 | -            -       fetching fetching -            -            -             -             -        -      -          -          -
fetched                      | -            -       -        queued   -            -            -             -             -        -      -          -          -
preparation begins           | -            -       probing  -        probing      -            probing_again probing_again -        -      -          -          -
probed                       | -            -       -        -        transcoding  -            -             transcoding   -        -      -          -          -
probed, takes long           | -            -       -        -        to_transcode -            to_transcode  to_transcode  -        -      -          -          -
transcoding begins           | -            -       -        -        -            transcoding  transcoding   transcoding   -        -      -          -          -
playable                     | -            -       -        -        -            -            finished      -             -        -      -          -          -
error                        | -            -       -        failed   failed       -            failed        failed        -        -      -          -          -
look-up begins               | -            -       -        -        -            -            -             -             -        -      looking_up looking_up -
looked up                    | -            -       -        -        -            -            -             -             -        -      -          external   -
cancelled                    | -            -       failed   failed   failed       failed       failed        failed        -        -      external   external   -
tried again                  | -            -       -        -        -            -            -             -             -        queued -          -          -
renditions lost              | -            -       -        -        -            -            -             -             queued   queued -          -          -
original and renditions lost | -            -       -        -        -            -            -             -             failed   -      -          -          -
`

func TestLife_EachEventInEachState(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(lifeCycle), "\n")
	_, head, _ := strings.Cut(lines[0], "|")
	states := strings.Fields(head)
	if want := len(States()) + 1; len(states) != want {
		t.Fatalf("the table has %d states, want %d", len(states), want)
	}
	for i, s := range States() {
		if states[i+1] != string(s) {
			t.Errorf("column %d is of the state %s, want %s", i+1, states[i+1], s)
		}
	}
	told, listed := 0, make(map[Event]bool)
	for _, line := range lines[1:] {
		name, row, _ := strings.Cut(line, "|")
		event := Event(strings.TrimSpace(name))
		listed[event] = true
		for i, want := range strings.Fields(row) {
			from := State(states[i])
			if i == 0 {
				from = unborn
			}
			next, can := from.after(event)
			if can != (want != "-") || can && string(next) != want {
				t.Errorf("%q in the state %q leads to %q, %t; want %s", event, from, next, can, want)
			}
			if can {
				told++
			}
			if can != from.can(event) {
				t.Errorf("%q in the state %q can happen: %t", event, from, !can)
			}
		}
	}
	if told != len(transitions) {
		t.Errorf("the table has %d transitions, and the life cycle %d", told, len(transitions))
	}
	for _, one := range transitions {
		if !listed[one.Event] {
			t.Errorf("the table does not have the event %q", one.Event)
		}
	}
}

// What is shown of each state is what was stored as a pair before there were states.
func TestLife_ShowsEachState(t *testing.T) {
	t.Parallel()
	for state, want := range map[State]struct {
		status   TranscodingStatus
		stage    Stage
		workedOn bool
		percent  int64
	}{
		StateWaiting:      {WaitingForUpload, StageWaiting, false, 0},
		StateQueued:       {Queued, StageQueued, false, 0},
		StateFetching:     {Queued, StageFetching, true, 0},
		StateProbing:      {Queued, StageProbing, true, 0},
		StateToTranscode:  {Transcoding, StageQueued, false, 0},
		StateTranscoding:  {Transcoding, StageTranscoding, true, 0},
		StateProbingAgain: {Transcoding, StageProbing, true, 0},
		StateFinished:     {Finished, StageFinished, false, 100},
		StateFailed:       {Failed, StageFailed, false, 0},
		StateToLookUp:     {External, StageQueued, false, 0},
		StateLookingUp:    {External, StageFetching, true, 0},
		StateExternal:     {External, StageFinished, false, 100},
	} {
		if state.Status() != want.status || state.Stage() != want.stage ||
			state.isWorkedOn() != want.workedOn || state.percent() != want.percent {
			t.Errorf("%s is shown as %s at the stage %s, worked on %t, %d %%; want %+v",
				state, state.Status(), state.Stage(), state.isWorkedOn(), state.percent(), want)
		}
	}
	pairs := make(map[string]State)
	for _, s := range States() {
		pair := string(s.Status()) + " " + string(s.Stage())
		if pairs[pair] != "" {
			t.Errorf("%s and %s are both shown as %s", s, pairs[pair], pair)
		}
		pairs[pair] = s
	}
}
