package api

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/eaio/eaio"
	"github.com/eaio/eaio/ingest"
)

// UploadLimits bound one file. A field left 0 takes its default.
type UploadLimits struct {
	Bytes int64         // as sent, and as unpacked; 1 GiB
	Rows  int64         // 1,500,000, which take 100 MB while they are read
	Time  time.Duration // from the first byte to the last; 15 minutes
}

func (l UploadLimits) withDefaults() UploadLimits {
	return UploadLimits{cmp.Or(l.Bytes, 1<<30), cmp.Or(l.Rows, 1_500_000), cmp.Or(l.Time, 15*time.Minute)}
}

// Upload is a body that is read as it comes, never held as a whole.
type Upload struct{ request huma.Context }

// Resolve keeps the request; huma calls it.
func (u *Upload) Resolve(request huma.Context) []error {
	u.request = request
	return nil
}

// file returns the body, to be read within limit.
func (u *Upload) file(limit time.Duration) io.Reader {
	_ = u.request.SetReadDeadline(time.Now().Add(limit))
	return upload{u.request.BodyReader(), limit}
}

type upload struct {
	body  io.Reader
	limit time.Duration
}

// Read gives a connection's failure the kind that the caller's part in it has.
func (u upload) Read(p []byte) (int, error) {
	n, err := u.body.Read(p)
	switch {
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return n, err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, eaio.Errorf(eaio.KindTooLarge, "", "the file took longer than %s to come: split it, or pack it with gzip", u.limit)
	}
	return n, eaio.Errorf(eaio.KindInvalid, "", "the connection broke before the file's end: send it again: %w", err)
}

// FileFormat says how a file is written.
type FileFormat struct {
	Timezone string `query:"timezone" maxLength:"100" doc:"of stamps without offset: an IANA name or +07:00"`
	Column   string `query:"column" maxLength:"100" doc:"the value column; default: the one there is, or one of a usual name"`
	Interval string `query:"interval" maxLength:"20" doc:"from one row to the next; default: the most common one" example:"15m"`
	File     string `query:"file" maxLength:"300" doc:"name to remember"`
}

// options returns how to read a file in a unit, within limits.
func (f FileFormat) options(unit string, l UploadLimits) (ingest.Options, error) {
	o := ingest.Options{Timezone: f.Timezone, Column: f.Column, Unit: unit, MaxBytes: l.Bytes, MaxRows: l.Rows}
	if f.Interval == "" {
		return o, nil
	}
	var err error
	if o.Interval, err = time.ParseDuration(f.Interval); err != nil || o.Interval <= 0 {
		return o, eaio.Errorf(eaio.KindInvalid, "", "interval=%s is not a time such as 15m or 1h", clip(f.Interval, 20))
	}
	return o, nil
}

type readingsInput struct {
	TaskOrBuilding
	Upload
	FileFormat
	Commodity string `query:"commodity" maxLength:"50" default:"electricity"`
	Unit      string `query:"unit" maxLength:"20" default:"kWh" doc:"energies are converted to kWh exactly"`
	Meter     string `query:"meter" maxLength:"200" doc:"default: <building>/<commodity>"`
}

type loadedOutput struct{ Body ingest.Loaded }

func (s *server) registerImports(a huma.API) {
	file := &huma.RequestBody{Required: true, Description: "CSV with a header (`timestamp,value`, or one column a meter) or JSON lines; gzip is recognised", Content: map[string]*huma.MediaType{"text/csv": {}, "application/x-ndjson": {}, "application/gzip": {}}}
	huma.Register(a, huma.Operation{
		OperationID: "import-readings", Method: http.MethodPost, Path: "/v1/buildings/{id}/readings", Summary: "Import meter readings", Tags: []string{"data"},
		Description: "All or nothing, and the same file twice changes nothing. Where a local clock is set forward, stamps in the hour that does not exist are refused; where it is set back, the first of two equal stamps is the earlier hour. A file with more than one row in twenty refused is refused whole.",
		RequestBody: file,
	}, s.importReadings)
	huma.Register(a, huma.Operation{
		OperationID: "import-weather", Method: http.MethodPost, Path: "/v1/weather/{id}", Summary: "Import a station's temperatures", Tags: []string{"data"},
		Description: "`timestamp,temperature`; degrees Celsius unless unit=F.", RequestBody: file,
	}, s.importWeather)
}

func (s *server) importReadings(ctx context.Context, in *readingsInput) (*loadedOutput, error) {
	if _, err := s.Buildings.Building(ctx, s.tenant(ctx), in.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	m := eaio.Meter{ID: in.Meter, Building: in.ID, Commodity: in.Commodity, Unit: in.Unit}
	if m.ID == "" {
		m.ID = in.ID + "/" + in.Commodity
	}
	options, err := in.options(in.Unit, s.Uploads)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	loaded, err := ingest.LoadReadings(ctx, s.Meters, s.tenant(ctx), m, in.File, in.file(s.Uploads.Time), options)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &loadedOutput{loaded}, nil
}

type weatherInput struct {
	TaskOrBuilding
	Upload
	FileFormat
	Unit string `query:"unit" enum:"C,F" default:"C"`
}

func (s *server) importWeather(ctx context.Context, in *weatherInput) (*loadedOutput, error) {
	options, err := in.options("deg"+in.Unit, s.Uploads)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	loaded, err := ingest.LoadWeather(ctx, s.Meters, s.tenant(ctx), in.ID, in.File, in.file(s.Uploads.Time), options)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &loadedOutput{loaded}, nil
}
