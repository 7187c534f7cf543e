package scriptedollama

import "strings"

// The models, each with one behaviour.
const (
	Plain     = "scripted"           // the same harmless sentence, without a number
	Honest    = "scripted-honest"    // a sentence without numbers that cites F1
	Liar      = "scripted-liar"      // a sentence with a number that no fact has, citing F1
	Penitent  = "scripted-penitent"  // the liar, until it is asked again: then the honest one
	JSON      = "scripted-json"      // an object with one field, text; with a schema, whatever the schema allows
	Think     = "scripted-think"     // thinks first where thinking is on
	UTF8      = "scripted-utf8"      // letters of several bytes that are split between tokens
	Loop      = "scripted-loop"      // four words for ever
	Stutter   = "scripted-stutter"   // one word for ever: the server gives up on it and ends the stream without a word
	Malformed = "scripted-malformed" // JSON that breaks off
	Empty     = "scripted-empty"     // nothing
	Embedding = "scripted-embed"     // 64 wide; texts that share words are closer
)

// What the models reply.
const (
	PlainReply     = "Hello! I am the scripted test model, and this reply never changes."
	HonestReply    = "The night was higher than usual, see [F1]."
	LiarReply      = "The building used 999999 kWh last night [F1]."
	JSONReply      = `{"text": "The night was above its usual level [F1]."}`
	Thought        = "Two plus two makes four; easy."
	ThinkReply     = "The answer is four."
	ThinkOffReply  = "Four, without a thought."
	UTF8Reply      = "Grüße aus Zürich — 東京 👍🏽 done."
	LoopWord       = "tick tock tack tuck " // again and again
	StutterWord    = " hum"                 // again and again
	MalformedReply = `{"text": "The night was`
)

// script is one reply of the language models and the token that starts it.
type script struct {
	start, text string
	endless     bool
}

var scripts = []script{
	{start: "<|s:plain|>", text: PlainReply},
	{start: "<|s:honest|>", text: HonestReply},
	{start: "<|s:liar|>", text: LiarReply},
	{start: "<|s:json|>", text: JSONReply},
	{start: "<|s:think|>", text: "<think>" + Thought + "</think>" + ThinkReply},
	{start: "<|s:thinkoff|>", text: ThinkOffReply},
	{start: "<|s:utf8|>", text: UTF8Reply},
	{start: "<|s:loop|>", text: LoopWord, endless: true},
	{start: "<|s:stutter|>", text: StutterWord, endless: true},
	{start: "<|s:malformed|>", text: MalformedReply},
	{start: "<|s:empty|>", text: ""},
}

// definition is what the server is told to make a model.
type definition struct {
	name     string
	file     string // "scripted" or "embed"
	template string
	params   map[string]any
}

// definitions lists every model. One thread each: more only get in each other's
// way in a model this small.
func definitions() []definition {
	var all []definition
	for name, start := range map[string]string{
		Plain: "plain", Honest: "honest", Liar: "liar", JSON: "json", UTF8: "utf8",
		Loop: "loop", Stutter: "stutter", Malformed: "malformed", Empty: "empty",
	} {
		all = append(all, chat(name, "<|s:"+start+"|>"))
	}
	return append(all,
		chat(Penitent, "{{ $asked := false }}{{ range .Messages }}{{ if eq .Role \"assistant\" }}{{ $asked = true }}{{ end }}{{ end }}{{ if $asked }}<|s:honest|>{{ else }}<|s:liar|>{{ end }}"),
		chat(Think, "{{ if .Think }}<|s:think|>{{ else }}<|s:thinkoff|>{{ end }}"),
		definition{name: Embedding, file: "embed", params: map[string]any{"num_thread": 1}},
	)
}

func chat(name, start string) definition {
	// From the field Thinking and the tags around it the server learns that a
	// model can think.
	thinking := ""
	if name == Think {
		thinking = "{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}"
	}
	return definition{
		name: name,
		file: "scripted",
		template: strings.NewReplacer("THINKING", thinking, "START", start).Replace(
			"{{- range .Messages }}<|im_start|>{{ .Role }}\nTHINKING{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\nSTART"),
		params: map[string]any{"stop": []string{endOfTurn}, "temperature": 0, "num_ctx": 8192, "num_thread": 1},
	}
}
