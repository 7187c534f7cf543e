package poolfile

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/routing"
)

const example = "../../docs/examples/pools.yaml"

// The example says what its comments say.
func TestExample(t *testing.T) {
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse("pools.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	shared := routing.Limits{RequestsPerMinute: 500, TokensPerMinute: 200_000, InFlight: 32}
	want := []routing.Pool{
		{Name: "local", Model: "qwen2.5:7b", Local: true, Slots: 2, ContextTokens: 8192, MaxOutputTokens: 1024, Schema: true},
		{Name: "datacentre", Model: "qwen2.5-32b-instruct", Local: true, ContextTokens: 32768, MaxOutputTokens: 1024, Tools: true, Schema: true, Endpoints: []routing.Endpoint{
			{Name: "vllm-1", BaseURL: "http://10.0.0.21:8000/v1", Limits: routing.Limits{InFlight: 32}},
			{Name: "vllm-2", BaseURL: "http://10.0.0.22:8000/v1", Limits: routing.Limits{InFlight: 32}},
		}},
		{Name: "cloud", Model: "gpt-4o-mini", Masked: true, ContextTokens: 128_000, MaxOutputTokens: 1024, Tools: true, Schema: true, InputPriceUSD: "0.15", OutputPriceUSD: "0.60", Limits: shared, Endpoints: []routing.Endpoint{
			{Name: "openai", BaseURL: "https://api.openai.com/v1", APIKeyEnv: "OPENAI_API_KEY", Limits: shared},
			{Name: "gateway", BaseURL: "https://models.example.com/v1", APIKeyEnv: "GATEWAY_API_KEY", Model: "openai/gpt-4o-mini", Limits: routing.Limits{RequestsPerMinute: 60}},
		}},
		{Name: "cloud-large", Model: "gpt-4o", ContextTokens: 128_000, MaxOutputTokens: 1024, Tools: true, Schema: true, InputPriceUSD: "2.50", OutputPriceUSD: "10.00", Endpoints: []routing.Endpoint{
			{Name: "openai", BaseURL: "https://api.openai.com/v1", APIKeyEnv: "OPENAI_API_KEY"},
		}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

const least = `
  - name: a
    privacy: local
    model: m
    context_tokens: 4096
`

func TestLeast(t *testing.T) {
	got, err := Parse("f", []byte("pools:"+least))
	if want := []routing.Pool{{Name: "a", Model: "m", Local: true, ContextTokens: 4096, MaxOutputTokens: 1024}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

// Each fault is told with its line and what would be right.
func TestFaults(t *testing.T) {
	cloud := func(more string) string {
		return "pools:\n  - name: c\n    privacy: cloud\n    model: m\n    context_tokens: 4096\n" + more
	}
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", "f: the file is empty"},
		{"comments only", "# nothing\n", "f: the file is empty"},
		{"not YAML", "pools: [", "f: not YAML"},
		{"a list", "- a\n", "f:1: the file: want fields such as pools"},
		{"two documents", "pools:" + least + "---\npools: []\n", "more than one document"},
		{"no pools", "pool: []\n", `f:1: the file: there is no field "pool": there are pools`},
		{"pools missing", "{}\n", "f:1: the file: pools is missing"},
		{"no entry", "pools: []\n", "f:1: pools: want a list with at least one entry"},
		{"a pool that is a word", "pools:\n  - local\n", "f:2: pool: want fields such as context_tokens"},
		{"an unknown field", "pools:" + least + "    key: secret-value\n", `f:6: pool a: there is no field "key"`},
		{"a field twice", "pools:" + least + "    model: n\n", "f:6: pool a: model comes twice"},
		{"a field missing", "pools:\n  - name: a\n    privacy: local\n    model: m\n", "f:2: pool a: context_tokens is missing"},
		{"a name", "pools:\n  - name: My Pool\n    privacy: local\n    model: m\n    context_tokens: 4096\n", `f:2: name "My Pool": want small letters`},
		{"a queue's name", "pools:" + strings.Replace(least, "name: a", "name: agent", 1), "f:2: pool agent: the queues of workflows are called so"},
		{"a name twice", "pools:" + least + least, "pool a: a pool above is called so"},
		{"privacy", "pools:" + strings.Replace(least, "local", "public", 1), `f:3: privacy "public": want local or cloud`},
		{"masked and local", "pools:" + least + "    masked: true\n", "f:6: pool a: masked is of cloud pools"},
		{"yes", "pools:" + least + "    tools: yes\n", `f:6: tools "yes": want true or false`},
		{"slots", "pools:" + least + "    slots: 0\n", `f:6: slots "0": want a whole number from 1 to 1000`},
		{"half a slot", "pools:" + least + "    slots: 1.5\n", `f:6: slots "1.5"`},
		{"nothing", "pools:" + least + "    slots:\n", "f:6: slots: want a whole number"},
		{"a list of slots", "pools:" + least + "    slots: [1]\n", "f:6: slots: want a whole number"},
		{"a long answer", "pools:" + least + "    max_output_tokens: 4096\n", "leave no room for a prompt"},
		{"a price", "pools:" + least + "    input_price_usd: \"$1\"\n    output_price_usd: -1\n", `f:7: output_price_usd "-1": want USD per million tokens, such as "0.15"`},
		{"a price as float", "pools:" + least + "    input_price_usd: 1e-3\n    output_price_usd: 1\n", `f:6: input_price_usd "1e-3"`},
		{"one price", "pools:" + least + "    input_price_usd: \"1\"\n", "one price without the other"},
		{"limits", "pools:" + least + "    limits: {in_flight: -1, per_day: 5}\n", `there is no field "per_day": there are in_flight, requests_per_minute, tokens_per_minute`},
		{"a cloud without endpoints", cloud(""), "f:2: pool c: a cloud pool needs endpoints"},
		{"an endpoint without address", cloud("    endpoints:\n      - name: x\n"), "f:7: endpoint: want either ollama"},
		{"an endpoint with both", cloud("    endpoints:\n      - ollama: http://a\n        base_url: http://b\n"), "f:7: endpoint: want either ollama"},
		{"an address", cloud("    endpoints:\n      - base_url: api.example.com\n"), "f:7: base_url: the address is not usable"},
		{"a user in the address", cloud("    endpoints:\n      - base_url: https://me:hidden-word@example.com\n"), "it must not hold a user or password"},
		{"the key itself", cloud("    endpoints:\n      - base_url: https://example.com\n        api_key_env: sk-hidden-word\n"), "f:8: api_key_env: want the name of the environment variable"},
		{"a key for Ollama", cloud("    endpoints:\n      - ollama: http://example.com\n        api_key_env: KEY\n"), "f:8: endpoint: an Ollama server takes no key"},
		{"an endpoint twice", cloud("    endpoints:\n      - base_url: https://example.com\n      - base_url: https://example.com\n"), "f:8: endpoint example.com: one above is called so"},
		{"an alias", "pools: &x\n  - *x\n", "aliases are not read"},
		{"too long", strings.Repeat("#", largest+1), "are no list of pools"},
	} {
		pools, err := Parse("f", []byte(c.file))
		switch {
		case err == nil || pools != nil || eaio.KindOf(err) != eaio.KindInvalid:
			t.Errorf("%s: %v, %v", c.name, pools, err)
		case !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: no %q in %q", c.name, c.want, err)
		case strings.Contains(err.Error(), "hidden-word"):
			t.Errorf("%s: a secret is told: %s", c.name, err)
		}
	}
}

// All faults come at once, in the order of the file.
func TestFaultsComeAtOnce(t *testing.T) {
	_, err := Parse("f", []byte("pools:\n  - name: A\n    privacy: secret\n    slots: many\n    endpoints: []\n  - name: b\n    privacy: cloud\n    model: m\n"))
	lines := strings.Split(err.Error(), "\n")
	want := []string{":2: ", ":2: ", ":2: ", ":3: ", ":4: ", ":5: ", ":6: ", ":6: "}
	if len(lines) != len(want) || slices.ContainsFunc(lines, func(l string) bool { return !strings.Contains(l, "f:") }) {
		t.Fatalf("%d faults:\n%s", len(lines), err)
	}
	for i, l := range lines {
		if !strings.Contains(l, "f"+want[i]) {
			t.Errorf("fault %d: %s, want line %s", i, l, want[i])
		}
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile(example)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("pools:" + least))
	f.Add([]byte("pools: &x [*x]"))
	f.Add([]byte("? [a]\n: {b: !!binary aGk=}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		pools, err := Parse("f", data)
		if (err == nil) != (len(pools) > 0) || err != nil && eaio.KindOf(err) != eaio.KindInvalid {
			t.Fatalf("%d pools, %v", len(pools), err)
		}
		for _, p := range pools {
			if !poolName.MatchString(p.Name) || p.Model == "" || p.MaxOutputTokens >= p.ContextTokens || !p.Local && len(p.Endpoints) == 0 || p.Local && p.Masked {
				t.Fatalf("let through: %+v", p)
			}
		}
	})
}
