package cli

import (
	"strings"
	"testing"

	"github.com/eaio/eaio"
)

// A first answer, which a model's may follow, has no times of steps to tell yet.
func TestStepsAreToldOnceKnown(t *testing.T) {
	for _, c := range []struct {
		timings eaio.Timings
		want    bool
	}{{eaio.Timings{}, false}, {eaio.Timings{Plan: 4, Total: 20}, true}} {
		var b strings.Builder
		RenderTask(&b, Task{Task: eaio.Task{ID: "t1", Answer: &eaio.Answer{Text: "So it was."}, Timings: c.timings}})
		if got := strings.Contains(b.String(), "Steps "); got != c.want {
			t.Errorf("%+v:\n%s", c.timings, b.String())
		}
	}
}
