package studioapi

import "testing"

func TestInsights_NoCellIsAFormula(t *testing.T) {
	for cell, want := range map[string]string{
		"":            "",
		"Ada":         "Ada",
		"Ada=1":       "Ada=1",
		"=1+1":        "'=1+1",
		"+1":          "'+1",
		"-1":          "'-1",
		"@SUM(A1)":    "'@SUM(A1)",
		"\t=1":        "'\t=1",
		"\r=1":        "'\r=1",
		"\n=1":        "'\n=1",
		"\uff1d1+1":   "'\uff1d1+1",
		"\uff0b1":     "'\uff0b1",
		"\uff0d1":     "'\uff0d1",
		"\uff20SUM(A": "'\uff20SUM(A",
		"\xff":        "\xff",
		"\uff21da":    "\uff21da",
	} {
		if got := noFormula(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}
