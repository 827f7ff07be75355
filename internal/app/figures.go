package app

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
)

// figuresLife is for how long what was counted is reported again, however often it is asked for.
const figuresLife = 15 * time.Second

// figures are the metrics of an operator that are read when they are asked for.
type figures struct {
	store   *store.Store
	room    *room
	streams *atomic.Int64
	log     *slog.Logger

	mu    sync.Mutex
	read  time.Time // when counted was; zero for never
	count store.Figures
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// What figures collects.
var (
	mediaDesc   = desc("lectern_media_items", "Media items that are not deleted, by status; at most 15 seconds old.", "status")
	bytesDesc   = desc("lectern_stored_bytes", "Sizes of all files that the database refers to; at most 15 seconds old.")
	uploadsDesc = desc("lectern_uploads_in_progress", "Uploads that were started and not completed; at most 15 seconds old.")
	oldestDesc  = desc("lectern_jobs_oldest_waiting_seconds", "Time since the oldest job that waits was added, also one that waits to be retried; 0 if none waits; at most 15 seconds old.")
	freeDesc    = desc("lectern_space_free_bytes", "Free space of the file system of each part of the library on this machine.", "part")
	reserveDesc = desc("lectern_space_reserve_bytes", "Free space below which uploads, imports and transcoding wait.", "part")
	streamsDesc = desc("lectern_event_streams", "Streams of events that are open on this node.")
	poolDesc    = desc("lectern_database_connections", "Connections of this node's pool, by state; with SQLite the one that changes the database.", "state")
	limitDesc   = desc("lectern_database_connections_limit", "Most connections that the pool may have: one less than --database-connections, since one listens; with SQLite 1.")
	waitsDesc   = desc("lectern_database_connection_waits_total", "Times that a connection of the pool was waited for.")
	waitedDesc  = desc("lectern_database_connection_wait_seconds_total", "Time spent waiting for a connection of the pool.")
)

// Describe is [prometheus.Collector]'s.
func (*figures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		mediaDesc, bytesDesc, uploadsDesc, oldestDesc, freeDesc, reserveDesc, streamsDesc, poolDesc, limitDesc, waitsDesc, waitedDesc,
	} {
		to <- d
	}
}

// Collect is [prometheus.Collector]'s.
func (f *figures) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for _, l := range f.room.levels() {
		gauge(freeDesc, float64(l.free), l.name)
		gauge(reserveDesc, float64(l.reserve), l.name)
	}
	gauge(streamsDesc, float64(f.streams.Load()))
	pool := f.store.Connections()
	gauge(poolDesc, float64(pool.InUse), "in_use")
	gauge(poolDesc, float64(pool.Idle), "idle")
	gauge(limitDesc, float64(pool.MaxOpenConnections))
	to <- prometheus.MustNewConstMetric(waitsDesc, prometheus.CounterValue, float64(pool.WaitCount))
	to <- prometheus.MustNewConstMetric(waitedDesc, prometheus.CounterValue, pool.WaitDuration.Seconds())
	counted, known := f.counted()
	if !known {
		return
	}
	byStatus := make(map[library.TranscodingStatus]int64)
	for state, n := range counted.Media {
		byStatus[state.Status()] += n
	}
	for status, n := range byStatus {
		gauge(mediaDesc, float64(n), string(status))
	}
	gauge(bytesDesc, float64(counted.Bytes))
	gauge(uploadsDesc, float64(counted.Media[library.StateWaiting]))
	gauge(oldestDesc, counted.Oldest.Seconds())
}

// counted returns what was counted lately, or counts. Where the database does not answer there
// is no number.
func (f *figures) counted() (counted store.Figures, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := time.Now(); f.read.IsZero() || now.Sub(f.read) >= figuresLife {
		ctx, cancel := context.WithTimeout(context.Background(), countPatience)
		defer cancel()
		count, err := f.store.Figures(ctx)
		if err != nil {
			f.log.Warn("cannot count for the metrics", "error", err)
			return counted, false
		}
		f.read, f.count = now, count
	}
	return f.count, true
}

// sweepMetrics tell of the last sweep of a node.
type sweepMetrics struct {
	at     prometheus.Gauge
	result *prometheus.GaugeVec
}

func newSweepMetrics(registerer prometheus.Registerer) *sweepMetrics {
	m := &sweepMetrics{
		at: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "lectern_sweep_last_timestamp_seconds",
			Help: "When this node's last complete sweep ended, in Unix time; 0 before the first.",
		}),
		result: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "lectern_sweep_last_items",
			Help: "What this node's last complete sweep deleted (uploads, bin, strays) or found (unknown, lost).",
		}, []string{"kind"}),
	}
	registerer.MustRegister(m.at, m.result)
	return m
}

// swept records a sweep.
func (m *sweepMetrics) swept(now time.Time, swept holdings.Swept) {
	m.at.Set(float64(now.Unix()))
	for kind, n := range map[string]int{
		"uploads": len(swept.Uploads), "bin": len(swept.Bin), "strays": len(swept.Strays),
		"unknown": len(swept.Unknown), "lost": len(swept.Lost),
	} {
		m.result.WithLabelValues(kind).Set(float64(n))
	}
}
