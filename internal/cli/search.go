package cli

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// searchReply is what GET /v1/search gives.
type searchReply struct {
	Items   []searchHit `json:"items"`
	Terms   []string    `json:"terms"`
	Weights struct {
		Words float64 `json:"words"`
		Dense float64 `json:"dense"`
	} `json:"weights"`
	Without string `json:"without,omitempty"`
}

type searchHit struct {
	Rank     int       `json:"rank"`
	Score    float64   `json:"score"`
	Passage  string    `json:"passage"`
	Document string    `json:"document"`
	No       int       `json:"no"`
	Title    string    `json:"title"`
	Source   string    `json:"source,omitempty"`
	Class    string    `json:"class"`
	Language string    `json:"language,omitempty"`
	Building string    `json:"building,omitempty"`
	Date     string    `json:"date,omitempty"`
	Text     string    `json:"text"`
	Words    *placedBy `json:"words,omitempty"`
	Dense    *placedBy `json:"dense,omitempty"`
	Matched  []string  `json:"matched"`
}

type placedBy struct {
	Rank  int     `json:"rank"`
	Score float64 `json:"score"`
}

func (s *state) searchCommand() *cobra.Command {
	query := url.Values{}
	var class []string
	var limit int
	var explain, one bool
	c := &cobra.Command{
		Use: "search WORDS…", Short: "Find passages of documents and cards that an answer could cite", Args: cobra.MinimumNArgs(1),
		Long: `Find passages of your documents and of the shipped cards, as an answer would: by
their words (BM25) and, where an embedding model counts for the language, by
meaning. The two rankings become one by the passages' ranks in them.`,
		Example: `  eaio search "left on at night"
  eaio search --explain --limit 3 "dự báo ngày mai"
  eaio search --building hq --class note,finding chiller`,
		RunE: func(c *cobra.Command, args []string) error {
			query.Set("q", strings.Join(args, " "))
			query.Set("limit", strconv.Itoa(limit))
			if len(class) > 0 {
				query.Set("class", strings.Join(class, ","))
			}
			if one {
				query.Set("one_per_document", "true")
			}
			var found searchReply
			if err := s.get(c.Context(), "/v1/search?"+query.Encode(), &found); err != nil {
				return err
			}
			if s.json {
				return s.printJSON(found)
			}
			renderSearch(s.out, found, explain)
			return nil
		},
	}
	f := c.Flags()
	for name, usage := range map[string]string{
		"language": "en or vi; default: that of the words", "building": "passages about it, and those about no building",
		"from": "only of this day and later, such as 2026-03-01", "to": "only up to this day",
	} {
		f.Func(name, usage, func(v string) error { query.Set(name, v); return nil })
	}
	f.StringSliceVar(&class, "class", nil, "only of these source classes: card, note, manual, tariff, finding")
	f.IntVarP(&limit, "limit", "n", 5, "how many, at most 50")
	f.BoolVar(&one, "one-per-document", false, "the best passage of each document only")
	f.BoolVar(&explain, "explain", false, "show what the words were read as and how each ranking placed a passage")
	_ = c.RegisterFlagCompletionFunc("building", s.completeBuildings)
	_ = c.RegisterFlagCompletionFunc("class", cobra.FixedCompletions([]string{"card", "note", "manual", "tariff", "finding"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func renderSearch(w io.Writer, found searchReply, explain bool) {
	if explain {
		fmt.Fprintf(w, "Read as    %s\n", cmp.Or(strings.Join(found.Terms, " "), "nothing that can be looked up"))
		fmt.Fprintf(w, "Weights    words %g, vectors %g\n", found.Weights.Words, found.Weights.Dense)
	}
	if found.Without != "" {
		fmt.Fprintf(w, "By words alone: %s\n", found.Without)
	}
	if len(found.Items) == 0 {
		fmt.Fprintln(w, "Nothing was found.")
	}
	for _, h := range found.Items {
		fmt.Fprintf(w, "\n%d. %s  [%s]\n", h.Rank, h.Title, strings.Join(labels(h), ", "))
		if explain {
			fmt.Fprintf(w, "   score %.5f: words %s, vectors %s; holds %s\n", h.Score, place(h.Words, "BM25"), place(h.Dense, "cosine"), cmp.Or(strings.Join(h.Matched, " "), "none of the terms"))
		}
		for line := range strings.SplitSeq(strings.TrimSpace(h.Text), "\n") {
			fmt.Fprintf(w, "   %s\n", line)
		}
	}
}

func labels(h searchHit) (all []string) {
	all = []string{h.Class, h.Document}
	for _, l := range []string{h.Language, h.Building, h.Date, h.Source} {
		if l != "" {
			all = append(all, l)
		}
	}
	return all
}

func place(p *placedBy, of string) string {
	if p == nil {
		return "not among the best"
	}
	return fmt.Sprintf("rank %d (%s %.3f)", p.Rank, of, p.Score)
}
