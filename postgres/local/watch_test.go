package local

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// watchSleeper is what serve does for watchOnly: a child that only the
// watcher can end, as on systems without a parent-death signal.
func watchSleeper() error {
	c, err := spawn(exec.Command("sleep", "600"), account{}, 0)
	if err != nil {
		return err
	}
	if err := (&Server{child: c}).watch(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(served{PID: c.process.Pid})
}

func TestWatcherEndsChildOfKilledParent(t *testing.T) {
	parent, other := serveElsewhere(t, watchOnly)
	if !alive(other.PID) {
		t.Fatal("the child ended before its parent")
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	eventually(t, "the child ends", func() bool { return identify(other.PID, "/") == gone })
}

func TestWatcherIsCalledOffByTheEnd(t *testing.T) {
	s := start(t, Config{Dir: folder(t)})
	if err := s.watch(); err != nil {
		t.Fatal(err)
	}
	stop(t, s) // waits for the watcher
	if identify(s.PID(), s.DataDir()) == ours {
		t.Error("the server still runs")
	}
}
