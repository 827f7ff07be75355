package content

import (
	"testing"
)

func TestChain_ReachesFurthest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		parts []part
		want  string
	}{
		"none":                    {nil, ""},
		"in order":                {[]part{{"a", 0, 5}, {"b", 5, 9}}, "ab"},
		"out of order":            {[]part{{"b", 5, 9}, {"a", 0, 5}}, "ab"},
		"a gap":                   {[]part{{"a", 0, 5}, {"b", 6, 9}}, "a"},
		"no beginning":            {[]part{{"b", 5, 9}}, ""},
		"a long one that ends":    {[]part{{"a", 0, 5}, {"b", 5, 20}, {"c", 0, 10}}, "ab"},
		"a long one that goes on": {[]part{{"a", 0, 5}, {"b", 5, 8}, {"c", 0, 10}, {"d", 10, 11}}, "cd"},
		"one that grew on":        {[]part{{"a", 0, 9}, {"b", 5, 12}}, "ab"},
		"one that grew furthest":  {[]part{{"a", 0, 15}, {"b", 5, 12}}, "a"},
		"an empty one":            {[]part{{"a", 0, 0}, {"b", 0, 3}, {"c", 3, 3}}, "b"},
	} {
		got, end := "", int64(0)
		for _, p := range chain(c.parts) {
			if p.offset != end {
				t.Errorf("%s: %s begins at %d, not at %d", name, p.key, p.offset, end)
			}
			got, end = got+p.key, p.end
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
