package retrieval

import eaio "github.com/eaio/eaio"

// WeightsFor returns how much words and vectors count for a query in a language
// with a model's vectors. A model that is not known here counts for half in
// English and not at all in another language: fused with equal weights, a model
// trained on English text alone loses more in Vietnamese than it brings.
func WeightsFor(m Model, language eaio.Language) Weights {
	if language == eaio.English {
		return Weights{Words: 1, Dense: 0.5}
	}
	return Weights{Words: 1}
}
