package workflows

import (
	"path/filepath"
	"testing"

	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Every recorded run must go the same way again: a change of flow needs a
// version. `make histories` records the corpus anew, which is for new flows only.
func TestRecordedHistoriesReplay(t *testing.T) {
	files, err := filepath.Glob("testdata/histories/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 7 {
		t.Fatalf("only %d histories; `make histories` records them", len(files))
	}
	r := worker.NewWorkflowReplayer()
	r.RegisterWorkflowWithOptions(AgentTask, workflow.RegisterOptions{Name: AgentTaskName})
	r.RegisterWorkflowWithOptions(ScheduledAnalysis, workflow.RegisterOptions{Name: ScheduledAnalysisName})
	r.RegisterWorkflowWithOptions(Conversation, workflow.RegisterOptions{Name: ConversationName})
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			if err := r.ReplayWorkflowHistoryFromJSONFile(nil, f); err != nil {
				t.Error(err)
			}
		})
	}
}
