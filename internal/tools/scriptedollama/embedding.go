package scriptedollama

import (
	"math/rand"
	"strings"
)

// vocabularyOfEmbedding are the words that the embedding model knows as a whole.
const vocabularyOfEmbedding = "the a an of in is to and building meter energy night day week month cost base load peak heat cool cold warm weather holiday chiller boiler fan pump light office school water gas"

// embedding makes a sentence embedder of one layer with random weights: texts
// that share tokens share directions, which is all a test of retrieval needs.
func embedding() *gguf {
	tokens := []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
	types := []int32{3, 2, 3, 3, 3}
	add := func(s string) { tokens, types = append(tokens, s), append(types, tokenNormal) }
	for c := '!'; c <= '~'; c++ {
		if c < 'A' || c > 'Z' { // the tokenizer lowers the case
			add("▁" + string(c))
			add(string(c))
		}
	}
	for w := range strings.FieldsSeq(vocabularyOfEmbedding) {
		if len(w) > 1 {
			add("▁" + w)
		}
	}
	const width, inner, longest = 64, 128, 512
	g := &gguf{}
	g.set("general.architecture", "bert")
	g.set("general.name", "scripted-embed")
	g.set("general.file_type", uint32(1))
	g.set("bert.context_length", uint32(longest))
	g.set("bert.embedding_length", uint32(width))
	g.set("bert.block_count", uint32(1))
	g.set("bert.feed_forward_length", uint32(inner))
	g.set("bert.attention.head_count", uint32(4))
	g.set("bert.pooling_type", uint32(1))
	g.set("bert.attention.layer_norm_epsilon", float32(1e-12))
	g.set("bert.attention.causal", false)
	g.set("tokenizer.ggml.model", "bert")
	g.set("tokenizer.ggml.tokens", tokens)
	g.set("tokenizer.ggml.token_type", types)
	for i, key := range []string{"padding", "unknown", "cls", "seperator", "mask"} { //nolint:misspell // llama.cpp spells it so
		g.set("tokenizer.ggml."+key+"_token_id", uint32(i))
	}
	g.set("tokenizer.ggml.token_type_count", uint32(2))
	g.set("tokenizer.ggml.bos_token_id", uint32(2))
	g.set("tokenizer.ggml.eos_token_id", uint32(3))

	r, n := rand.New(rand.NewSource(3)), len(tokens)
	linear := func(name string, in, out int) {
		g.add(name+".weight", true, random(r, in*out, 0.05), in, out)
		g.add(name+".bias", false, make([]float32, out), out)
	}
	norm := func(name string) {
		g.add(name+".weight", false, filled(width, 1), width)
		g.add(name+".bias", false, make([]float32, width), width)
	}
	g.add("token_embd.weight", true, random(r, n*width, 1), width, n)
	g.add("token_types.weight", false, random(r, 2*width, 0.01), width, 2)
	g.add("position_embd.weight", false, random(r, longest*width, 0.01), width, longest)
	norm("token_embd_norm")
	linear("blk.0.attn_q", width, width)
	linear("blk.0.attn_k", width, width)
	linear("blk.0.attn_v", width, width)
	linear("blk.0.attn_output", width, width)
	norm("blk.0.attn_output_norm")
	linear("blk.0.ffn_up", width, inner)
	linear("blk.0.ffn_down", inner, width)
	norm("blk.0.layer_output_norm")
	return g
}
