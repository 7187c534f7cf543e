package compose

import (
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"go.temporal.io/server/common/dynamicconfig"

	eaio "github.com/eaio/eaio/internal/cli"
	"github.com/eaio/eaio/workflows"
)

const root = "../.."

// ours are the services of our own image.
var ours = []string{"api", "migrate", "worker"}

// load reads the file as Docker does, with nothing from this environment.
func load(t *testing.T, profiles []string, env ...string) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(root, "docker-compose.yml")},
		cli.WithEnv(env), cli.WithProfiles(profiles))
	if err != nil {
		t.Fatal(err)
	}
	p, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func all(t *testing.T) *types.Project { return load(t, []string{"ollama", "timescaledb"}) }

func TestServices(t *testing.T) {
	base := []string{"api", "migrate", "milvus", "postgres", "redis", "temporal", "temporal-ui", "worker"}
	for _, tt := range []struct{ profiles, more []string }{
		{nil, nil},
		{[]string{"ollama"}, []string{"ollama"}},
		{[]string{"timescaledb"}, []string{"timescaledb"}},
	} {
		got := load(t, tt.profiles).ServiceNames()
		if want := slices.Sorted(slices.Values(slices.Concat(base, tt.more))); !slices.Equal(got, want) {
			t.Errorf("profiles %v: services %v, want %v", tt.profiles, got, want)
		}
	}
}

func TestPorts(t *testing.T) {
	want := map[string]string{
		"api": "8080", "temporal": "7233", "temporal-ui": "8233", "postgres": "5432", "timescaledb": "5433",
		"milvus": "19530", "redis": "6379", "ollama": "11434",
	}
	got := map[string]string{}
	for name, s := range all(t).Services {
		for _, p := range s.Ports {
			if p.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes %s on %q, want 127.0.0.1", name, p.Published, p.HostIP)
			}
			got[name] += p.Published
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("ports %v, want %v", got, want)
	}
}

const gb = 1 << 30

func TestLimits(t *testing.T) {
	type limit struct {
		memory float64 // GB
		cpus   float64
	}
	promised := map[string]limit{
		"postgres": {0.5, 0.5}, "timescaledb": {1, 1}, "milvus": {2, 1}, "redis": {0.25, 0.25}, "ollama": {8, 2},
	}
	var sum limit
	for name, s := range all(t).Services {
		if s.Deploy == nil || s.Deploy.Resources.Limits == nil {
			t.Errorf("%s has no limits", name)
			continue
		}
		l := s.Deploy.Resources.Limits
		got := limit{float64(l.MemoryBytes) / gb, float64(l.NanoCPUs.Value())}
		if got.memory <= 0 || got.cpus <= 0 {
			t.Errorf("%s: %v", name, got)
		}
		if want, ok := promised[name]; ok && got != want {
			t.Errorf("%s: limits %v, want %v", name, got, want)
		}
		if len(s.Profiles) == 0 {
			sum.memory += got.memory
			sum.cpus += got.cpus
		}
		if soft, ok := s.Environment["GOMEMLIMIT"]; ok {
			mib, err := strconv.ParseFloat(strings.TrimSuffix(*soft, "MiB"), 64)
			if err != nil || mib/1024 >= got.memory || mib/1024 < got.memory*0.8 {
				t.Errorf("%s: GOMEMLIMIT %s should be a little less than %v GB", name, *soft, got.memory)
			}
		}
	}
	if sum.memory > 8 || sum.cpus > 6 {
		t.Errorf("the default set takes %.2f GB and %.2f cores, want at most 8 and 6", sum.memory, sum.cpus)
	}
	t.Logf("the default set takes %.2f GB and %.2f cores", sum.memory, sum.cpus)
}

func TestDisk(t *testing.T) {
	want := map[string]string{"postgres": "10G", "timescaledb": "20G", "milvus": "10G", "ollama": "20G"}
	p := all(t)
	for name, s := range p.Services {
		var volumes []string
		for _, v := range s.Volumes {
			if v.Type != types.VolumeTypeVolume || v.Source == "" {
				t.Errorf("%s mounts %s, which is no named volume", name, v)
			}
			volumes = append(volumes, v.Source)
		}
		if got := s.Labels["eaio.disk"]; got != want[name] || (got != "") != (len(volumes) > 0) {
			t.Errorf("%s: volumes %v, disk %q, want %q", name, volumes, got, want[name])
		}
	}
}

func TestHealth(t *testing.T) {
	file := dockerfile(t)
	for name, s := range all(t).Services {
		switch {
		case name == "migrate": // ends, and its exit code is what others wait for
			if s.HealthCheck == nil || !s.HealthCheck.Disable || strings.HasPrefix(s.Restart, "unless") {
				t.Errorf("%s: %v, %s: a task that ends has no health and is not restarted", name, s.HealthCheck, s.Restart)
			}
		case slices.Contains(ours, name):
			if s.HealthCheck != nil {
				t.Errorf("%s has a check beside the image's", name)
			}
			if s.Restart != "unless-stopped" {
				t.Errorf("%s: restart %q", name, s.Restart)
			}
		default:
			if s.HealthCheck == nil || s.HealthCheck.Disable || len(s.HealthCheck.Test) < 2 || s.HealthCheck.Interval == nil {
				t.Errorf("%s has no health check", name)
			}
			if s.Restart != "unless-stopped" {
				t.Errorf("%s: restart %q", name, s.Restart)
			}
		}
	}
	check := regexp.MustCompile(`(?m)^HEALTHCHECK .*CMD \["/eaio", (.*)\]$`).FindStringSubmatch(file)
	if check == nil {
		t.Fatal("the image has no health check")
	}
	understood(t, "health check", strings.Split(strings.ReplaceAll(check[1], `"`, ""), ", "))
}

// TestAddresses: the API is reached from outside its container, the worker's
// health check reaches the API.
func TestAddresses(t *testing.T) {
	p := all(t)
	for _, tt := range []struct{ service, variable, want string }{
		{"api", "EAIO_LISTEN", "0.0.0.0:8080"},
		{"worker", "EAIO_PROBE", "127.0.0.1:8080"},
	} {
		if got := p.Services[tt.service].Environment[tt.variable]; got == nil || *got != tt.want {
			t.Errorf("%s: %s is not %s", tt.service, tt.variable, tt.want)
		}
	}
	if ports := p.Services["api"].Ports; len(ports) != 1 || ports[0].Target != 8080 {
		t.Errorf("the API publishes %v, want the port it listens on", ports)
	}
}

func TestOrder(t *testing.T) {
	p := all(t)
	for _, tt := range []struct{ service, on, condition string }{
		{"temporal", "postgres", types.ServiceConditionHealthy},
		{"temporal-ui", "temporal", types.ServiceConditionHealthy},
		{"migrate", "postgres", types.ServiceConditionHealthy},
		{"migrate", "temporal", types.ServiceConditionHealthy},
		{"api", "migrate", types.ServiceConditionCompletedSuccessfully},
		{"api", "milvus", types.ServiceConditionHealthy},
		{"worker", "migrate", types.ServiceConditionCompletedSuccessfully},
		{"worker", "milvus", types.ServiceConditionHealthy},
	} {
		if got := p.Services[tt.service].DependsOn[tt.on].Condition; got != tt.condition {
			t.Errorf("%s waits for %s: %q, want %q", tt.service, tt.on, got, tt.condition)
		}
	}
	for _, name := range ours {
		on := p.Services[name].DependsOn["timescaledb"]
		if on.Condition != types.ServiceConditionHealthy || on.Required {
			t.Errorf("%s waits for timescaledb: %+v, want healthy where the profile runs it", name, on)
		}
	}
}

// runtimeImage is what ours is made from: nothing that could change unseen.
const runtimeImage = "scratch"

func TestImagesArePinned(t *testing.T) {
	images := map[string]string{}
	for name, s := range all(t).Services {
		images[name] = s.Image
	}
	for _, from := range regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(dockerfile(t), -1) {
		if from[1] != runtimeImage {
			images["FROM "+from[1]] = from[1]
		}
	}
	if last := regexp.MustCompile(`(?m)^FROM (\S+)$`).FindStringSubmatch(dockerfile(t)); last == nil || last[1] != runtimeImage {
		t.Errorf("the image is made from %v, want %s", last, runtimeImage)
	}
	pinned := regexp.MustCompile(`^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$`)
	for name, image := range images {
		if !pinned.MatchString(image) {
			t.Errorf("%s: the tag of %q is no version", name, image)
		}
	}
}

func TestUsers(t *testing.T) {
	// Milvus and Ollama know no other user than root; Temporal's two images name
	// one themselves.
	theirs := []string{"milvus", "ollama", "temporal", "temporal-ui"}
	number := regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`)
	for name, s := range all(t).Services {
		if !slices.Contains(theirs, name) && !number.MatchString(s.User) {
			t.Errorf("%s runs as %q, want numbers other than 0", name, s.User)
		}
		if slices.Contains(ours, name) && (!s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || s.Privileged) {
			t.Errorf("%s: read-only %v, dropped %v, privileged %v", name, s.ReadOnly, s.CapDrop, s.Privileged)
		}
	}
	user := regexp.MustCompile(`(?m)^USER (\S+)$`).FindAllStringSubmatch(dockerfile(t), -1)
	if len(user) != 1 || !number.MatchString(user[0][1]) {
		t.Errorf("the image's user: %v", user)
	}
}

func TestEnvironment(t *testing.T) {
	known := variables(t)
	for _, name := range []string{"DATABASE_URL", "TEMPORAL_ADDRESS", "OLLAMA_HOST", "OPENAI_API_KEY", "MILVUS_ADDRESS"} {
		if !slices.Contains(known, name) {
			t.Errorf("%s is not found in the sources: is this test looking at the right ones?", name)
		}
	}
	known = append(known, "GOMEMLIMIT") // Go's own
	p := load(t, []string{"ollama"}, "EAIO_OLLAMA_HOST=http://ollama:11434")
	for _, name := range ours {
		for key, value := range p.Services[name].Environment {
			if !slices.Contains(known, key) {
				t.Errorf("%s is given %s, which the binary does not read", name, key)
			}
			if host := serviceIn(*value); host != "" && p.Services[host].Name == "" {
				t.Errorf("%s: %s is %s, but there is no service %s", name, key, *value, host)
			}
		}
	}
}

// variables are the names of environment variables that the sources of the
// binary read.
func variables(t *testing.T) (names []string) {
	t.Helper()
	reads := regexp.MustCompile(`\b(?:Getenv|LookupEnv|env|envOr)\("([A-Z][A-Z0-9_]+)"`)
	for _, dir := range []string{"cmd/eaio", "internal/cli", "internal/app"} {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			code, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range reads.FindAllStringSubmatch(string(code), -1) {
				names = append(names, m[1])
			}
		}
	}
	return names
}

// serviceIn is the host in an address of a container, "" if there is none.
func serviceIn(value string) string {
	if u, err := url.Parse(value); err == nil && u.Host != "" {
		value = u.Host
	}
	host, _, found := strings.Cut(value, ":")
	if !found || strings.Contains(host, ".") || host == "" {
		return ""
	}
	return host
}

func TestCommands(t *testing.T) {
	p := all(t)
	for _, name := range ours {
		understood(t, name, p.Services[name].Command)
	}
}

// understood fails if the binary would refuse the arguments.
func understood(t *testing.T, what string, args []string) {
	t.Helper()
	c, rest, err := eaio.New(eaio.Version{}, io.Discard, io.Discard).Find(args)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	if err := c.ParseFlags(rest); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

func TestQueues(t *testing.T) {
	base := []string{workflows.AgentQueue, workflows.BatchQueue}
	for _, tt := range []struct {
		env  []string
		want []string
	}{
		{nil, base},
		{[]string{"EAIO_OLLAMA_HOST=http://ollama:11434"}, append(base[:2:2], "local")},
		{[]string{"OPENAI_API_KEY=k", "EAIO_OLLAMA_HOST=http://ollama:11434"}, append(base[:2:2], "local", "cloud")},
	} {
		command := load(t, nil, tt.env...).Services["worker"].Command
		_, queues, _ := strings.Cut(command[len(command)-1], "--queues=")
		if got := strings.Split(queues, ","); !slices.Equal(got, tt.want) {
			t.Errorf("%v: queues %v, want %v", tt.env, got, tt.want)
		}
	}
}

func TestTemporalSettings(t *testing.T) {
	loaded := dynamicconfig.LoadYamlFile([]byte(all(t).Configs["temporal"].Content))
	if err := loaded.Err(); err != nil || len(loaded.Warnings) > 0 {
		t.Errorf("%v, %v", err, loaded.Warnings)
	}
	for _, key := range []dynamicconfig.Key{dynamicconfig.TimerProcessorMaxTimeShift.Key(), dynamicconfig.TransferProcessorMaxPollRPS.Key()} {
		if len(loaded.Map[key]) == 0 {
			t.Errorf("%s is not set", key)
		}
	}
}

// TestBuildFindsItsSources: what .dockerignore leaves out may not be copied or built.
func TestBuildFindsItsSources(t *testing.T) {
	ignored, err := os.ReadFile(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(ignored)) {
		dir := strings.TrimSpace(line)
		if dir == "" || strings.HasPrefix(dir, "#") || strings.HasPrefix(dir, ".") {
			continue
		}
		sources, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil || len(sources) > 0 {
			t.Errorf("%s is left out of the image's build but holds %v, %v", dir, sources, err)
		}
	}
}

func dockerfile(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), "\\\n", "")
}
