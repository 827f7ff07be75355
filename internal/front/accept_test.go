package front

import (
	"net/http"
	"strings"
	"testing"
)

// What browsers and programs send, and what is odd (RFC 9110, 12.5.1).
func TestAccept(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]struct {
		html, json float64
		page       bool
	}{
		"":    {1, 1, false},
		"*/*": {1, 1, false},
		" , ": {1, 1, false},
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8": {1, .8, true}, // Chromium, Firefox
		"text/html, */*;q=0.1":                                    {1, .1, true},
		"TEXT/HTML":                                               {1, 0, true},
		"application/json":                                        {0, 1, false},
		"application/json, text/plain, */*":                       {1, 1, false}, // axios
		"image/avif,image/webp,*/*;q=0.8":                         {.8, .8, false},
		"text/event-stream":                                       {0, 0, false},
		"text/html;q=0.5, application/json":                       {.5, 1, false},
		"text/html;q=0.5, application/json;q=0.4, text/plain;q=1": {.5, .4, false},
		"text/html;q=0, */*":                                      {0, 1, false},
		"*/*, text/html;q=0":                                      {0, 1, false},
		"text/*;q=0.3, text/html;q=0.7, */*;q=0.5":                {.7, .5, true},
		"text/html;q=0.001":                                       {.001, 0, true},
		"text/html ; charset=utf-8 ; q=0.4 , */* ; q=0.2":         {.4, .2, true},
		"text/html;level=1, */*;q=0.5":                            {.5, .5, false}, // another form of it
		`text/html;title="a,b;q=0";q=0.9, */*;q=0.5`:              {.5, .5, false},
		`application/json;title="\",text/html", */*;q=0.5`:        {.5, .5, false},
		`text/html;charset="utf-8, */*`:                           {1, 0, true}, // a quote without an end
		"text/html;q=bad":                                         {1, 0, true},
		"text/html;q=-1, */*;q=0.1":                               {1, .1, true},
		"text/html;q=NaN":                                         {1, 0, true},
		"text/html;q=0.2;q=0.9":                                   {.2, 0, true},
		"text/html;q=0.2, text/html;q=0.6":                        {.6, 0, true},
		"html":                                                    {0, 0, false},
		"*":                                                       {0, 0, false},
		"text":                                                    {0, 0, false},
		";;;,;q=1,,text/html;;q=0.5;":                             {.5, 0, true},
		strings.Repeat("a/b,", 1000) + "text/html":                {1, 0, true},
	} {
		r := &http.Request{Header: http.Header{"Accept": {accept}}}
		if html, json := Accepts(r, "text/html"), Accepts(r, "application/json"); html != want.html || json != want.json {
			t.Errorf("%q: HTML %v, JSON %v, want %v", accept, html, json, want)
		}
		if got := prefersHTML(r); got != want.page {
			t.Errorf("%q: prefers HTML: %t", accept, got)
		}
	}
	r := &http.Request{Header: http.Header{"Accept": {"*/*;q=0.5", "application/xhtml+xml"}}}
	if !prefersHTML(r) {
		t.Error("two headers are not one list")
	}
	if prefersHTML(&http.Request{Header: http.Header{}}) {
		t.Error("who does not say prefers HTML")
	}
}

func FuzzAccept(f *testing.F) {
	for _, seed := range []string{"", "*/*", "text/html;q=0.5, */*", `a/b;c="\`, ";,=q", "text/html;q=1e9"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		r := &http.Request{Header: http.Header{"Accept": {accept}}}
		if q := Accepts(r, "text/html"); !(q >= 0 && q <= 1) {
			t.Errorf("%q: %v", accept, q)
		}
		prefersHTML(r)
	})
}
