package retrieval

import (
	"context"
	"fmt"
	"strings"
)

// Embedder turns texts into vectors whose cosine says how near they are in meaning.
type Embedder interface {
	// Model says which vectors these are. It never changes.
	Model() Model
	// Embed returns one vector of length 1 for each text, in their order. A text
	// that the model cannot take is an invalid error that says which.
	Embed(ctx context.Context, texts []string) ([][]float32, error)
}

// Model names a kind of vector. Vectors of two models are never compared.
type Model struct {
	Name      string
	Version   string // what of it may change under the same name: a digest, a revision
	Dimension int
}

// ID is the model as a part of names in stores: lower-case letters, digits and _.
func (m Model) ID() string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, strings.ToLower(fmt.Sprintf("%s_%s_%d", m.Name, m.Version, m.Dimension)))
}
