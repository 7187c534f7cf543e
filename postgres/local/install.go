package local

import (
	"context"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/eaio/eaio"
)

// oldest is the first major version that the settings and the SQL of this
// product run on.
const oldest = 14

// install is a folder of server programs.
type install struct {
	bin     string // folder that holds postgres and initdb
	version string // e.g. "17.11"
	major   int
}

func (i install) program(name string) string { return filepath.Join(i.bin, name) }

// usualBins are the folders that packages put server programs in, beside those on PATH.
var usualBins = []string{
	"/usr/lib/postgresql/*/bin",         // Debian, Ubuntu
	"/usr/pgsql-*/bin",                  // Red Hat, from postgresql.org
	"/usr/libexec/postgresql*",          // Alpine
	"/usr/lib/postgresql*/bin",          // SUSE
	"/usr/local/pgsql/bin",              // from source
	"/opt/homebrew/opt/postgresql*/bin", // Homebrew, arm64
	"/usr/local/opt/postgresql*/bin",    // Homebrew, amd64
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// findInstall returns the programs to use for data of the given major version
// (0: there are no data yet): those in BinDir if set, else a suitable system
// installation, else the pinned download.
func findInstall(ctx context.Context, cfg Config, as account, major int) (install, error) {
	if cfg.BinDir != "" {
		i, err := probe(ctx, cfg.BinDir, as)
		if err == nil && !i.suits(major) {
			err = fmt.Errorf("it is version %s, want %s", i.version, wanted(major))
		}
		if err != nil {
			return install{}, eaio.Errorf(eaio.KindInvalid, op, "PostgreSQL in %s cannot be used: %w", cfg.BinDir, err)
		}
		return i, nil
	}
	if !cfg.Download {
		if i, ok := searchSystem(ctx, as, major); ok {
			return i, nil
		}
	}
	if major != 0 && major != pinnedMajor {
		return install{}, eaio.Errorf(eaio.KindNotFound, op,
			"the data in %s were made by PostgreSQL %d, which is not installed here: install it, or set BinDir (EAIO_POSTGRES_BIN) to its programs", cfg.Dir, major)
	}
	if err := ensureDir(cfg.CacheDir, 0o755); err != nil {
		return install{}, eaio.Errorf(eaio.KindForbidden, op, "create the cache folder: %w", err)
	}
	if closed := as.closedAt(cfg.CacheDir); closed != "" {
		return install{}, eaio.Errorf(eaio.KindForbidden, op, "user %s, whom PostgreSQL runs as, may not enter %s, where its programs are to be kept: choose another CacheDir", as.name, closed)
	}
	bin, err := fetchPinned(ctx, cfg)
	if err != nil {
		return install{}, err
	}
	i, err := probe(ctx, bin, as)
	if err != nil {
		return install{}, eaio.Errorf(eaio.KindInternal, op, "the downloaded PostgreSQL does not run here, install PostgreSQL %d or newer instead: %w", oldest, err)
	}
	return i, nil
}

func (i install) suits(major int) bool {
	return i.major == major || major == 0 && i.major >= oldest
}

func wanted(major int) string {
	if major == 0 {
		return strconv.Itoa(oldest) + " or newer"
	}
	return strconv.Itoa(major) + " (the version that made the data)"
}

// searchSystem prefers what is on PATH, then the newest.
func searchSystem(ctx context.Context, as account, major int) (install, bool) {
	var best install
	for bin, onPath := range candidates() {
		i, err := probe(ctx, bin, as)
		if err != nil || !i.suits(major) {
			continue
		}
		if onPath {
			return i, true
		}
		if i.major > best.major {
			best = i
		}
	}
	return best, best.bin != ""
}

func candidates() iter.Seq2[string, bool] {
	return func(yield func(bin string, onPath bool) bool) {
		if path, err := exec.LookPath("postgres"); err == nil {
			if path, err = filepath.EvalSymlinks(path); err == nil && !yield(filepath.Dir(path), true) {
				return
			}
		}
		for _, pattern := range usualBins {
			bins, _ := filepath.Glob(pattern)
			for _, bin := range slices.Backward(bins) {
				if !yield(bin, false) {
					return
				}
			}
		}
	}
}

var versionWord = regexp.MustCompile(`^postgres \(PostgreSQL\) ((\d+)[^ \n]*)`)

// probe runs the programs in bin as the account and returns what they are.
func probe(ctx context.Context, bin string, as account) (install, error) {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return install{}, err
	}
	if closed := as.closedAt(bin); closed != "" {
		return install{}, fmt.Errorf("user %s may not enter %s", as.name, closed)
	}
	i := install{bin: bin}
	if _, err := os.Stat(i.program("initdb")); err != nil {
		return install{}, err
	}
	out, err := output(ctx, as, "/", i.program("postgres"), "--version")
	if err != nil {
		return install{}, err
	}
	words := versionWord.FindStringSubmatch(out)
	if words == nil {
		return install{}, fmt.Errorf("%s --version says %q", i.program("postgres"), out)
	}
	i.version = words[1]
	i.major, err = strconv.Atoi(words[2])
	return i, err
}

// output runs a program to its end, or to that of ctx or of this process, and
// returns what it says.
func output(ctx context.Context, as account, dir, program string, args ...string) (string, error) {
	var said strings.Builder
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, environment(), &said, &said
	cmd.WaitDelay = time.Second // for children that keep its output open
	c, err := spawn(cmd, as, syscall.SIGKILL)
	if err != nil {
		return "", err
	}
	<-c.done
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case c.err != nil:
		return "", fmt.Errorf("%s: %w: %s", filepath.Base(program), c.err, strings.TrimSpace(said.String()))
	}
	return said.String(), nil
}
