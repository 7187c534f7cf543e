package lastwill

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	leaver = "EAIO_LASTWILL_TEST_FILE" // makes the test binary leave a will about that file
	script = `echo "$1 $2" >"$3.new"; mv "$3.new" "$3"`
)

func TestMain(m *testing.M) {
	if path := os.Getenv(leaver); path != "" {
		if _, err := Leave(script, "a b", "$(c)", path); err != nil {
			panic(err)
		}
		os.Stdout.WriteString("ready\n")
		select {}
	}
	os.Exit(m.Run())
}

func TestWillIsDoneAfterAKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "will")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), leaver+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("ready\n"))); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Fatalf("the will was done in its owner's lifetime: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); ; <-tick.C {
		b, err := os.ReadFile(path)
		if err == nil {
			if got := strings.TrimSpace(string(b)); got != "a b $(c)" {
				t.Errorf("the script saw %q", got)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the will was not done within 10 s")
		}
	}
}

func TestRevoke(t *testing.T) {
	path := filepath.Join(t.TempDir(), "will")
	revoke, err := Leave(script, "a", "b", path)
	if err != nil {
		t.Fatal(err)
	}
	revoke()
	revoke()
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("a revoked will was done: %v", err)
	}
}
