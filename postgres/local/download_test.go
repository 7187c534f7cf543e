package local

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/eaio/eaio"
)

// mirror serves a repository whose every file is body, after failing the
// given number of times, and counts the requests.
func mirror(t *testing.T, body []byte, status, failures int) (Config, *atomic.Int32) {
	t.Helper()
	requests := new(atomic.Int32)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := requests.Add(1); int(n) <= failures {
			http.Error(w, "no", status)
			return
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(s.Close)
	return Config{Dir: "/nowhere", CacheDir: t.TempDir(), Mirror: s.URL}.WithDefaults(), requests
}

func pinOf(body []byte) pin {
	sum := sha256.Sum256(body)
	return pin{platform: "test", sha256: hex.EncodeToString(sum[:]), size: int64(len(body))}
}

func TestFillCacheOnceForAll(t *testing.T) {
	jar := jarOf(t, file("bin/postgres", "program"))
	cfg, requests := mirror(t, jar, http.StatusServiceUnavailable, 1)
	left := filepath.Join(cfg.CacheDir, "unpacking-killed")
	if err := os.MkdirAll(filepath.Join(left, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cfg.CacheDir, "postgres-test")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := fillCache(t.Context(), cfg, pinOf(jar), dir); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got, err := os.ReadFile(filepath.Join(dir, "bin", "postgres")); string(got) != "program" {
		t.Errorf("the cache holds %q, %v", got, err)
	}
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests, want one that fails and one that does not", n)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("what a killed process left is still there: %v", err)
	}
}

func TestFillCacheRefuses(t *testing.T) {
	jar := jarOf(t, file("bin/postgres", "program"))
	evil := jarOf(t, file("../bin/postgres", "program"))
	for name, c := range map[string]struct {
		body     []byte
		pin      pin
		status   int
		failures int
		kind     eaio.Kind
		words    string
		requests int32
	}{
		"another file": {append(jar[:len(jar):len(jar)], 'x'), pinOf(jar), 0, 0, eaio.KindMalformed, "not the file expected", 1},
		"cut short":    {jar[:len(jar)-1], pinOf(jar), 0, 0, eaio.KindMalformed, "not the file expected", 1},
		"endless":      {make([]byte, 1<<20), pinOf(jar), 0, 0, eaio.KindMalformed, fmt.Sprintf("%d bytes", len(jar)+1), 1},
		"missing":      {jar, pinOf(jar), 404, 9, eaio.KindNotFound, "404", 1},
		"down":         {jar, pinOf(jar), 503, 9, eaio.KindUnavailable, "503", 3},
		"hostile":      {evil, pinOf(evil), 0, 0, eaio.KindInternal, "leads out", 1},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, requests := mirror(t, c.body, c.status, c.failures)
			wantError(t, fillCache(t.Context(), cfg, c.pin, filepath.Join(cfg.CacheDir, "postgres-test")), c.kind, c.words)
			if n := requests.Load(); n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
			left, err := filepath.Glob(filepath.Join(cfg.CacheDir, "*p*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left in the cache: %v %v", left, err)
			}
		})
	}
}

func TestPins(t *testing.T) {
	for _, platform := range []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"} {
		goos, goarch, _ := strings.Cut(platform, "/")
		p, ok := pinFor(goos, goarch, false)
		if sum, err := hex.DecodeString(p.sha256); !ok || err != nil || len(sum) != sha256.Size || p.size > 100<<20 {
			t.Errorf("%s: %+v", platform, p)
		}
	}
	if p, ok := pinFor("plan9", "amd64", false); ok {
		t.Errorf("plan9: %+v", p)
	}
}

// TestPinnedDownload runs the published programs. It fetches 15 to 62 MB.
func TestPinnedDownload(t *testing.T) {
	if os.Getenv("EAIO_TEST_DOWNLOAD") == "" {
		t.Skip("set EAIO_TEST_DOWNLOAD=1 to fetch the published programs from Maven Central")
	}
	var words []string
	cfg := Config{Dir: folder(t), CacheDir: folder(t), Download: true, Progress: func(w string) { words = append(words, w) }}
	s, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Stop() }()
	t.Logf("told: %q", words)
	if got := query(t, s.URL(), "SELECT split_part(version(), ' ', 2)"); got != strings.TrimSuffix(pinnedVersion, ".0") || s.Version() != got {
		t.Errorf("the server says it is %s, Version() %s, want %s", got, s.Version(), pinnedVersion)
	}
	if got := query(t, s.URL(), "SELECT to_char(TIMESTAMPTZ '2024-07-01 00:00Z' AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI')"); got != "07:00" {
		t.Errorf("time zones: %s", got)
	}
	if got := query(t, s.URL(), `SELECT upper('đ' COLLATE "vi-x-icu")`); got != "Đ" {
		t.Errorf("ICU: %s", got)
	}
	stop(t, s)
	words = nil
	if s, err = Start(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Stop() }()
	if len(words) != 1 {
		t.Errorf("the second start says %q, want only that it starts", words)
	}
}
