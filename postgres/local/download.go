package local

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/eaio/eaio"
)

// The download is the build that the zonky project publishes for embedding
// (https://github.com/zonkyio/embedded-postgres-binaries, Apache-2.0;
// PostgreSQL itself is under the PostgreSQL licence).
const (
	mavenCentral  = "https://repo1.maven.org/maven2"
	pinnedVersion = "17.11.0"
	pinnedMajor   = 17
)

// pin is one published file, known by its hash: where it comes from does not
// matter.
type pin struct {
	platform string // as the publisher spells it
	sha256   string
	size     int64
}

func pinFor(goos, goarch string, musl bool) (pin, bool) {
	if musl {
		goos += "-musl"
	}
	p, ok := map[string]pin{
		"linux/amd64":      {"linux-amd64", "0dd7b72b6f335b8ecfb355fa24c5781e8a93edd09880bb77eb52ebbf29b3e96d", 14_987_378},
		"linux/arm64":      {"linux-arm64v8", "8b042e0ea418b1927d95399207950da0734d27fe01e29503ade3bdc464ad4c2b", 14_015_430},
		"linux-musl/amd64": {"linux-amd64-alpine", "ace9a6f95b1c98ce84c9841267cd04ebee5d7de5dc7b8fea148ead44f145afbd", 14_730_308},
		"darwin/amd64":     {"darwin-amd64", "d464ff178e9860ba204662ac23fa547504b7fd392392ff2fb92e3fd73b5bdb64", 62_141_006},
		"darwin/arm64":     {"darwin-arm64v8", "a1c2786acb0c398f9b2d76806fc52f5dc8b222cbc8e9383a9b9702084daaf3a5", 62_141_006},
	}[goos+"/"+goarch]
	return p, ok
}

func (p pin) url(mirror string) string {
	artifact := "embedded-postgres-binaries-" + p.platform
	return fmt.Sprintf("%s/io/zonky/test/postgres/%s/%s/%s-%s.jar", mirror, artifact, pinnedVersion, artifact, pinnedVersion)
}

// fetchPinned returns the folder of the pinned programs in the cache, after
// putting them there if need be. Processes that want them at once wait for
// the first.
func fetchPinned(ctx context.Context, cfg Config) (string, error) {
	p, ok := pinFor(runtime.GOOS, runtime.GOARCH, musl())
	if !ok {
		return "", eaio.Errorf(eaio.KindNotFound, op, "no PostgreSQL %d or newer found, and there is no download for %s/%s: install it", oldest, runtime.GOOS, runtime.GOARCH)
	}
	dir := filepath.Join(cfg.CacheDir, "postgres-"+pinnedVersion+"-"+p.platform)
	bin := filepath.Join(dir, "bin")
	if _, err := os.Stat(bin); err == nil {
		return bin, nil
	}
	if err := fillCache(ctx, cfg, p, dir); err != nil {
		kind := eaio.KindOf(err)
		if kind == eaio.KindInternal {
			kind = eaio.KindUnavailable
		}
		return "", eaio.Errorf(kind, op, "no PostgreSQL %d or newer found, and its download failed (install it, or set EAIO_POSTGRES_BIN): %w", oldest, err)
	}
	return bin, nil
}

func fillCache(ctx context.Context, cfg Config, p pin, dir string) error {
	lock, err := acquire(ctx, filepath.Join(cfg.CacheDir, "lock"), 10*time.Minute)
	if err != nil {
		return err
	}
	defer lock.Close()
	if _, err := os.Stat(dir); err == nil {
		return nil // another process was faster
	}
	// The lock is ours: whatever lies here was left by a process that died.
	left, _ := filepath.Glob(filepath.Join(cfg.CacheDir, "unpacking-*"))
	for _, path := range left {
		os.RemoveAll(path)
	}

	cfg.Progress(fmt.Sprintf("downloading PostgreSQL %s (%d MB)", pinnedVersion, p.size/1_000_000))
	jar, err := download(ctx, p.url(cfg.Mirror), p, cfg.Progress)
	if err != nil {
		return err
	}
	cfg.Progress("unpacking PostgreSQL")
	fresh, err := os.MkdirTemp(cfg.CacheDir, "unpacking-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	if err := unpackJar(ctx, jar, fresh, unpackedLimit); err != nil {
		return err
	}
	if err := os.Chmod(fresh, 0o755); err != nil { // the server's user must enter
		return err
	}
	return os.Rename(fresh, dir)
}

// download fetches the pinned file into memory, trying again where that can help.
func download(ctx context.Context, url string, p pin, say func(string)) ([]byte, error) {
	for try := 1; ; try++ {
		jar, err := downloadOnce(ctx, url, p, say)
		if err == nil || try == 3 || !eaio.KindOf(err).Retryable() || !pause(ctx, time.Duration(try)*time.Second) {
			return jar, err
		}
	}
}

func downloadOnce(ctx context.Context, url string, p pin, say func(string)) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "", "%w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("download: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		kind := eaio.KindUnavailable
		if resp.StatusCode < 500 {
			kind = eaio.KindNotFound
		}
		return nil, eaio.Errorf(kind, "", "download %s: %s", url, resp.Status)
	}
	var jar bytes.Buffer
	jar.Grow(int(p.size))
	steps := &steps{total: p.size, say: say}
	if _, err := io.Copy(&jar, io.TeeReader(io.LimitReader(resp.Body, p.size+1), steps)); err != nil {
		return nil, fmt.Errorf("download %s: %w", url, err)
	}
	if sum := sha256.Sum256(jar.Bytes()); hex.EncodeToString(sum[:]) != p.sha256 {
		return nil, eaio.Errorf(eaio.KindMalformed, "", "download %s: not the file expected: %d bytes with SHA-256 %x, want %d with %s", url, jar.Len(), sum, p.size, p.sha256)
	}
	return jar.Bytes(), nil
}

// steps tells how far a download is, at every quarter.
type steps struct {
	total, seen int64
	quarter     int64
	say         func(string)
}

func (s *steps) Write(b []byte) (int, error) {
	s.seen += int64(len(b))
	if q := s.seen * 4 / s.total; q > s.quarter && q < 4 {
		s.quarter = q
		s.say(fmt.Sprintf("downloaded %d of %d MB", s.seen/1_000_000, s.total/1_000_000))
	}
	return len(b), nil
}

// musl tells Alpine, whose programs need another C library.
func musl() bool {
	_, err := os.Stat("/etc/alpine-release")
	return runtime.GOOS == "linux" && err == nil
}
