// Package scriptedollama runs a real Ollama server with tiny models whose replies
// are written in advance, so that everything around a model can be tried against
// the server's own protocol, faults and process life without downloading one.
//
// A scripted model is a transformer in which the next token depends on the last
// one alone. Every reply is a chain of tokens that occur nowhere else, entered by
// a start token with which the model's chat template ends. The server tokenizes,
// caches, constrains and streams as it does for any other model.
package scriptedollama
