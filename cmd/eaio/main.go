// Command eaio is the production binary: it connects to services that exist.
package main

import (
	"os"
	_ "time/tzdata" // machines without a zone database

	"github.com/eaio/eaio/internal/cli"
)

// Set by the build.
var (
	version = "dev"
	commit  = ""
)

func main() { os.Exit(cli.Main(cli.Version{Number: version, Commit: commit})) }
