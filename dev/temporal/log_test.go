package temporal

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

func TestLogger(t *testing.T) {
	var out bytes.Buffer
	l := log.With(logger{slog.New(slog.NewTextHandler(&out, nil))}, tag.ShardID(7))
	l.Debug("not at this level")
	l.Info("started", tag.WorkflowID("w"))
	for _, end := range []func(string, ...tag.Tag){l.Panic, l.Fatal} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("it returned")
				}
			}()
			end("the end")
		}()
	}
	got := out.String()
	for _, want := range []string{`level=INFO msg=started shard-id=7 wf-id=w`, `level=ERROR msg="the end" shard-id=7`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
	if strings.Contains(got, "not at this level") {
		t.Errorf("debug is logged:\n%s", got)
	}
}
