// Package pace decides when bytes come too slowly. It is the same for files that Lectern
// downloads and for those that clients send.
package pace

import "time"

// MinRate is how many bytes a second a file must come with. It is the rate at which Lectern
// itself sends files at least.
const MinRate = 4000

// Pace knows by how much longer one may wait than the bytes that have come are worth: what is
// waited is taken from that, each byte adds to it, and it never exceeds two idle limits. So a
// sender that stops for a while can catch up, and one that sends little by little is left after
// two idle limits.
//
// A pace is about a whole file, with all connections that are made for it.
type Pace struct{ idle, left time.Duration }

// New returns the pace of a file of which something has to come within each idle limit.
func New(idle time.Duration) Pace { return Pace{idle: idle, left: 2 * idle} }

// Waited counts a wait at whose end n bytes came.
func (p *Pace) Waited(long time.Duration, n int) {
	p.left = min(p.left-long+time.Duration(n)*time.Second/MinRate, 2*p.idle)
}

// Limit is how long the next bytes may take. It is slow where that is for what came before,
// and not for want of any bytes.
func (p *Pace) Limit() (limit time.Duration, slow bool) {
	if p.left < p.idle {
		return max(p.left, 0), true
	}
	return p.idle, false
}
