package app

import (
	"log/slog"
	"strings"
	"testing"
)

var discard = slog.New(slog.DiscardHandler)

func TestOptions_DefaultsAreValid(t *testing.T) {
	if err := DefaultOptions().Validate(); err != nil {
		t.Error(err)
	}
}

func TestOptions_Validate(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"no data": {
			func(o *Options) { o.Place.Data = "" },
			"data: name the folder of the library",
		},
		"a database of another kind": {
			func(o *Options) { o.Place.Database = "mysql://root:secret@db/lectern" },
			"database: must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
		},
		"a broken database URL": {
			func(o *Options) { o.Place.Database = "postgres://root:sec%ret@db/lectern" },
			"database: must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
		},
		"a database without a path": {
			func(o *Options) { o.Place.Database = "sqlite://" },
			"database: must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
		},
		"no port":         {func(o *Options) { o.Listen.API = "localhost" }, `listen: invalid address "localhost"; expected HOST:PORT, for example 127.0.0.1:8080`},
		"no metrics port": {func(o *Options) { o.Listen.Metrics = "9090" }, `metrics-listen: invalid address "9090"; expected HOST:PORT, for example 127.0.0.1:8080`},
		"no public URL": {
			func(o *Options) { o.Listen.PublicURL = "media.school.test" },
			`public-url: invalid URL "media.school.test"; expected for example https://media.school.test`,
		},
		"a public URL with a path": {
			func(o *Options) { o.Listen.PublicURL = "https://school.test/media" },
			`public-url: "https://school.test/media" has a path, but Lectern needs a host of its own: for its clients, the API begins at https://HOST/api/public/v1`,
		},
		"a proxy that is trusted by name": {
			func(o *Options) { o.Listen.TrustedProxies = []string{"127.0.0.1", "nginx"} },
			`trusted-proxies: invalid address or network "nginx"; expected for example 127.0.0.1 or 10.1.0.0/16`,
		},
		"everyone as a proxy": {
			func(o *Options) { o.Listen.TrustedProxies = []string{"0.0.0.0/0"} },
			"trusted-proxies: 0.0.0.0/0 is every address, so that every client could forge its own; name the addresses of your proxies",
		},
		"an unknown level":  {func(o *Options) { o.Log.Level = "loud" }, `log-level: unknown level "loud"; use debug, info, warn or error`},
		"an unknown format": {func(o *Options) { o.Log.Format = "xml" }, `log-format: unknown format "xml"; use text or json`},
		"redirecting to a folder": {
			func(o *Options) { o.RedirectFiles = true },
			"redirect-files: the storage is a folder, which does not support redirects; use s3://BUCKET",
		},
		"frame ancestors with a comma": {
			func(o *Options) { o.FrameAncestors = "https://a.test, https://b.test" },
			`frame-ancestors: invalid source "https://a.test,"; list sites separated by spaces, for example 'self' https://canvas.example.edu`,
		},
		"frame ancestors with a rule of their own": {
			func(o *Options) { o.FrameAncestors = "*; script-src *" },
			`frame-ancestors: invalid source "*;"; list sites separated by spaces, for example 'self' https://canvas.example.edu`,
		},
		"frame ancestors without quotes": {
			func(o *Options) { o.FrameAncestors = "https://a.test self" },
			"frame-ancestors: self without quotes is a host of that name: write 'self'",
		},
		"a reserve that is no size": {
			func(o *Options) { o.Space.Reserve = "2%" },
			`reserve: invalid number of bytes "2%"; expected for example 500GB`,
		},
		"too few connections": {
			func(o *Options) { o.DatabaseConnections = 3 },
			"database-connections: 3 are too few; a node needs at least 4",
		},
		"no time": {func(o *Options) { o.Limits.ReadTimeout = 0 }, "read-timeout: 0s is too short"},
		"two at once": {
			func(o *Options) { o.Stop.DrainDelay, o.Stop.Timeout = -1, 0 },
			"drain-delay: -1ns is too short\nstop-timeout: 0s is too short",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := DefaultOptions()
			c.change(&o)
			if err := o.Validate(); err == nil || err.Error() != c.want {
				t.Errorf("says %v, want %s", err, c.want)
			}
		})
	}
}

func TestPublicURL(t *testing.T) {
	o := testOptions(t)
	o.Listen.API = "0.0.0.0:0"
	o.Listen.PublicURL = "https://media.school.test/"
	a := start(t, o)
	if got := a.PublicURL(); got != "https://media.school.test" {
		t.Errorf("the public URL is %s", got)
	}
	if !strings.HasPrefix(a.LocalURL(), "http://127.0.0.1:") {
		t.Errorf("the own address is %s", a.LocalURL())
	}
}
