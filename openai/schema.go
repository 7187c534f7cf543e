package openai

import "encoding/json"

// strict reports whether the endpoint may be asked to hold the model to the
// schema: OpenAI takes that only for objects that name every property as required
// and allow no others, at every level, and answers 400 otherwise.
func strict(schema json.RawMessage) bool {
	var root any
	if json.Unmarshal(schema, &root) != nil {
		return false
	}
	object, ok := root.(map[string]any)
	return ok && object["type"] == "object" && closed(root)
}

func closed(node any) bool {
	switch n := node.(type) {
	case map[string]any:
		if n["type"] == "object" && !complete(n) {
			return false
		}
		for _, below := range n {
			if !closed(below) {
				return false
			}
		}
	case []any:
		for _, below := range n {
			if !closed(below) {
				return false
			}
		}
	}
	return true
}

func complete(object map[string]any) bool {
	properties, _ := object["properties"].(map[string]any)
	required, _ := object["required"].([]any)
	named := map[any]bool{}
	for _, r := range required {
		if name, ok := r.(string); ok {
			named[name] = true
		}
	}
	for name := range properties {
		if !named[name] {
			return false
		}
	}
	return object["additionalProperties"] == false
}
