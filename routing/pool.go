// Package routing decides which pool of models words an answer, and which
// endpoint of a pool takes the call: policy as a pure function, and the contract
// of the board on which the workers of all pools note how their endpoints do.
package routing

import (
	"cmp"

	"github.com/eaio/eaio"
	"github.com/shopspring/decimal"
)

// Pool is a named set of endpoints behind one task queue, all serving one model
// at one price. The order of pools is that of preference.
type Pool struct {
	Name            string
	Model           string
	Local           bool // runs on our own machines; a private building's data may go there
	Masked          bool // a cloud that may see de-identified data
	Slots           int  // calls at a time of one worker; 0: the process's default
	ContextTokens   int  // that prompt and reply share; 0: not declared, and not checked
	MaxOutputTokens int
	Tools           bool   // can call tools
	Schema          bool   // can reply by a JSON schema
	InputPriceUSD   string // decimal, per million tokens; empty: free
	OutputPriceUSD  string
	Limits          Limits     // of each node's own server, where there are no endpoints
	Endpoints       []Endpoint // none: of a local pool, each node's own server
}

// Endpoint is one place where a pool's model is served: an Ollama server, or an
// endpoint of OpenAI's protocol.
type Endpoint struct {
	Name      string // unique within its pool
	Ollama    string // address; empty: see BaseURL
	BaseURL   string
	APIKeyEnv string // name of the environment variable that holds the key; empty: none
	Model     string // as this endpoint calls it; empty: the pool's name of it
	Limits    Limits
}

// Limits are what may be asked of an endpoint by all workers together; 0: no limit.
type Limits struct {
	RequestsPerMinute int
	TokensPerMinute   int
	InFlight          int
}

// Target returns how the board names an endpoint.
func (p Pool) Target(e Endpoint) Target {
	return Target{Pool: p.Name, Endpoint: e.Name, Model: cmp.Or(e.Model, p.Model)}
}

// tokensPerMillion is the unit of prices.
var tokensPerMillion = decimal.New(1, 6)

// CostUSD prices tokens by the pool's prices. A price that is no number is zero.
func (p Pool) CostUSD(input, output int) decimal.Decimal {
	price := func(perMillion string, tokens int) decimal.Decimal {
		if perMillion == "" {
			return decimal.Zero
		}
		d, err := decimal.NewFromString(perMillion)
		if err != nil {
			return decimal.Zero
		}
		return d.Mul(decimal.NewFromInt(int64(tokens)))
	}
	return price(p.InputPriceUSD, input).Add(price(p.OutputPriceUSD, output)).Div(tokensPerMillion)
}

// bytesPerToken errs on the side of too many tokens: English text has about four
// bytes a token, Vietnamese about three.
const (
	bytesPerToken    = 3
	tokensPerMessage = 4 // the chat format's own
)

// CountTokens estimates the tokens of a prompt, rather too high than too low: no
// pool's tokenizer is at hand.
func CountTokens(messages []eaio.Message) int {
	n := 0
	for _, m := range messages {
		n += (len(m.Content)+bytesPerToken-1)/bytesPerToken + tokensPerMessage
	}
	return n
}
