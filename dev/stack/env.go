package stack

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// envFile is where a running stack says how to reach it, in the form that a
// shell reads: `set -a; . FILE; set +a`. It holds no secret.
const envFile = "env"

// EnvFile is where the addresses of this stack stand while it runs.
func (s *Stack) EnvFile() string { return filepath.Join(s.Dir, envFile) }

// writeEnv leaves the addresses for the commands that are run beside the stack.
func (s *Stack) writeEnv() error {
	var b strings.Builder
	for _, v := range [][2]string{
		{"EAIO_API", s.URL()},
		{"DATABASE_URL", s.Postgres.URL()},
		{"TEMPORAL_ADDRESS", s.Temporal.Address()},
		{"TEMPORAL_NAMESPACE", s.App.Config.TemporalNamespace},
		{"EAIO_TEMPORAL_UI", s.Temporal.UIURL()},
	} {
		fmt.Fprintf(&b, "%s='%s'\n", v[0], v[1])
	}
	return os.WriteFile(s.EnvFile(), []byte(b.String()), 0o600)
}

// UseRunning lets the commands of this process find the stack that runs on the
// default data folder, whatever its ports. What the environment says already
// stays. Without a running stack nothing changes.
func UseRunning() {
	f, err := os.Open(filepath.Join(DefaultDir(), envFile))
	if err != nil {
		return
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, ok := strings.Cut(lines.Text(), "=")
		if _, set := os.LookupEnv(name); ok && !set {
			_ = os.Setenv(name, strings.Trim(value, "'"))
		}
	}
}
