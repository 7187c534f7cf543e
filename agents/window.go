package agents

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eaio/eaio"
)

// WindowTokens is what a prompt spends on earlier turns.
const WindowTokens = 800

// Tokens is about how many a model counts in a text: one for four bytes, so that
// Vietnamese counts for more than its letters.
func Tokens(text string) int { return (len(text) + 3) / 4 }

// Window is what a prompt says of earlier turns: the latest ones whole, those
// before them in a line each, as many as fit into the tokens, oldest first. It is
// bounded whatever the conversation holds. Numbers in it are no facts: the verifier
// refuses one that this turn has not computed. Turns about another building, or
// under a tighter label than this request's, stay out, as they may not go where
// this one may.
func Window(req eaio.Request, tokens int) string {
	var parts []string
	left := tokens
	whole := true
	for _, t := range slices.Backward(req.Earlier) {
		if !mayTell(req, t) {
			continue
		}
		text := wholeTurn(t)
		if whole = whole && t.Answer != "" && Tokens(text) <= left; !whole {
			text = outlineTurn(t)
		}
		if left -= Tokens(text); left < 0 {
			break
		}
		parts = append(parts, text)
	}
	slices.Reverse(parts)
	return strings.Join(parts, "")
}

// mayTell reports whether a turn may be told where this request may go.
func mayTell(req eaio.Request, t eaio.Turn) bool {
	label := cmp.Or(req.Privacy, eaio.PrivacyPublic)
	return t.Building == req.Building && label.Tighten(t.Privacy) == label
}

func wholeTurn(t eaio.Turn) string {
	return fmt.Sprintf("Turn %d. QUESTION: <<<%s>>> ANSWER (%s): <<<%s>>>\n", t.Number, oneLine(t.Question), outcomeOf(t), oneLine(t.Answer))
}

// outlineRunes bounds a question told in a line.
const outlineRunes = 120

func outlineTurn(t eaio.Turn) string {
	question := oneLine(t.Question)
	if utf8.RuneCountInString(question) > outlineRunes {
		question = cutRunes(question, outlineRunes) + "…"
	}
	line := fmt.Sprintf("Turn %d. QUESTION: <<<%s>>> (%s", t.Number, question, outcomeOf(t))
	if len(t.Facts) > 0 {
		line += "; " + strings.Join(t.Facts[:min(len(t.Facts), 3)], ", ")
	}
	return line + ")\n"
}

func outcomeOf(t eaio.Turn) string { return cmp.Or(string(t.AnswerStatus), string(t.Status)) }
