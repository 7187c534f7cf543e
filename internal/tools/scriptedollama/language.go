package scriptedollama

import (
	"fmt"
	"math"
	"math/rand"
)

const (
	endOfTurn = "<|im_end|>"
	endOfText = "<|endoftext|>"

	headSize, heads, feedForward = 16, 1, 32

	contextLength = 32768
)

// Logits, from what must not come to what must.
const (
	never    = -20
	unlikely = -5
	must     = 40
)

// language makes the language model. Its one layer adds nothing, so that the
// output matrix alone decides: column e holds, for every token, how likely it
// follows token e.
func language() *gguf {
	v := newVocabulary()
	text := v.add(endOfText, tokenControl)
	v.add("<|im_start|>", tokenControl)
	turn := v.add(endOfTurn, tokenControl)
	merges := v.learnMerges(sample, mergeCount)
	names := make([]int, 0, 4)
	for _, w := range []string{"alpha", "bravo", "charlie", "delta"} {
		names = append(names, v.add(w, tokenNormal))
	}
	chains := make([][]int, len(scripts))
	for i, s := range scripts {
		chains[i] = append([]int{v.add(s.start, tokenControl)}, v.pieces(s.text)...)
	}

	n := len(v.tokens)
	width := (n + 31) / 32 * 32
	follow := table(v, width, turn, text)
	quoteWords(v, follow, names)
	for i, chain := range chains {
		for j, token := range chain {
			next := turn
			if j+1 < len(chain) {
				next = chain[j+1]
			} else if scripts[i].endless {
				next = chain[1]
			}
			follow[token][next] = must
		}
	}

	embedding, output := make([]float32, n*width), make([]float32, n*width)
	for t := range n {
		embedding[t*width+t] = 1
		for e := range n {
			output[t*width+e] = follow[e][t]
		}
	}
	g := &gguf{}
	describe(g, v, merges, width, text, turn)
	g.add("token_embd.weight", true, embedding, width, n)
	g.add("output_norm.weight", false, filled(width, float32(1/math.Sqrt(float64(width)))), width)
	g.add("output.weight", true, output, width, n)
	layer(g, width)
	return g
}

// table returns what follows a token outside any script: short, well-formed JSON
// where a grammar asks for it, otherwise the end.
func table(v *vocabulary, width, turn, text int) [][]float32 {
	r := rand.New(rand.NewSource(1))
	follow := make([][]float32, len(v.tokens))
	for e := range follow {
		f := make([]float32, width)
		for t := range v.tokens {
			f[t] = float32(r.Float64()) * 0.5
			if t >= 256 {
				f[t] = never
			}
		}
		for s, x := range map[string]float32{
			" ": never, "\n": never, "\t": never, "-": unlikely,
			"\"": 12, "}": 11, "]": 9, ",": 8, ":": 8, "{": 7, "[": 6,
		} {
			f[v.ids[spelling(s)]] = x
		}
		f[turn], f[text] = 10, never
		follow[e] = f
	}
	return follow
}

// quoteWords fills the strings and numbers of JSON that a grammar leaves open.
func quoteWords(v *vocabulary, follow [][]float32, names []int) {
	quote, colon, open := v.ids["\""], v.ids[":"], v.ids["["]
	for i, name := range names {
		follow[quote][name] = 20 + float32(i%2)
		follow[name][quote] = must
	}
	for digit := '0'; digit <= '9'; digit++ {
		follow[colon][v.ids[string(digit)]] = 9 + float32((digit-'0')%3)
		follow[open][v.ids[string(digit)]] = 9
	}
	follow[open][v.ids["]"]] = 1
	follow[colon][quote] = 15
}

func describe(g *gguf, v *vocabulary, merges []string, width, text, turn int) {
	g.set("general.architecture", "llama")
	g.set("general.name", "scripted")
	g.set("general.file_type", uint32(1))
	g.set("general.quantization_version", uint32(2))
	for _, p := range []struct {
		key   string
		value int
	}{
		{"context_length", contextLength},
		{"embedding_length", width},
		{"block_count", 1},
		{"feed_forward_length", feedForward},
		{"attention.head_count", heads},
		{"attention.head_count_kv", heads},
		{"attention.key_length", headSize},
		{"attention.value_length", headSize},
		{"rope.dimension_count", headSize},
		{"vocab_size", len(v.tokens)},
	} {
		g.set("llama."+p.key, uint32(p.value))
	}
	g.set("llama.attention.layer_norm_rms_epsilon", float32(1e-6))
	g.set("llama.rope.freq_base", float32(10000))
	g.set("tokenizer.ggml.model", "gpt2")
	g.set("tokenizer.ggml.pre", "qwen2")
	g.set("tokenizer.ggml.tokens", v.tokens)
	g.set("tokenizer.ggml.token_type", v.types)
	g.set("tokenizer.ggml.merges", merges)
	g.set("tokenizer.ggml.bos_token_id", uint32(text))
	g.set("tokenizer.ggml.eos_token_id", uint32(turn))
	g.set("tokenizer.ggml.padding_token_id", uint32(turn))
	g.set("tokenizer.ggml.add_bos_token", false)
	g.set("tokenizer.ggml.add_eos_token", false)
}

// layer adds a transformer layer that changes nothing.
func layer(g *gguf, width int) {
	zeros := func(name string, in, out int) {
		g.add(fmt.Sprintf("blk.0.%s.weight", name), true, make([]float32, in*out), in, out)
	}
	g.add("blk.0.attn_norm.weight", false, filled(width, 1), width)
	zeros("attn_q", width, heads*headSize)
	zeros("attn_k", width, heads*headSize)
	zeros("attn_v", width, heads*headSize)
	zeros("attn_output", heads*headSize, width)
	g.add("blk.0.ffn_norm.weight", false, filled(width, 1), width)
	zeros("ffn_gate", width, feedForward)
	zeros("ffn_up", width, feedForward)
	zeros("ffn_down", feedForward, width)
}
