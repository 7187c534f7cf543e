package analyse

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"github.com/eaio/eaio"
)

// Table prints a document for people: the finding with its reasons, the facts, the
// events, and what it rests on.
func Table(w io.Writer, d Document) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", d.Analysis, words(string(d.Status)))
	if len(d.Reasons) > 0 {
		fmt.Fprintf(&b, " (%s)", words(strings.Join(d.Reasons, ", ")))
	}
	b.WriteByte('\n')
	for _, reason := range d.Reasons {
		if text, ok := d.Explanations[reason]; ok {
			wrap(&b, "  -", words(reason)+": "+text)
		}
	}
	c := clock{d.Inputs.clock}
	for _, f := range d.Inputs.Meters {
		what := "readings of " + f.Commodity + " in " + f.Unit + ", every " + f.Interval
		if f.Interval == billsInterval {
			what = "bills of " + f.Commodity + " in " + f.Unit
		}
		fmt.Fprintf(&b, "%s: %d %s, %s%s\n", f.Name, f.Accepted, what, c.span(f.First, f.End), losses(f))
	}
	if f := d.Inputs.Temperature; f != nil {
		fmt.Fprintf(&b, "%s: %d temperatures in °%s, every %s, %s%s\n", f.Name, f.Accepted, f.Unit, f.Interval, c.span(f.First, f.End), losses(*f))
	}
	fmt.Fprintf(&b, "days begin at midnight %s", d.Inputs.DayBoundary)
	if !d.Inputs.AsOf.IsZero() {
		fmt.Fprintf(&b, "; nothing from %s on was looked at", c.minute(d.Inputs.AsOf))
	}
	b.WriteString("\n")
	facts(&b, d.Facts, c)
	events(&b, d.Events, c)
	_, err := io.WriteString(w, trimLines(b.String()))
	return err
}

// trimLines drops the blanks that columns leave at the ends of lines.
func trimLines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
}

// clock tells instants on the clock whose days were analysed.
type clock struct{ loc *time.Location }

func (c clock) minute(t time.Time) string { return c.layout(t, "2006-01-02 15:04") }

func (c clock) layout(t time.Time, layout string) string {
	if c.loc != nil {
		t = t.In(c.loc)
	}
	return t.Format(layout)
}

// span tells whole days by their dates, the last one included, and all else to the
// minute, the end excluded.
func (c clock) span(from, to time.Time) string {
	if c.layout(from, "1504") == "0000" && c.layout(to, "1504") == "0000" && from.Before(to) {
		first, last := c.layout(from, time.DateOnly), c.layout(to.Add(-time.Minute), time.DateOnly)
		if first == last {
			return first
		}
		return first + " to " + last
	}
	return c.minute(from) + " – " + c.minute(to)
}

func losses(f File) string {
	var b strings.Builder
	for _, x := range []struct {
		n    int64
		what string
	}{{f.Missing, "empty"}, {f.Duplicates, "repeated"}, {f.Sentinels, "that stand for none (-99 and the like)"}, {f.Refused, "refused"}} {
		if x.n > 0 {
			fmt.Fprintf(&b, ", %d %s", x.n, x.what)
		}
	}
	if len(f.Reasons) > 0 {
		fmt.Fprintf(&b, " (%s", words(strings.Join(slices.Sorted(maps.Keys(f.Reasons)), ", ")))
		if len(f.RefusedRows) > 0 {
			fmt.Fprintf(&b, "; the first on line %d", f.RefusedRows[0].Line)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// facts come with their window where it is not that of the fact before, and how they
// were computed below.
func facts(b *strings.Builder, all []Fact, c clock) {
	if len(all) == 0 {
		return
	}
	b.WriteByte('\n')
	tw := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	var window eaio.Window
	var shown []Fact
	for _, f := range all {
		if strings.HasPrefix(f.Name, "event_") { // the events have a table of their own
			continue
		}
		shown = append(shown, f)
		span := ""
		if f.Window != window {
			span = c.span(f.Window.From, f.Window.To)
		}
		window = f.Window
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", f.ID, words(f.Name), strings.TrimSpace(number(f.Value)+" "+f.Unit), span)
	}
	_ = tw.Flush()
	b.WriteByte('\n')
	for i := 0; i < len(shown); {
		k := i + 1
		for k < len(shown) && shown[k].Method == shown[i].Method {
			k++
		}
		ids := shown[i].ID
		if k > i+1 {
			ids += "–" + shown[k-1].ID
		}
		wrap(b, ids, shown[i].Method)
		i = k
	}
}

// lineWidth is that of wrapped text, in characters.
const lineWidth = 100

// wrap writes a text beside a label, in lines of lineWidth.
func wrap(b *strings.Builder, label, text string) {
	indent := 9
	if strings.HasPrefix(label, " ") {
		indent = len(label) + 1
	}
	line := label + strings.Repeat(" ", max(1, indent-utf8.RuneCountInString(label)))
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > lineWidth {
			b.WriteString(line + "\n")
			line, empty = strings.Repeat(" ", indent), true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	b.WriteString(line + "\n")
}

func events(b *strings.Builder, all []Event, c clock) {
	if len(all) == 0 {
		return
	}
	b.WriteByte('\n')
	tw := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "start\tend\tkind\t"+all[0].Unit+"\tcost\tseverity\tscore")
	for _, e := range all {
		cost := ""
		if e.Cost != nil {
			cost = *e.Cost + " " + e.Currency
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%+.1f\t%s\t%s\t%.1f\n", c.minute(e.Start), c.minute(e.End), words(e.Kind), e.KWh, cost, e.Severity, e.Score)
	}
	_ = tw.Flush()
}

// number shows three decimals at most, and four digits of what is below one; the JSON
// holds all of it.
func number(v eaio.Value) string {
	x, ok := v.Float()
	if v.IsText() || !ok {
		return v.String()
	}
	places := 3
	for y := math.Abs(x); y > 0 && y < 1 && places < 9; y *= 10 {
		places++
	}
	scale := math.Pow10(places)
	return strconv.FormatFloat(math.Round(x*scale)/scale+0, 'f', -1, 64)
}

func words(s string) string { return strings.ReplaceAll(s, "_", " ") }
