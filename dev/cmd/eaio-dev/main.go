// Command eaio-dev is eaio with everything in one process: `eaio-dev up`.
package main

import (
	"os"
	_ "time/tzdata" // machines without a zone database

	"github.com/eaio/eaio/dev/stack"
	"github.com/eaio/eaio/internal/cli"
)

// Set by the build.
var (
	version = "dev"
	commit  = ""
)

func main() {
	stack.UseRunning()
	v := cli.Version{Number: version, Commit: commit}
	os.Exit(cli.Main(v, upCommand(v), faultProxyCommand()))
}
