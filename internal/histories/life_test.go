package histories

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// The life cycle of a media item, as the model has it. It is written down a second time, in
// words, so that a line of package library's table that is wrong or missing shows.

// lifeOfModel says where each event leads to from each state in which it can happen.
const lifeOfModel = `
waiting: bytes received → waiting; upload completed → queued
queued: fetch begins → fetching; preparation begins → probing; cancelled → failed
fetching: fetch begins → fetching; fetched → queued; error → failed; cancelled → failed
probing: preparation begins → probing; probed → transcoding; probed, takes long → to_transcode; error → failed; cancelled → failed
to_transcode: transcoding begins → transcoding; cancelled → failed
transcoding: transcoding begins → transcoding; preparation begins → probing_again; probed, takes long → to_transcode
transcoding: playable → finished; error → failed; cancelled → failed
probing_again: preparation begins → probing_again; transcoding begins → transcoding; probed → transcoding
probing_again: probed, takes long → to_transcode; error → failed; cancelled → failed
finished: renditions lost → queued; original and renditions lost → failed
failed: tried again → queued; renditions lost → queued
to_look_up: look-up begins → looking_up; cancelled → external
looking_up: look-up begins → looking_up; looked up → external; cancelled → external
`

// leadsTo is lifeOfModel by state and event.
var leadsTo = func() map[string]map[string]string {
	life := make(map[string]map[string]string)
	for line := range strings.Lines(strings.TrimSpace(lifeOfModel)) {
		state, events, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if life[state] == nil {
			life[state] = make(map[string]string)
		}
		for one := range strings.SplitSeq(events, "; ") {
			event, to, _ := strings.Cut(one, " → ")
			life[state][event] = to
		}
	}
	return life
}()

// createdAs is the state of a media item that is created with a status.
var createdAs = map[string]string{
	"waiting_for_upload": "waiting", "queued": "queued", "transcoding": "transcoding", "finished": "finished",
	"failed": "failed", "external": "external",
}

// shownAs is the status and the stage that each state is shown as.
var shownAs = map[string][2]string{
	"waiting":       {"waiting_for_upload", "waiting"},
	"queued":        {"queued", "queued"},
	"fetching":      {"queued", "fetching"},
	"probing":       {"queued", "probing"},
	"to_transcode":  {"transcoding", "queued"},
	"transcoding":   {"transcoding", "transcoding"},
	"probing_again": {"transcoding", "probing"},
	"finished":      {"finished", "finished"},
	"failed":        {"failed", "failed"},
	"to_look_up":    {"external", "queued"},
	"looking_up":    {"external", "fetching"},
	"external":      {"external", "finished"},
}

func (m *media) status() string { return shownAs[m.state][0] }

// lives applies an event that the state allows. The attempt that holds the media item
// loses it with the next state, unless that state goes on with the same work.
func (m *media) lives(event string) bool {
	to, can := leadsTo[m.state][event]
	if can {
		m.state = to
		m.held = m.held && to == "transcoding"
	}
	return can
}

// arrive creates a media item whose bytes are to come, or that plays elsewhere.
type arrive struct {
	media, owner, home int // no home is the owner's My Library
	event              string
}

// arrivals is the state after each event that creates a media item.
var arrivals = map[string]string{
	"upload started": "waiting", "import": "queued", "import from a provider": "to_look_up",
}

func (x *arrive) String() string {
	return fmt.Sprintf("%s: m%d of p%d%s", x.event, x.media, x.owner, at(" in ", x.home))
}

func (x *arrive) title() string {
	if x.event == "upload started" {
		return "Untitled"
	}
	return fmt.Sprintf("m%d", x.media)
}

func (x *arrive) inModel(w *world, by asker) verdict {
	if !by.operator && !mayUpload(by.roles) || !by.all() && by.person != x.owner && !w.personWithin(by, x.owner) {
		return forbidden
	}
	if w.people[x.owner] == nil {
		return notFound
	}
	home := x.home
	if home == 0 {
		home = w.people[x.owner].library
	} else if v := w.mayBeHome(by, home, x.owner); v != ok {
		return v
	}
	w.media[x.media] = &media{
		title: x.title(), owner: x.owner, home: home, in: map[int]place{home: {created: theNow}}, shares: make(map[grantee]level),
		tags: make(map[string]bool), state: arrivals[x.event], address: x.event != "upload started", created: theNow,
		startedBy: by.person,
	}
	return ok
}

// mayUpload says whether somebody with these roles may upload at all.
func mayUpload(roles map[string]bool) bool {
	return roles["Admin"] || roles["Subaccount admin"] || roles["Teacher"] || roles["Student"]
}

// mayReceive says whether the addresses of an upload still work (section 3): the media item is
// not archived, and the person who started it could still start it. Of an upload that the
// operator started, the owner has to be active.
func (w *world) mayReceive(m *media) bool {
	starter := m.startedBy
	if starter == 0 {
		starter = m.owner
	}
	p := w.people[starter]
	if m.archived || p == nil || !p.active {
		return false
	}
	forOthers := p.roles["Admin"] || p.roles["Subaccount admin"]
	return m.startedBy == 0 || mayUpload(p.roles) && (starter == m.owner || forOthers)
}

func (x *arrive) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	owner, home := ids.people.id(x.owner), ids.collections.id(x.home)
	var id library.MediaID
	var err error
	if x.event == "upload started" {
		var m library.Media
		m, err = c.StartUpload(ctx, library.NewUpload{Owner: owner, Home: home})
		id = m.ID
	} else {
		n := library.NewImport{Owner: owner, Home: home, Title: x.title(), URL: "https://films.test/a.mp4"}
		if x.event == "import from a provider" {
			n.External = library.SourceVimeo
		}
		var m library.MediaAtHome
		m, err = c.ImportMedia(ctx, n)
		id = m.ID
	}
	ids.media.name(id, x.media)
	return err
}

// ask is what people ask for in a life cycle: "upload completed", "tried again" or
// "cancelled".
type ask struct {
	media int
	event string
}

func (x *ask) String() string { return fmt.Sprintf("m%d: %s", x.media, x.event) }

func (x *ask) inModel(w *world, by asker) verdict {
	need := map[string]level{"upload completed": own, "tried again": edit, "cancelled": nothing}[x.event]
	if x.event == "cancelled" && !by.operator {
		return forbidden
	}
	if v := w.mayDo(by, x.media, need); v != ok {
		return v
	}
	it := w.media[x.media]
	if x.event != "cancelled" && it.archived {
		return invalid
	}
	was := it.state
	switch {
	case !it.lives(x.event):
		return conflict
	case x.event == "upload completed" && !it.bytes, x.event == "tried again" && !it.bytes && !it.address:
		it.state = was
		return invalid
	case x.event == "upload completed":
		it.title = fmt.Sprintf("m%d", x.media)
	}
	return ok
}

func (x *ask) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	id := ids.media.id(x.media)
	switch x.event {
	case "upload completed":
		return errorOf(c.CompleteUpload(ctx, id, library.Completion{Title: fmt.Sprintf("m%d", x.media)}))
	case "tried again":
		return c.RetryProcessing(ctx, id)
	default:
		return c.CancelWork(ctx, id)
	}
}

// happen is what happens to a media item behind the requests, in a transaction of the
// library's own: so it is a step of its own, and the operator's.
type happen struct {
	media int
	event string
}

func (x *happen) String() string { return fmt.Sprintf("m%d: %s", x.media, x.event) }

func (x *happen) inLibrary(context.Context, *library.Change, *names) error {
	return fmt.Errorf("%s is no part of a change", x)
}

// begins is the task that begins with an event, and whether it needs the bytes.
var begins = map[string]struct {
	task  library.Task
	bytes bool
}{
	"fetch begins":       {library.TaskFetch, false},
	"look-up begins":     {library.TaskLookUp, false},
	"preparation begins": {library.TaskPrepare, true},
	"transcoding begins": {library.TaskTranscode, true},
}

func (x *happen) inModel(w *world, _ asker) verdict {
	it := w.media[x.media]
	if it == nil && strings.HasSuffix(x.event, " lost") {
		return ok // its files have gone already
	}
	if it == nil {
		return notFound
	}
	if begin, is := begins[x.event]; is {
		if it.bytes != begin.bytes || !it.lives(x.event) {
			return conflict
		}
		it.held = true
		return ok
	}
	switch x.event {
	case "bytes received":
		if !it.lives(x.event) {
			return conflict
		}
		if !w.mayReceive(it) {
			return forbidden
		}
		it.bytes = true
	case "renditions lost":
		if it.made && it.lives(x.event) {
			it.made = false
		}
	case "original and renditions lost":
		if it.made {
			it.lives(x.event)
		}
	default:
		if !it.held {
			return conflict
		}
		if !it.lives(x.event) {
			return impossible
		}
		it.bytes, it.made = it.bytes || x.event == "fetched", it.made || x.event == "playable"
	}
	return ok
}

// happens makes the step that something happens behind the requests.
func (st *stage) happens(ctx context.Context, n *observer, x *happen) (verdict, *names, error) {
	id := n.ids.media.id(x.media)
	if begin, is := begins[x.event]; is {
		held, err := n.library.BeginWork(ctx, library.Job{Task: begin.task, Media: id})
		if err == nil {
			st.held[x.media] = held
		}
		return verdictOf(err), n.ids, err
	}
	held, begun := st.held[x.media]
	if !begun {
		held.Media.ID = id
	}
	arrived := library.Arrived{Media: id, Key: fmt.Sprintf("media/%d/a/original", id), Size: 1}
	folder := fmt.Sprintf("media/%d/%s/", id, held.Run)
	var err error
	switch x.event {
	case "bytes received":
		var m library.Media
		m, err = n.mediaOf(ctx, id)
		if err == nil {
			_, err = n.library.Uploaded(ctx, m.EmbedID, arrived)
		}
	case "fetched":
		err = n.library.Fetched(ctx, held, arrived)
	case "probed", "probed, takes long":
		err = n.library.Probed(ctx, held, 0, x.event != "probed")
	case "playable":
		err = n.library.FinishWork(ctx, held, 0, []library.MediaFile{
			{Kind: library.FileHLSMaster, Key: folder + "hls/master.m3u8"}, {Kind: library.FileHLSMedia, Key: folder + "hls/audio.mp4"},
		})
	case "error":
		err = n.library.FailWork(ctx, held, "It is broken.")
	case "looked up":
		err = n.library.LookedUp(ctx, held, "", 0, nil)
	case "renditions lost":
		err = n.library.LostFiles(ctx, id, func(key string) bool { return strings.Contains(key, "/hls/") })
	case "original and renditions lost":
		err = n.library.LostFiles(ctx, id, func(string) bool { return true })
	default:
		err = fmt.Errorf("nobody knows what %q is", x.event)
	}
	return verdictOf(err), n.ids, err
}

// mediaOf returns a media item as the operator sees it.
func (o *observer) mediaOf(ctx context.Context, id library.MediaID) (library.Media, error) {
	m, err := o.library.Media(ctx, library.Operator(), id)
	return m.Media, err
}

// inState compares the state of the media item that a step is about, and what is shown of
// it, and remembers the transitions.
func (st *stage) inState(ctx context.Context, s step, before *world) error {
	by, _ := before.signIn(s.by)
	w := before.clone()
	for _, c := range s.changes {
		number, event := eventOf(c)
		from := ""
		if it := w.media[number]; it != nil {
			from = it.state
		}
		c.inModel(w, by)
		it := st.world.media[number]
		if it == nil {
			continue
		}
		if to := w.media[number].state; from == "" || leadsTo[from][event] == to {
			st.lived[library.Transition{From: library.State(from), Event: library.Event(event), To: library.State(to)}]++
		}
		want := append([]string{it.state}, fmt.Sprint(shownAs[it.state]), fmt.Sprint(it.held))
		for _, n := range st.nodes {
			m, p, err := n.library.MediaProcessing(ctx, library.Operator(), n.ids.media.id(number))
			if err != nil {
				return err
			}
			got := []string{string(m.State), fmt.Sprint([]string{string(m.Status()), string(m.State.Stage())}), fmt.Sprint(p.Run != nil)}
			if !slices.Equal(got, want) {
				return fmt.Errorf("node %d: after %s, m%d is %v, want %v", n.node+1, s, number, got, want)
			}
		}
	}
	return nil
}

// eventOf is the media item and the event of the life cycle that a change is about.
func eventOf(c change) (media int, event string) {
	switch c := c.(type) {
	case *createMedia:
		return c.media, "created as " + c.status
	case *arrive:
		return c.media, c.event
	case *ask:
		return c.media, c.event
	case *happen:
		return c.media, c.event
	}
	return 0, ""
}

// asked is the events that people ask for.
var asked = []string{"upload completed", "tried again", "cancelled"}

// lifeEvent writes something that happens in the life cycle of a media item: mostly what its
// state allows.
func (a *author) lifeEvent(w *world, by asker) change {
	if !a.evenly && len(w.media) < 12 && a.oneIn(4) {
		return &arrive{a.media + 1, a.owner(w, by), a.collectionOr0(w), pick(a, inOrder(arrivals))}
	}
	m := a.medium(w)
	for _, n := range inOrder(w.media) { // often one that is on its way
		if state := w.media[n].state; !a.evenly && state != "finished" && state != "external" && a.oneIn(3) {
			m = n
			break
		}
	}
	if a.evenly || !by.operator {
		return &ask{m, pick(a, asked)}
	}
	event := pick(a, pick(a, slices.Collect(func(yield func([]string) bool) {
		for _, state := range inOrder(leadsTo) {
			if !yield(inOrder(leadsTo[state])) {
				return
			}
		}
	})))
	if it := w.media[m]; it != nil && leadsTo[it.state] != nil && !a.oneIn(4) {
		event = pick(a, inOrder(leadsTo[it.state]))
	}
	return writeEvent(m, event)
}

// writeEvent is the change that an event is.
func writeEvent(m int, event string) change {
	if slices.Contains(asked, event) {
		return &ask{m, event}
	}
	return &happen{m, event}
}

// tour writes a history in which every transition of the life cycle happens that the model
// knows of: for each the shortest way to its state, with a media item of its own.
func tour() []step {
	const owner = 2
	operator := asker{operator: true}
	type place struct {
		world *world
		way   []func(media int) change
	}
	var starts, events []func(m int) change
	for _, event := range inOrder(arrivals) {
		starts = append(starts, func(m int) change { return &arrive{m, owner, 0, event} })
	}
	for _, status := range inOrder(createdAs) {
		starts = append(starts, func(m int) change { return &createMedia{m, owner, 0, theNow, status} })
	}
	all := make(map[string]bool)
	for _, of := range leadsTo {
		for event := range of {
			all[event] = true
		}
	}
	for _, event := range inOrder(all) {
		events = append(events, func(m int) change { return writeEvent(m, event) })
	}
	var ways [][]func(int) change
	found, seen := make(map[string]bool), make(map[string]bool)
	queue := []place{{world: foundedWorld()}}
	for ; len(queue) > 0; queue = queue[1:] {
		here, next, from := queue[0], events, ""
		if it := here.world.media[1]; it == nil {
			next = starts
		} else {
			from = it.state
		}
		for _, write := range next {
			w, c := here.world.clone(), write(1)
			if c.inModel(w, operator) != ok {
				continue
			}
			it, way := w.media[1], append(slices.Clone(here.way), write)
			_, event := eventOf(c)
			transition := fmt.Sprintf("%s: %s → %s", from, event, it.state)
			if (from == "" || leadsTo[from][event] == it.state) && !found[transition] {
				found[transition] = true
				ways = append(ways, way)
			}
			if key := fmt.Sprint(it.state, it.bytes, it.made, it.address, it.held); !seen[key] {
				seen[key] = true
				queue = append(queue, place{w, way})
			}
		}
	}
	var steps []step
	for i, way := range ways {
		for _, write := range way {
			steps = append(steps, step{node: i % 2, changes: []change{write(i + 1)}, unasked: true})
		}
	}
	return steps
}

// reportLife says how often the transitions of the life cycle happened in histories, and
// fails where one never did.
func reportLife(t *testing.T, engine string, lived map[library.Transition]int) {
	t.Helper()
	rarest, least := library.Transition{}, -1
	for _, one := range library.LifeCycle() {
		n := lived[one]
		if n == 0 {
			t.Errorf("histories: no history had %q in the state %q lead to %q", one.Event, one.From, one.To)
		}
		if least < 0 || n < least {
			rarest, least = one, n
		}
	}
	for one := range lived {
		if !slices.Contains(library.LifeCycle(), one) {
			t.Errorf("histories: %v happened, which is not in the life cycle", one)
		}
	}
	testkit.Report("histories: %s, all %d transitions of the life cycle happened, the rarest %d times (%q in the state %q)",
		engine, len(library.LifeCycle()), least, rarest.Event, rarest.From)
}
