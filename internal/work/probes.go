package work

import (
	"sync"

	"github.com/lectern-media/lectern/internal/transcode"
)

// maxProbes bounds what is remembered. More wait only where more come in than can be
// worked on, and then what a file is, is found out once more.
const maxProbes = 100

// probes remembers what files are from their probing to their transcoding, which mostly
// happens on the same node.
type probes struct {
	mu    sync.Mutex
	known map[string]transcode.Probe // by the original's key
}

func (p *probes) put(key string, is transcode.Probe) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= maxProbes {
		p.known = make(map[string]transcode.Probe)
	}
	p.known[key] = is
}

// take returns what is remembered, once.
func (p *probes) take(key string) (transcode.Probe, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	is, known := p.known[key]
	delete(p.known, key)
	return is, known
}
