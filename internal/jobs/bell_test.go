package jobs

import "testing"

// A bell that nobody hears keeps nobody waiting, and says what it could not take.
func TestBell_IsFull(t *testing.T) {
	t.Parallel()
	b := newBell()
	for range bellBuffer {
		if !b.cancelled(1, Short) {
			t.Fatal("a bell with room takes no ring")
		}
	}
	b.jobIn(Short)
	if b.cancelled(1, Short) {
		t.Error("a full bell says that it took a ring")
	}
	d := &dispatcher{current: &shift{bell: b}}
	if d.cancelled(1, Short) {
		t.Error("the keeper is told that a ring will be heard which was lost")
	}
	<-b.rings
	if !d.cancelled(1, Short) {
		t.Error("a bell that has room again takes no ring")
	}
}
