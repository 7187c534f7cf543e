package temporal

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
)

// Where the victim of TestKill, this test binary run again, keeps its state.
const (
	victimDir      = "EAIO_TEMPORAL_TEST_DIR"
	victimPostgres = "EAIO_TEMPORAL_TEST_POSTGRES"
)

// victim starts a server and a workflow on it, and waits to be killed.
func victim(dir string) {
	fmt.Println("starting")
	s, err := Start(context.Background(), Config{Dir: dir, PostgresURL: os.Getenv(victimPostgres), FrontendAddr: "127.0.0.1:0", UIAddr: "127.0.0.1:0"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("up")
	c, err := client.Dial(quietly(s.Address()))
	if err == nil {
		err = begin(context.Background(), c, "bereft")
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("working")
	select {}
}

// kill runs a victim and kills it after a line and a delay. It fails if the
// victim prints anything else: the server's log belongs in its file.
func kill(t *testing.T, cfg Config, after string, delay time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimDir+"="+t.TempDir())
	if cfg.Dir != "" {
		cmd.Env = append(cmd.Env, victimDir+"="+cfg.Dir)
	}
	cmd.Env = append(cmd.Env, victimPostgres+"="+cfg.PostgresURL)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cmd.Process.Kill()
		_ = cmd.Wait() // a second time, if all went well
	}()
	lines := bufio.NewScanner(out)
	for _, want := range []string{"starting", "up", "working"} {
		if !lines.Scan() || lines.Text() != want {
			t.Fatalf("the victim said %q, want %q; %s", lines.Text(), want, &stderr)
		}
		if want == after {
			break
		}
	}
	time.Sleep(delay) // the moment of death is what is tested
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what it said before it died
		if line := lines.Text(); line != "up" && line != "working" {
			t.Errorf("killed %v after %q: %s", delay, after, line)
		}
	}
	if err := cmd.Wait(); err == nil || stderr.Len() > 0 {
		t.Errorf("killed %v after %q: %v; on standard error: %s", delay, after, err, &stderr)
	}
}

// TestKill kills a process with its server while it makes the store, while it
// starts, and with a workflow in flight. The next start must be well each time
// and finish the workflow.
func TestKill(t *testing.T) {
	stores(t, func(t *testing.T, cfg Config) {
		for ms := range 8 {
			kill(t, cfg, "starting", time.Duration(ms*ms)*8*time.Millisecond)
		}
		kill(t, cfg, "working", 0)

		c := dial(t, start(t, cfg))
		work(t, c)
		finish(t, c, "bereft")
	})
}
