package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/eaio/eaio"
	"github.com/eaio/eaio/ingest"
)

// maxUpload bounds a file as sent and as unpacked; uploadTime the whole Upload.
const (
	maxUpload  = 1 << 30
	uploadTime = 15 * time.Minute
)

// Upload is a body that is read as it comes, never held as a whole.
type Upload struct{ body io.Reader }

// Resolve keeps the body's reader; huma calls it.
func (u *Upload) Resolve(ctx huma.Context) []error {
	_ = ctx.SetReadDeadline(time.Now().Add(uploadTime))
	u.body = ctx.BodyReader()
	return nil
}

type readingsInput struct {
	TaskOrBuilding
	Upload
	Commodity string `query:"commodity" maxLength:"50" default:"electricity"`
	Unit      string `query:"unit" maxLength:"20" default:"kWh" doc:"energies are converted to kWh exactly"`
	Timezone  string `query:"timezone" maxLength:"100" doc:"of stamps without offset: an IANA name or +07:00"`
	Column    string `query:"column" maxLength:"100" doc:"the value column; default: the second"`
	Meter     string `query:"meter" maxLength:"200" doc:"default: <building>/<commodity>"`
	File      string `query:"file" maxLength:"300" doc:"name to remember"`
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
	loaded, err := ingest.LoadReadings(ctx, s.Meters, s.tenant(ctx), m, in.File, in.body, ingest.Options{Timezone: in.Timezone, Column: in.Column, MaxBytes: maxUpload})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &loadedOutput{loaded}, nil
}

type weatherInput struct {
	TaskOrBuilding
	Upload
	Unit     string `query:"unit" enum:"C,F" default:"C"`
	Timezone string `query:"timezone" maxLength:"100"`
	Column   string `query:"column" maxLength:"100"`
	File     string `query:"file" maxLength:"300"`
}

func (s *server) importWeather(ctx context.Context, in *weatherInput) (*loadedOutput, error) {
	loaded, err := ingest.LoadWeather(ctx, s.Meters, s.tenant(ctx), in.ID, in.File, in.body, ingest.Options{Timezone: in.Timezone, Column: in.Column, Unit: "deg" + in.Unit, MaxBytes: maxUpload})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &loadedOutput{loaded}, nil
}
