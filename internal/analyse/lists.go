package analyse

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/eaio/eaio/energy"
)

// maxListBytes bounds the small tables that a person writes.
const maxListBytes = 16 << 20

// ReadPeers reads peers from a CSV whose header names use, site_eui and, if known,
// source_eui, both in kWh per m² and year; an empty cell is unknown.
func ReadPeers(name string, r io.Reader) (out []energy.Peer, err error) {
	err = table(name, r, []string{"use", "site_eui"}, func(cell func(string) string, number func(string) (float64, error)) error {
		p := energy.Peer{Use: cell("use")}
		var err1, err2 error
		p.SiteEUI, err1 = number("site_eui")
		p.SourceEUI, err2 = number("source_eui")
		out = append(out, p)
		return errors.Join(err1, err2)
	})
	return out, err
}

// ReadFactors reads emission factors from a CSV whose header names commodity,
// kg_per_kwh and source and, where they matter, region, year and scope.
func ReadFactors(name string, r io.Reader) (out []energy.EmissionFactor, err error) {
	err = table(name, r, []string{"commodity", "kg_per_kwh", "source"}, func(cell func(string) string, number func(string) (float64, error)) error {
		f := energy.EmissionFactor{Commodity: cell("commodity"), Region: cell("region"), Source: cell("source")}
		kg, err1 := number("kg_per_kwh")
		year, err2 := number("year")
		scope, err3 := number("scope")
		f.KgPerKWh, f.Year, f.Scope = kg, int(year), int(scope)
		if cell("kg_per_kwh") == "" || f.Scope < 0 || f.Scope > 2 {
			return invalid("kg_per_kwh must be a number and scope 1, 2 or empty")
		}
		out = append(out, f)
		return errors.Join(err1, err2, err3)
	})
	return out, err
}

// table hands the rows of a CSV to row, which reads cells by the header's names. An
// absent or empty cell reads as "" and 0.
func table(name string, r io.Reader, needed []string, row func(cell func(string) string, number func(string) (float64, error)) error) error {
	c := csv.NewReader(io.LimitReader(r, maxListBytes))
	c.FieldsPerRecord = -1
	c.TrimLeadingSpace = true
	header, err := c.Read()
	if err != nil {
		return invalid("%s: a CSV with the columns %s is needed (%w)", name, strings.Join(needed, ","), err)
	}
	place := map[string]int{}
	for i, h := range header {
		place[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))] = i
	}
	for _, n := range needed {
		if _, ok := place[n]; !ok {
			return invalid("%s: no column %s; the header must name %s", name, n, strings.Join(needed, ","))
		}
	}
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return invalid("%s: %w", name, err)
		}
		line, _ := c.FieldPos(0)
		cell := func(n string) string {
			if i, ok := place[n]; ok && i < len(record) {
				return strings.TrimSpace(record[i])
			}
			return ""
		}
		number := func(n string) (float64, error) {
			s := cell(n)
			if s == "" {
				return 0, nil
			}
			x, err := strconv.ParseFloat(s, 64)
			if err != nil || !(x >= 0 && x <= 1e12) {
				return 0, invalid("%s %.20q must be a number of 0 or more", n, s)
			}
			return x, nil
		}
		if err := row(cell, number); err != nil {
			return invalid("%s, line %d: %w", name, line, err)
		}
	}
}
