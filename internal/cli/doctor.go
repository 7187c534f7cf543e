package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/app"
	"github.com/spf13/cobra"
)

func (s *state) doctorCommand() *cobra.Command {
	var ready bool
	c := &cobra.Command{
		Use: "doctor", Short: "Say what is configured, what answers, and what to do", Args: cobra.NoArgs,
		Long: `Say what is configured, what answers in which version, and what to do about what
does not. The exit code is 0 when all that is needed answers. --ready asks only the
API's /readyz, for health checks of containers.`,
		RunE: func(c *cobra.Command, _ []string) error {
			if ready {
				return s.readyz(c.Context())
			}
			return s.doctor(c.Context())
		},
	}
	c.Flags().BoolVar(&ready, "ready", false, "ask only the API's /readyz; exit code 0 or 1")
	s.serviceFlags(c)
	s.modelFlags(c)
	return c
}

func (s *state) readyz(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(s.apiURL, "/")+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return s.unreachable(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return eaio.Errorf(eaio.KindUnavailable, "", "%s/readyz: %s", s.apiURL, resp.Status)
	}
	return nil
}

// finding is one line of the doctor's report.
type finding struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	State  string `json:"state"`
	Advice string `json:"advice,omitempty"`
}

func (s *state) doctor(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var list []finding
	if err := s.cfg.Validate(); err != nil {
		list = append(list, finding{"configuration", false, err.Error(), "mend the named flags or variables"})
	} else {
		list = append(list, finding{"configuration", true, s.configured(), ""})
	}
	for _, d := range app.Diagnose(ctx, s.cfg, s.logger()) {
		list = append(list, finding{d.Name, d.Err == nil, word(d.State, d.Err), adviceFor(d.Name, d.Err)})
	}
	err := s.readyz(ctx)
	list = append(list, finding{"api", err == nil, word("answers at "+s.apiURL, err), adviceFor("api", err)})
	return s.report(list)
}

func (s *state) configured() string {
	database := "database as given"
	if u, err := url.Parse(s.cfg.DatabaseURL); err == nil {
		database = "database " + u.Redacted()
	}
	parts := []string{database, "temporal " + s.cfg.TemporalAddress}
	if s.cfg.PoolsFile != "" {
		parts = append(parts, "pools "+s.cfg.PoolsFile)
	}
	if s.cfg.OllamaHost != "" {
		parts = append(parts, "ollama "+s.cfg.OllamaHost)
	}
	if s.cfg.OpenAIKey != "" {
		parts = append(parts, "cloud "+s.cfg.OpenAIBaseURL)
	}
	if s.cfg.MilvusAddress != "" {
		parts = append(parts, "milvus "+s.cfg.MilvusAddress)
	}
	return strings.Join(parts, ", ")
}

func word(state string, err error) string {
	if err != nil {
		return err.Error()
	}
	return state
}

func adviceFor(name string, err error) string {
	if err == nil {
		return ""
	}
	switch name {
	case "postgresql":
		return "start PostgreSQL and set DATABASE_URL, then `eaio migrate`; or `make run` for the embedded stack"
	case "temporal":
		return "start Temporal and set TEMPORAL_ADDRESS; or `make run` for the embedded stack"
	case "api":
		return "`eaio api`, or `make run`"
	case "milvus":
		return "start Milvus, or unset MILVUS_ADDRESS: retrieval works in memory"
	}
	return "the narrator words answers meanwhile"
}

func (s *state) report(list []finding) error {
	healthy := true
	for _, f := range list {
		healthy = healthy && f.OK
	}
	if s.json {
		if err := s.printJSON(map[string]any{"version": s.version.Number, "healthy": healthy, "findings": list}); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(s.out, "eaio", s.version)
		for _, f := range list {
			mark := "ok   "
			if !f.OK {
				mark = "WRONG"
			}
			fmt.Fprintf(s.out, "%s  %-14s %s\n", mark, f.Name, f.State)
			if f.Advice != "" {
				fmt.Fprintf(s.out, "       %-14s → %s\n", "", f.Advice)
			}
		}
	}
	if !healthy {
		return &exitError{1}
	}
	return nil
}
