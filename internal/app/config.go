package app

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

// Config is what a process needs to know; flags fill it over the environment over
// defaults.
type Config struct {
	DatabaseURL       string
	DatabaseConns     int32
	TemporalAddress   string
	TemporalNamespace string
	TemporalUI        string // address of Web UI, for links
	MilvusAddress     string
	PoolsFile         string // declares the pools of models; empty: the settings below do
	OllamaHost        string // this node's server; empty: no local model
	OllamaModel       string // empty: the first one the server has
	OpenAIKey         string // empty: no cloud model
	OpenAIBaseURL     string
	OpenAIModel       string
	OpenAIInputPrice  string // USD per million tokens, decimal
	OpenAIOutputPrice string
	ModelSlots        int           // calls at a time per pool
	Deadline          time.Duration // default of an interactive task
	ConnectTimeout    time.Duration
}

// FromEnvironment returns the defaults with what the environment says.
func FromEnvironment() Config {
	return Config{
		DatabaseURL:       env("DATABASE_URL", "postgres://eaio@127.0.0.1:5432/eaio"),
		DatabaseConns:     16,
		TemporalAddress:   env("TEMPORAL_ADDRESS", "127.0.0.1:7233"),
		TemporalNamespace: env("TEMPORAL_NAMESPACE", "default"),
		TemporalUI:        env("EAIO_TEMPORAL_UI", "http://127.0.0.1:8233"),
		MilvusAddress:     os.Getenv("MILVUS_ADDRESS"),
		PoolsFile:         os.Getenv("EAIO_POOLS"),
		OllamaHost:        os.Getenv("OLLAMA_HOST"),
		OllamaModel:       os.Getenv("EAIO_OLLAMA_MODEL"),
		OpenAIKey:         os.Getenv("OPENAI_API_KEY"),
		OpenAIBaseURL:     env("OPENAI_BASE_URL", "https://api.openai.com/v1"),
		OpenAIModel:       env("EAIO_OPENAI_MODEL", "gpt-4o-mini"),
		OpenAIInputPrice:  os.Getenv("EAIO_OPENAI_INPUT_PRICE"),
		OpenAIOutputPrice: os.Getenv("EAIO_OPENAI_OUTPUT_PRICE"),
		ModelSlots:        4,
		Deadline:          5 * time.Second,
		ConnectTimeout:    60 * time.Second,
	}
}

func env(name, fallback string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return fallback
}

// Validate reports every fault at once.
func (c Config) Validate() error {
	var faults []error
	add := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if u, err := url.Parse(c.DatabaseURL); err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		if !strings.Contains(c.DatabaseURL, "=") {
			add("--database-url (DATABASE_URL): want postgres://user@host:port/database")
		}
	}
	if _, _, err := net.SplitHostPort(c.TemporalAddress); err != nil {
		add("--temporal-address (TEMPORAL_ADDRESS) %q: want host:port", c.TemporalAddress)
	}
	if c.TemporalNamespace == "" {
		add("--temporal-namespace (TEMPORAL_NAMESPACE): want a name such as default")
	}
	if u, err := url.Parse(c.OpenAIBaseURL); err != nil || u.Host == "" {
		add("OPENAI_BASE_URL: want an address such as https://api.openai.com/v1")
	}
	if c.ModelSlots < 1 || c.ModelSlots > 1000 {
		add("--model-slots %d: want 1 to 1000", c.ModelSlots)
	}
	if c.Deadline < 500*time.Millisecond || c.Deadline > 5*time.Minute {
		add("--deadline %s: want 500ms to 5m", c.Deadline)
	}
	if c.ConnectTimeout <= 0 {
		add("--connect-timeout %s: want more than nothing", c.ConnectTimeout)
	}
	return errors.Join(faults...)
}
