package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/testkit"
)

// fetcher returns what fetches jobs for a node that no river runs on.
func (n *node) fetcher(name string) *turns {
	return &turns{
		db: n.db, river: n.backend.riverDriver(), words: n.backend.turnWords(), node: name, log: slog.New(slog.DiscardHandler),
	}
}

// owning is a greeting on behalf of an owner.
func owning(owner, whom string) Job {
	j := greet(whom)
	j.Owner = owner
	return j
}

// endAs changes a job that runs to another state, as its end or its failing does.
func (n *node) endAs(id int64, state string) {
	n.t.Helper()
	finalized := ""
	if state == "completed" {
		finalized = ", finalized_at = " + n.backend.turnWords().now
	}
	n.exec(fmt.Sprintf("UPDATE river_job SET state = '%s'%s WHERE id = %d", state, finalized, id))
}

// modelJob is a job in the plain model of who is next.
type modelJob struct {
	id    int64
	owner string
}

// modelTurn is an attempt in the model.
type modelTurn struct {
	owner        string
	began, ended int64 // 0 while it is made
}

// model says whose turn it is by looking at every attempt there ever was.
type model struct {
	now     int64
	waiting []modelJob // in the order in which they wait
	running []modelJob
	turns   map[int64][]modelTurn // of each job
}

func (m *model) used(owner string) (used int64) {
	since := m.now - turnWindow.Milliseconds()
	for _, turns := range m.turns {
		for _, turn := range turns {
			ended := cmp.Or(turn.ended, m.now)
			if turn.owner == owner && (turn.ended == 0 || ended > since) {
				used += max(ended-max(turn.began, since), turnLeast.Milliseconds())
			}
		}
	}
	return used
}

// take takes the next job: of those that wait, the first one of the owner who had least.
func (m *model) take() (id int64, found bool) {
	if len(m.waiting) == 0 {
		return 0, false
	}
	best := 0
	for i, j := range m.waiting {
		if m.used(j.owner) < m.used(m.waiting[best].owner) {
			best = i
		}
	}
	j := m.waiting[best]
	m.waiting = slices.Delete(m.waiting, best, best+1)
	m.running = append(m.running, j)
	m.turns[j.id] = append(m.turns[j.id], modelTurn{owner: j.owner, began: m.now})
	return j.id, true
}

// end ends the attempt at a job that runs.
func (m *model) end(i int) modelJob {
	j := m.running[i]
	m.running = slices.Delete(m.running, i, i+1)
	last := m.turns[j.id]
	last[len(last)-1].ended = m.now
	return j
}

// Three owners add jobs, which take turns: whatever they add, whatever fails and is tried
// again, and however long it takes, the next job is that of the plain model. Two nodes fetch.
func TestTurns_AreThoseOfTheModel(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		random := rand.New(rand.NewPCG(13, 35))
		m := &model{now: 1_000_000_000, turns: map[int64][]modelTurn{}}
		nodes := []*turns{n.fetcher("one"), n.fetcher("two")}
		owners := []string{"ada", "bob", "", "cleo"}
		taken := map[string]int{}
		for step := range 400 {
			m.now += random.Int64N(40_000)
			for _, f := range nodes {
				f.words.millis = fmt.Sprint(m.now)
			}
			switch random.IntN(6) {
			case 0, 1: // one owner adds many more than the others
				owner := owners[random.IntN(len(owners))]
				for i := range 1 + random.IntN(4)*strings.Count(owner, "ada") {
					id := n.add(owning(owner, fmt.Sprint(step, "-", i)))
					m.waiting = append(m.waiting, modelJob{id: id, owner: owner})
				}
			case 2, 3:
				most := 1 + random.IntN(3)
				rows, err := nodes[random.IntN(2)].take(t.Context(), Short, []string{greeting}, most)
				if err != nil {
					t.Fatal(err)
				}
				var got, want []int64
				for _, row := range rows {
					got = append(got, row.ID)
				}
				for len(want) < most {
					id, found := m.take()
					if !found {
						break
					}
					want = append(want, id)
				}
				if !slices.Equal(got, want) {
					t.Fatalf("step %d: taken are %v, want %v", step, got, want)
				}
				for _, id := range got {
					taken[m.turns[id][0].owner]++
				}
			case 4, 5:
				if len(m.running) == 0 {
					continue
				}
				j := m.end(random.IntN(len(m.running)))
				if random.IntN(3) == 0 { // it failed, and is tried again at once
					n.endAs(j.id, "available")
					m.waiting = append(m.waiting, j)
					slices.SortFunc(m.waiting, func(a, b modelJob) int { return cmp.Compare(a.id, b.id) })
				} else {
					n.endAs(j.id, "completed")
				}
				if err := nodes[0].end(t.Context(), j.id); err != nil {
					t.Fatal(err)
				}
			}
		}
		if len(taken) != len(owners) {
			t.Errorf("taken were %v; the test is to have all owners", taken)
		}
	})
}

// One owner has a thousand jobs, another comes later with a few, a third with one that fails
// again and again: everybody is done long before the thousand.
func TestTurns_OneOwnerDoesNotDelayOthers(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		n.change(func(tx *Tx) error {
			for i := range 200 {
				if _, err := tx.Enqueue(t.Context(), owning("ada", fmt.Sprint("ada", i))); err != nil {
					return err
				}
			}
			for _, job := range []Job{owning("bob", "bob0"), owning("bob", "bob1"), owning("bob", "bob2"), greet("nobody")} {
				if _, err := tx.Enqueue(t.Context(), job); err != nil {
					return err
				}
			}
			return nil
		})
		kind, made := greeter(succeed)
		n.work(kind)
		others := 4
		for i := range 12 {
			a := within(t, made)
			var whom struct{ Whom string }
			if err := json.Unmarshal(a.Args, &whom); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(whom.Whom, "ada") {
				others--
			}
			if i == 11 && others > 0 {
				t.Errorf("after 12 attempts, %d of the 4 jobs of others wait", others)
			}
		}
	})
}

// Of the fetches of a node, one owner has all but one at most.
func TestTurns_LeaveAFetchFree(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		one, two := n.fetcher("one"), n.fetcher("two")
		one.most = WorkerOptions{Workers: 1}.mostOfOwner()
		two.most = one.most
		add := func(owner, whom string) int64 {
			job := owning(owner, whom)
			job.Queue = Fetch
			return n.add(job)
		}
		for i := range 10 {
			add("ada", fmt.Sprint(i))
		}
		count := func(f *turns, most int) int {
			t.Helper()
			rows, err := f.take(t.Context(), Fetch, []string{greeting}, most)
			if err != nil {
				t.Fatal(err)
			}
			return len(rows)
		}
		if got := count(one, 4); got != 3 {
			t.Errorf("a node with four places gives one owner %d", got)
		}
		if got := count(one, 1); got != 0 {
			t.Errorf("and then %d more", got)
		}
		bobs := add("bob", "bob")
		if rows, err := one.take(t.Context(), Fetch, []string{greeting}, 1); err != nil || len(rows) != 1 || rows[0].ID != bobs {
			t.Errorf("the place that was left gets %v, %v; want job %d", rows, err, bobs)
		}
		if got := count(two, 4); got != 3 {
			t.Errorf("another node gives the owner %d, want 3", got)
		}
	})
}

// What an attempt leaves open, as when its node died, ends at the next fetch.
func TestTurns_OfDeadNodesEnd(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		f := n.fetcher("one")
		lost := n.add(owning("ada", "lost"))
		n.add(owning("ada", "next"))
		n.add(owning("bob", "other"))
		f.words.millis = "1000000000"
		if rows, err := f.take(t.Context(), Short, nil, 1); err != nil || len(rows) != 1 || rows[0].ID != lost {
			t.Fatalf("taken are %v, %v", rows, err)
		}
		n.endAs(lost, "completed")
		f.words.millis = "1000020000"
		if _, err := f.take(t.Context(), Short, nil, 1); err != nil { // bob's
			t.Fatal(err)
		}
		f.words.millis = fmt.Sprint(1_000_020_000 + turnWindow.Milliseconds() - 1)
		found, err := f.shares(t.Context(), Short, nil)
		if want := []share{{"ada", 10 * time.Second, 0}}; err != nil || !slices.Equal(found, want) {
			t.Errorf("at the end of the window the owner has had %v, %v; want %v", found, err, want)
		}
		f.words.millis = fmt.Sprint(1_000_020_000 + turnWindow.Milliseconds())
		found, err = f.shares(t.Context(), Short, nil)
		if want := []share{{"ada", 0, 0}}; err != nil || !slices.Equal(found, want) {
			t.Errorf("after the window the owner has had %v, %v; want %v", found, err, want)
		}
		if _, err := f.take(t.Context(), Short, nil, 1); err != nil {
			t.Fatal(err)
		}
		var rows int
		if err := n.db.Reads().QueryRowContext(t.Context(), "SELECT count(*) FROM job_turns").Scan(&rows); err != nil || rows != 2 {
			t.Errorf("%d turns are remembered, %v; want those of the two that run", rows, err)
		}
	})
}

// Several nodes that fetch at the same time take each job once.
func TestTurns_OfNodesAtTheSameTime(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		for i := range 60 {
			n.add(owning(fmt.Sprint("owner", i%3), fmt.Sprint(i)))
		}
		var mu sync.Mutex
		seen := map[int64]int{}
		var group sync.WaitGroup
		for worker := range 4 {
			f := n.fetcher(fmt.Sprint(worker))
			group.Go(func() {
				for range 30 {
					rows, err := f.take(t.Context(), Short, []string{greeting}, 1)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					for _, row := range rows {
						seen[row.ID]++
					}
					mu.Unlock()
				}
			})
		}
		group.Wait()
		if len(seen) != 60 {
			t.Errorf("%d of 60 jobs are taken", len(seen))
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("job %d is taken %d times", id, times)
			}
		}
	})
}

// A job that cannot be read, since somebody changed it by hand, does not keep others waiting.
func TestTurns_GoOnAfterADamagedRow(t *testing.T) {
	t.Parallel()
	n := openNode(t, "sqlite:"+t.TempDir()+"/library.db")
	damaged := n.add(owning("ada", "damaged"))
	sound := n.add(owning("bob", "sound"))
	n.exec("UPDATE river_job SET args = '{' WHERE id = $1", damaged)
	kind, made := greeter(succeed)
	n.work(kind)
	if a := within(t, made); a.ID != sound {
		t.Errorf("job %d is done, want %d", a.ID, sound)
	}
}

// explain returns the plan of a statement.
func (n *node) explain(query string, args ...any) string {
	n.t.Helper()
	conn, explain := n.db.Reads(), "EXPLAIN "
	if _, is := n.db.(*db.SQLite); is {
		explain = "EXPLAIN QUERY PLAN "
	}
	rows, err := conn.QueryContext(n.t.Context(), explain+query, args...)
	if err != nil {
		n.t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	columns, _ := rows.Columns()
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		var line any
		values[len(values)-1] = &line
		if err := rows.Scan(values...); err != nil {
			n.t.Fatal(err)
		}
		fmt.Fprintln(&plan, line)
	}
	if err := rows.Err(); err != nil {
		n.t.Fatal(err)
	}
	return plan.String()
}

// Neither statement reads all jobs that wait, or all that are over.
func TestTurns_AreFoundInAnIndex(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		n.change(func(tx *Tx) error {
			for i := range 3000 {
				if _, err := tx.Enqueue(t.Context(), owning(fmt.Sprint("owner", i%20), fmt.Sprint(i))); err != nil {
					return err
				}
			}
			return nil
		})
		n.exec("UPDATE river_job SET state = 'completed', finalized_at = " + n.backend.turnWords().now + " WHERE id % 2 = 0")
		if err := n.db.Analyze(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		f := n.fetcher("one")
		for _, plan := range []string{
			n.explain(f.sharesQuery([]string{greeting}), string(Short), "one"),
			n.explain(f.takeQuery([]string{greeting}), string(Short), "owner1", "one"),
		} {
			t.Log(plan)
			if !strings.Contains(plan, "lectern_job_turns") || strings.Contains(plan, "Seq Scan on river_job") || strings.Contains(plan, "SCAN river_job") || strings.Contains(plan, "SCAN first") {
				t.Errorf("the plan reads jobs otherwise than from the index:\n%s", plan)
			}
		}
	})
}
