package app

import (
	"maps"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
)

// The metrics of a sweep tell when it ended, what it deleted and what it found, and nothing of
// the sweep before.
func TestSweepMetrics_AreOfTheLastSweep(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewPedanticRegistry()
	m := newSweepMetrics(registry)
	const at = "lectern_sweep_last_timestamp_seconds"
	if got := gauges(t, registry); !maps.Equal(got, map[string]float64{at: 0}) {
		t.Errorf("before the first sweep the metrics are %v", got)
	}
	m.swept(time.Unix(1000, 0), holdings.Swept{Lost: make([]holdings.File, 7), Unknown: make([]blob.Info, 4)})
	m.swept(time.Unix(2000, 0), holdings.Swept{
		Released: holdings.Released{Uploads: make([]int64, 1), Bin: make([]int64, 2)}, Strays: make([]blob.Info, 3),
	})
	want := map[string]float64{at: 2000, "uploads": 1, "bin": 2, "strays": 3, "unknown": 0, "lost": 0}
	if got := gauges(t, registry); !maps.Equal(got, want) {
		t.Errorf("after two sweeps the metrics are %v, want %v", got, want)
	}
}

// gauges are the values of all gauges, by their label or else by their name.
func gauges(t *testing.T, from prometheus.Gatherer) map[string]float64 {
	t.Helper()
	families, err := from.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]float64)
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, label := range m.GetLabel() {
				name = label.GetValue()
			}
			values[name] = m.GetGauge().GetValue()
		}
	}
	return values
}
