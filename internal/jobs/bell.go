package jobs

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/riverqueue/river/riverdriver"
)

// bellDriver is river's driver for one of the databases, with a listener of its own and a fetch
// in turns (turns.go). River tells
// other processes of a job by a notification, which it leaves out when it has just sent one:
// then it relies on polling. We rely on commits instead, so its notifications are switched off.
type bellDriver struct {
	riverdriver.Driver[*sql.Tx]
	bell  *bell
	turns *turns // nil where nothing is fetched
}

func newDriver(b backend, rung *bell, t *turns) riverdriver.Driver[*sql.Tx] {
	return bellDriver{b.riverDriver(), rung, t}
}

// GetExecutor is [riverdriver.Driver]'s.
func (d bellDriver) GetExecutor() riverdriver.Executor {
	if d.turns == nil {
		return d.Driver.GetExecutor()
	}
	return turnExecutor{d.Driver.GetExecutor(), d.turns}
}

// GetListener is [riverdriver.Driver]'s.
func (d bellDriver) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener { return d.bell }

// SupportsListener is [riverdriver.Driver]'s.
func (d bellDriver) SupportsListener() bool { return d.bell != nil }

// SupportsListenNotify is [riverdriver.Driver]'s.
func (bellDriver) SupportsListenNotify() bool { return false }

// Topics of river's notifications.
const (
	topicInsert  = "river_insert"
	topicControl = "river_control"
)

// bellBuffer is how many rings may wait to be heard. One that is lost is rung again at the
// next look.
const bellBuffer = 256

// bell is what wakes up river in one process: a [riverdriver.Listener] that hears what the
// process rings itself.
type bell struct {
	rings chan *riverdriver.Notification
}

func newBell() *bell { return &bell{make(chan *riverdriver.Notification, bellBuffer)} }

// jobIn has a job fetched that waits in a queue.
func (b *bell) jobIn(queue Queue) { b.ring(topicInsert, fmt.Sprintf(`{"queue":%q}`, queue)) }

// cancelled ends the attempt at a job if this process makes it. It reports whether it will be
// heard.
func (b *bell) cancelled(job int64, queue Queue) (taken bool) {
	return b.ring(topicControl, fmt.Sprintf(`{"action":"cancel","job_id":%d,"queue":%q}`, job, queue))
}

func (b *bell) ring(topic, payload string) (taken bool) {
	select {
	case b.rings <- &riverdriver.Notification{Topic: topic, Payload: payload}:
		return true
	default:
		return false
	}
}

// WaitForNotification is [riverdriver.Listener]'s.
func (b *bell) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case n := <-b.rings:
		return n, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close, Connect, Listen, Ping, Schema, SetAfterConnectExec and Unlisten are
// [riverdriver.Listener]'s. There is no connection.
func (*bell) Close(context.Context) error            { return nil }
func (*bell) Connect(context.Context) error          { return nil }
func (*bell) Listen(context.Context, string) error   { return nil }
func (*bell) Ping(context.Context) error             { return nil }
func (*bell) Schema() string                         { return "" }
func (*bell) SetAfterConnectExec(string)             {}
func (*bell) Unlisten(context.Context, string) error { return nil }
