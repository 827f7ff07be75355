package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/lectern-media/lectern/bench/internal/rivals"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/transcode"
)

// barFair is how many times as long one person may wait while another attacks, at most.
const barFair = 2

// fair measures how long one person waits while another does all at once that could take the
// server from everyone, beside how long they wait on the same server when nobody else is there.
// The server has the limits that it has by default.
func (b *bench) fair(ctx context.Context, a *arena) (err error) {
	b.report.section("One who attacks, and another: %s", a)
	s, err := b.openFair(ctx, a)
	if s != nil {
		defer func() { err = errors.Join(err, s.close()) }()
	}
	if err != nil {
		return err
	}
	if _, err := s.live(ctx, 1); err != nil { // the first of each is slower
		return fmt.Errorf("%w\n%s", err, s.lectern.Output())
	}
	b.progress("nobody else is there")
	idle, err := s.live(ctx, b.sizes.fair)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, s.lectern.Output())
	}
	b.progress("another attacks")
	attack := s.attack(ctx)
	attacked, err := s.live(ctx, b.sizes.fair)
	attack.end()
	if err != nil {
		return fmt.Errorf("during the attack, %w\n%s", err, s.lectern.Output())
	}
	s.report(b.report, idle, attacked, attack)
	return nil
}

// fairStage is a server with its default limits, two students, and a server from which they
// import.
type fairStage struct {
	lectern  *rivals.Process
	films    *filmServer
	film     []byte
	attacker student
	other    student
	line     *rate.Limiter // what the attacker sends goes over it, bytes

	broken  atomic.Int64 // the id of the media item that was imported last and does not play
	address string       // of an upload of the attacker's
	place   string       // a perspective of the attacker's
}

func (b *bench) openFair(ctx context.Context, a *arena) (s *fairStage, err error) {
	tools, err := transcode.Find(ctx)
	if err != nil {
		return nil, err
	}
	w := workshop{b: b, a: a, tools: tools}
	file := filepath.Join(b.folder, "short.mp4")
	err = w.ffmpeg(ctx, "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine",
		"-t", "4", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "50", "-c:a", "aac", file)
	if err != nil {
		return nil, err
	}
	s = &fairStage{films: startFilms(file), line: rate.NewLimiter(attackerLine, lineBurst)}
	if s.film, err = os.ReadFile(file); err != nil {
		return s, err
	}
	if s.lectern, err = rivals.StartLimited(ctx, b.lectern, a.library.URL, a.data); err != nil {
		return s, err
	}
	for _, one := range []*student{&s.attacker, &s.other} {
		if *one, err = newStudent(ctx, a, s.lectern.Addr); err != nil {
			return s, err
		}
	}
	id, err := s.attacker.upload(ctx, s.film)
	if err == nil {
		err = s.attacker.await(ctx, id)
	}
	if err == nil {
		s.place, err = s.attacker.perspective(ctx, id)
	}
	if err == nil {
		_, s.address, err = s.attacker.begin(ctx)
	}
	return s, err
}

func (s *fairStage) close() error {
	s.films.close()
	if s.lectern == nil {
		return nil
	}
	return s.lectern.Stop()
}

// fairTask is what the other one does and waits for.
type fairTask struct {
	name string
	do   func(s *fairStage, ctx context.Context) error
}

var fairTasks = []fairTask{
	{"lists their media items", func(s *fairStage, ctx context.Context) error {
		return s.other.get(ctx, fmt.Sprintf("/users/%d/media", s.other.id), nil)
	}},
	{"uploads a lecture", func(s *fairStage, ctx context.Context) error {
		_, err := s.other.upload(ctx, s.film)
		return err
	}},
	{"uploads one until it plays, and watches it", func(s *fairStage, ctx context.Context) error {
		id, err := s.other.upload(ctx, s.film)
		if err == nil {
			err = s.other.await(ctx, id)
		}
		if err == nil {
			err = s.other.watch(ctx, id)
		}
		return err
	}},
	{"imports one until it plays", func(s *fairStage, ctx context.Context) error {
		id, err := s.other.importFrom(ctx, s.films.address("/lecture.mp4"))
		if err == nil {
			err = s.other.await(ctx, id)
		}
		return err
	}},
}

// times is how long the tasks took, by their order.
type times [][]time.Duration

// live does all tasks so many times. Any answer that is not a success is an error.
func (s *fairStage) live(ctx context.Context, rounds int) (times, error) {
	took := make(times, len(fairTasks))
	for range rounds {
		for i, task := range fairTasks {
			began := time.Now()
			if err := task.do(s, ctx); err != nil {
				return nil, fmt.Errorf("the other one %s: %w", task.name, err)
			}
			took[i] = append(took[i], time.Since(began))
		}
	}
	return took, nil
}

func (s *fairStage) report(r report, idle, attacked times, made *attack) {
	var rows [][]string
	worst := 0.0
	for i, task := range fairTasks {
		before, during := median(idle[i], itself), median(attacked[i], itself)
		ratio := during.Seconds() / before.Seconds()
		worst = max(worst, ratio)
		rows = append(rows, []string{
			task.name, milliseconds(before), milliseconds(during), milliseconds(slices.Max(attacked[i])), fmt.Sprintf("%.2f", ratio),
		})
	}
	r.table([]string{"the other one", "alone", "during the attack", "at most", "ratio"}, rows)
	rows = nil
	for _, kind := range attacks {
		done, taken := made.counted(kind.name)
		rows = append(rows, []string{kind.name, strconv.FormatInt(done, 10), strconv.FormatInt(taken, 10)})
	}
	r.table([]string{"the attacker", "requests", "of these answered with success"}, rows)
	r.bar(worst <= barFair, "during the attack / alone, in the middle, of what takes longest so: %.2f (at most %d)", worst, barFair)
	r.fact("The attacker sends over a line of %d Mbit/s.", attackerLine*8/1_000_000)
	r.fact("Every request of the other one was answered with success; one that is not ends the benchmark.")
}

// newStudent makes a person with a token.
func newStudent(ctx context.Context, a *arena, addr string) (student, error) {
	s := student{base: "http://" + addr + "/api/public/v1"}
	err := a.library.Change(ctx, func(c *library.Change) error {
		u, err := c.CreateUser(ctx, library.NewUser{FullName: "A student"})
		if err != nil {
			return err
		}
		s.id = u.ID
		s.token, _, err = c.CreateToken(ctx, u.ID, addressLife)
		return err
	})
	return s, err
}

// manyBytes is what an attacker sends: as large as a body of JSON may be.
var manyBytes = bytes.Repeat([]byte(`{"title":["`), (1<<20)/11)
