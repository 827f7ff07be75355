package fetch

import "time"

// minRate is how many bytes a second a file must come with. It is the rate at which Lectern
// itself sends files at least.
const minRate = 4000

// pace checks that a file comes fast enough. It knows by how much longer one may wait than
// the bytes that have come are worth: what is waited is taken from that, each byte adds to
// it, and it never exceeds two idle limits. So a server that stops for a while can catch up,
// and one that sends little by little is left after two idle limits.
//
// A pace is about a whole download, with all connections that are made for it.
type pace struct {
	most, left time.Duration
}

func newPace(idle time.Duration) pace { return pace{most: 2 * idle, left: 2 * idle} }

// waited counts a wait at whose end n bytes came.
func (p *pace) waited(long time.Duration, n int) {
	p.left = min(p.left-long+time.Duration(n)*time.Second/minRate, p.most)
}

// limit is how long the next bytes may take, and why no longer.
func (p *pace) limit(idle time.Duration) (time.Duration, error) {
	if p.left < idle {
		return max(p.left, 0), errSlow
	}
	return idle, errIdle
}
