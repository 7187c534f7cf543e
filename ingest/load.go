package ingest

import (
	"context"
	"io"

	"github.com/eaio/eaio"
)

// Store takes accepted rows in: all or nothing.
type Store interface {
	ImportReadings(ctx context.Context, tenant eaio.TenantID, m eaio.Meter, readings []eaio.Reading, from eaio.ImportSource) (eaio.ImportReport, error)
	ImportWeather(ctx context.Context, tenant eaio.TenantID, station string, readings []eaio.Reading, from eaio.ImportSource) (eaio.ImportReport, error)
}

// Loaded tells what a file held and what became of it in the store.
type Loaded struct {
	File   Report            `json:"file"`
	Stored eaio.ImportReport `json:"stored"`
}

// LoadReadings reads a file and stores its readings as the meter's; the meter's
// interval is the file's. A file that is refused changes nothing. The report of
// the file is filled in also when err is not nil.
func LoadReadings(ctx context.Context, s Store, tenant eaio.TenantID, m eaio.Meter, name string, r io.Reader, o Options) (Loaded, error) {
	var out Loaded
	o.Unit = m.Unit
	rows, report, err := Readings(r, o)
	out.File = report
	if err != nil {
		return out, err
	}
	m.Interval, m.Unit = report.Interval, report.Unit
	out.Stored, err = s.ImportReadings(ctx, tenant, m, rows, provenance(name, report))
	return out, err
}

// LoadWeather reads a file of temperatures and stores them as the station's.
func LoadWeather(ctx context.Context, s Store, tenant eaio.TenantID, station, name string, r io.Reader, o Options) (Loaded, error) {
	var out Loaded
	rows, report, err := Weather(r, o)
	out.File = report
	if err != nil {
		return out, err
	}
	readings := make([]eaio.Reading, len(rows))
	for i, row := range rows {
		readings[i] = eaio.Reading{At: row.At, Value: row.TempC}
	}
	out.Stored, err = s.ImportWeather(ctx, tenant, station, readings, provenance(name, report))
	return out, err
}

func provenance(name string, r Report) eaio.ImportSource {
	return eaio.ImportSource{File: name, SHA256: r.SHA256, Rows: r.Rows, Refused: r.Refused}
}
