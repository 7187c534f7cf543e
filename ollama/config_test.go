package ollama

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

func TestHost(t *testing.T) {
	for host, want := range map[string]string{
		"":                         "http://127.0.0.1:11434",
		"gpu-1":                    "http://gpu-1:11434",
		"gpu-1:8000":               "http://gpu-1:8000",
		" 10.0.0.7 ":               "http://10.0.0.7:11434",
		"0.0.0.0":                  "http://127.0.0.1:11434",
		"0.0.0.0:9000":             "http://127.0.0.1:9000",
		"[::]:9000":                "http://[::1]:9000",
		"[::1]":                    "http://[::1]:11434",
		"http://gpu-1":             "http://gpu-1:80",
		"https://gpu-1/ollama":     "https://gpu-1:443/ollama",
		"ftp://gpu-1":              "",
		"http://":                  "",
		"http://u:secret@gpu-1":    "",
		"http://gpu-1?key=secret":  "",
		"http://secret key@\x7f:a": "",
	} {
		u, err := Config{Host: host}.WithDefaults().base()
		switch {
		case want == "" && err == nil:
			t.Errorf("%q was taken as %s", host, u)
		case want == "" && strings.Contains(err.Error(), "secret"):
			t.Errorf("%q: the error repeats the secret: %v", host, err)
		case want != "" && (err != nil || u.String() != want):
			t.Errorf("%q: %v, %v; want %s", host, u, err, want)
		}
	}
}

func TestValidateReportsEverything(t *testing.T) {
	_, err := New(Config{Host: "ftp://x", KeepAlive: -time.Second, Options: Options{NumBatch: -1}, Models: map[string]Options{"m": {NumCtx: -1}}})
	if eaio.KindOf(err) != eaio.KindInvalid {
		t.Fatal(err)
	}
	for _, part := range []string{"host", "keep-alive", "options:", "options of m:"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("no word of %q in: %v", part, err)
		}
	}
}

func TestOptionsOfAModelAreConstant(t *testing.T) {
	c := quiet(t, Config{Options: Options{NumThread: 2}, Models: map[string]Options{"m": {NumCtx: 1024, NumBatch: 64}}, KeepAlive: time.Hour})
	long, short := eaio.ModelRequest{Model: "m", MaxOutputTokens: 900}, eaio.ModelRequest{Model: "m", MaxOutputTokens: 5}
	for _, r := range []eaio.ModelRequest{long, short} {
		q := c.request(r)
		for name, want := range map[string]any{"num_ctx": 1024, "num_batch": 64, "num_thread": 2, "temperature": 0, "num_predict": r.MaxOutputTokens} {
			if q.Options[name] != want {
				t.Errorf("%s is %v, want %v", name, q.Options[name], want)
			}
		}
		if q.Truncate == nil || *q.Truncate || q.Shift == nil || *q.Shift || q.Think.Bool() || q.KeepAlive.Duration != time.Hour {
			t.Errorf("%+v", q)
		}
	}
	if q := c.request(eaio.ModelRequest{Model: "other"}); q.Options["num_ctx"] != 8192 || q.Options["num_batch"] != nil {
		t.Errorf("%v", q.Options)
	}
}

func quiet(t *testing.T, cfg Config) *Client {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func FuzzHost(f *testing.F) {
	for _, s := range []string{"", "gpu:1", "[::]", "https://a/b", "http://[fe80::1%25eth0]:1", "://", "a:b:c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, host string) {
		u, err := Config{Host: host}.WithDefaults().base()
		if err != nil {
			return
		}
		if u.Hostname() == "" || u.Port() == "" || u.User != nil {
			t.Errorf("%q became %s", host, u)
		}
		if _, err := url.Parse(u.String()); err != nil {
			t.Errorf("%q became %s: %v", host, u, err)
		}
	})
}
