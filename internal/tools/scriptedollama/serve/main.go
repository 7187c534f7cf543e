//go:build unix

// Command serve runs an Ollama server with the scripted models until it is
// interrupted, for drills and demonstrations:
//
//	go run ./internal/tools/scriptedollama/serve -port 11434
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/eaio/eaio/internal/tools/scriptedollama"
)

func main() {
	port := flag.Int("port", 0, "port on loopback; 0 takes a free one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *port); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, port int) error {
	home, err := os.MkdirTemp("", "scripted-ollama-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	s, err := scriptedollama.Launch(ctx, home, port)
	if err != nil {
		return err
	}
	defer s.Kill()
	fmt.Println("OLLAMA_HOST=" + s.URL())
	<-ctx.Done()
	return nil
}
