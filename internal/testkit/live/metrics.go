package live

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/app"
)

// Metered is an option by which a node serves its metrics.
func Metered(o *app.Options) { o.Listen.Metrics = "127.0.0.1:0" }

// Metrics returns the metrics of a [Metered] node by their names with labels, as Prometheus
// would read them.
func (n *Node) Metrics(tb testing.TB) map[string]float64 {
	tb.Helper()
	request, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, "http://"+n.server.MetricsAddr().String()+"/metrics", nil)
	if err != nil {
		tb.Fatal(err)
	}
	response, err := n.client.Do(request)
	if err != nil {
		tb.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		tb.Fatalf("the metrics answer %d, %v: %s", response.StatusCode, err, text)
	}
	values := make(map[string]float64)
	for line := range strings.Lines(string(text)) {
		name, value, found := strings.Cut(strings.TrimSpace(line), " ")
		if number, err := strconv.ParseFloat(value, 64); found && err == nil && name != "#" {
			values[name] = number
		}
	}
	return values
}
