// Package sample holds the real buildings that a fresh installation starts with:
// ten meters and two weather stations of the Building Data Genome Project 2, as
// files that go through the same import as anybody's. The data in bdg2/ has a
// licence of its own, CC BY-SA 4.0; this code has not.
package sample

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/ingest"
)

//go:embed bdg2
var data embed.FS

// File is one file of the sample and how to read it. It holds either a meter's
// readings or a station's temperatures.
type File struct {
	Name    string         // e.g. "robin_office_serena.csv.gz"
	Meter   eaio.Meter     // zero: weather
	Station string         // empty: readings
	Options ingest.Options // for ingest.Readings or ingest.Weather
}

// Open returns the file's bytes, CSV in gzip. The caller closes it.
func (f File) Open() (io.ReadCloser, error) { return data.Open("bdg2/" + f.Name) }

// Demo is a question that the sample has a good answer to.
type Demo struct {
	Building string
	AsOf     time.Time // exclusive
	Question string
}

// Question is the first one to ask. In the night from 24 to 25 April 2017 the
// Serena office used 366 kWh between 22:00 and 06:00, twice the median of the 28
// nights before (185 kWh), of which the highest took 215; what ran in the evening
// went on until the morning, and the next night was as usual. The weather does
// not explain it: the next night was as cold. Of the nights of these buildings it
// is the clearest case of something left on. The Lizbeth laboratory has none: its
// high nights are its hot ones.
func Question() Demo {
	return Demo{
		Building: "robin_office_serena",
		AsOf:     time.Date(2017, 4, 25, 23, 0, 0, 0, time.UTC), // midnight in London
		Question: "What was left on last night?",
	}
}

// site is what the buildings of a site share.
type site struct {
	place    string
	timezone string // of the buildings, and of the stamps in their files (bdg2/README.md tells why)
	standard string // of the stamps in the weather file
	price    string
	currency string
}

func siteOf(name string) site {
	if name == "fox" {
		return site{place: "Arizona", timezone: "America/Phoenix", standard: "-07:00", price: "0.11", currency: "USD"}
	}
	return site{place: "London", timezone: "Europe/London", standard: "+00:00", price: "0.11", currency: "GBP"}
}

// priceSource keeps the price from being taken for a tariff.
const priceSource = "round figure for this sample, about the commercial average of 2017; not a tariff: set your own with `eaio building set`"

// entry is one building of buildings.json.
type entry struct {
	OriginalID string  `json:"original_id"`
	ID         string  `json:"id"`
	Site       string  `json:"site"`
	Use        string  `json:"use"`
	Name       string  `json:"name"`
	AreaM2     float64 `json:"area_m2"`
}

func entries() []entry {
	raw, err := data.ReadFile("bdg2/buildings.json")
	if err != nil {
		panic(err) // it is part of the program
	}
	var all []entry
	if err := json.Unmarshal(raw, &all); err != nil {
		panic(fmt.Errorf("bdg2/buildings.json: %w", err))
	}
	return all
}

// Buildings returns the ten buildings. Their price is an assumption that says so.
func Buildings() []eaio.Building {
	var out []eaio.Building
	for _, e := range entries() {
		s := siteOf(e.Site)
		out = append(out, eaio.Building{
			ID:             e.ID,
			Name:           e.Name + ", " + s.place,
			Use:            e.Use,
			AreaM2:         e.AreaM2,
			Timezone:       s.timezone,
			PricePerKWh:    s.price,
			Currency:       s.currency,
			PriceSource:    priceSource,
			Privacy:        eaio.PrivacyPublic,
			WeatherStation: e.Site,
			Source: "Building Data Genome Project 2, " + e.OriginalID +
				" (Miller et al. 2020, Scientific Data 7:368, doi:10.1038/s41597-020-00712-x), CC BY-SA 4.0",
		})
	}
	return out
}

// Files returns the files of the sample: the weather first, then one a building
// in the order of Buildings.
func Files() []File {
	var out []File
	for _, station := range []string{"fox", "robin"} {
		out = append(out, File{
			Name:    "weather_" + station + ".csv.gz",
			Station: station,
			Options: ingest.Options{Timezone: siteOf(station).standard, Unit: "degC"},
		})
	}
	for _, e := range entries() {
		out = append(out, File{
			Name:    e.ID + ".csv.gz",
			Meter:   eaio.Meter{ID: e.ID + "/electricity", Building: e.ID, Commodity: "electricity", Unit: "kWh"},
			Options: ingest.Options{Timezone: siteOf(e.Site).timezone, Unit: "kWh"},
		})
	}
	return out
}
