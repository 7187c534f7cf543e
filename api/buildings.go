package api

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/eaio/eaio"
)

func (s *server) registerBuildings(a huma.API) {
	tags := []string{"buildings"}
	huma.Register(a, huma.Operation{OperationID: "buildings", Method: http.MethodGet, Path: "/v1/buildings", Summary: "List buildings", Tags: tags}, s.buildings)
	huma.Register(a, huma.Operation{OperationID: "create-building", Method: http.MethodPost, Path: "/v1/buildings", Summary: "Add a building", Tags: tags, DefaultStatus: http.StatusCreated, MaxBodyBytes: maxBody}, s.createBuilding)
	huma.Register(a, huma.Operation{OperationID: "building", Method: http.MethodGet, Path: "/v1/buildings/{id}", Summary: "Read a building", Tags: tags}, s.building)
	huma.Register(a, huma.Operation{OperationID: "change-building", Method: http.MethodPatch, Path: "/v1/buildings/{id}", Summary: "Change a building", Description: "Fields that are left out stay as they are.", Tags: tags, MaxBodyBytes: maxBody}, s.changeBuilding)
	huma.Register(a, huma.Operation{OperationID: "meters", Method: http.MethodGet, Path: "/v1/buildings/{id}/meters", Summary: "List a building's meters", Tags: tags}, s.meters)
}

type buildingsInput struct {
	Cursor string `query:"cursor" maxLength:"100"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type buildingOutput struct{ Body eaio.Building }

func (s *server) buildings(ctx context.Context, in *buildingsInput) (*listOf[eaio.Building], error) {
	list, err := s.Buildings.Buildings(ctx, s.tenant(ctx), in.Cursor, in.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return page(list, in.Limit, func(b eaio.Building) (eaio.Building, string) { return b, b.ID }), nil
}

func (s *server) building(ctx context.Context, in *TaskOrBuilding) (*buildingOutput, error) {
	b, err := s.Buildings.Building(ctx, s.tenant(ctx), in.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &buildingOutput{b}, nil
}

// BuildingFields is what a caller may set; nil leaves a field as it is.
type BuildingFields struct {
	Name           *string       `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Use            *string       `json:"use,omitempty" maxLength:"100" example:"education"`
	AreaM2         *float64      `json:"area_m2,omitempty" minimum:"0" maximum:"10000000"`
	Timezone       *string       `json:"timezone,omitempty" maxLength:"100" example:"Europe/London"`
	PricePerKWh    *string       `json:"price_per_kwh,omitempty" pattern:"^([0-9]{1,6}([.][0-9]{1,6})?)?$" patternDescription:"a decimal, such as 0.11, or empty" doc:"flat price, decimal; empty: none" example:"0.11"`
	Currency       *string       `json:"currency,omitempty" pattern:"^([A-Z]{3})?$" patternDescription:"a currency's three letters, such as GBP, or empty" example:"GBP"`
	PriceSource    *string       `json:"price_source,omitempty" maxLength:"500" doc:"where the price comes from; shown with every amount of money"`
	Privacy        *eaio.Privacy `json:"privacy,omitempty" enum:"private,deidentified,public" doc:"default private"`
	WeatherStation *string       `json:"weather_station,omitempty" maxLength:"100"`
	Source         *string       `json:"source,omitempty" maxLength:"500" doc:"where the data comes from, with its licence"`
}

func set[T any](into *T, from *T) {
	if from != nil {
		*into = *from
	}
}

func (f BuildingFields) apply(b *eaio.Building) {
	set(&b.Name, f.Name)
	set(&b.Use, f.Use)
	set(&b.AreaM2, f.AreaM2)
	set(&b.Timezone, f.Timezone)
	set(&b.PricePerKWh, f.PricePerKWh)
	set(&b.Currency, f.Currency)
	set(&b.PriceSource, f.PriceSource)
	set(&b.Privacy, f.Privacy)
	set(&b.WeatherStation, f.WeatherStation)
	set(&b.Source, f.Source)
}

var buildingID = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]{0,99}$`)

func checkBuilding(b eaio.Building) error {
	var wrong []string
	if !buildingID.MatchString(b.ID) {
		wrong = append(wrong, "id: up to 100 lower-case letters, digits, _ . - such as hq_north")
	}
	if strings.TrimSpace(b.Name) == "" {
		wrong = append(wrong, "name: a name to show")
	}
	if _, err := time.LoadLocation(b.Timezone); err != nil || b.Timezone == "" || b.Timezone == "Local" {
		wrong = append(wrong, "timezone: an IANA name such as Europe/London")
	}
	if (b.PricePerKWh == "") != (b.Currency == "") {
		wrong = append(wrong, "price_per_kwh and currency go together, such as 0.11 and GBP")
	}
	if len(wrong) > 0 {
		return eaio.Errorf(eaio.KindInvalid, "", "%s", strings.Join(wrong, "; "))
	}
	return nil
}

type createBuildingInput struct {
	Body struct {
		ID string `json:"id" doc:"lower-case letters, digits, _ . -" example:"hq_north"`
		BuildingFields
	}
}

func (s *server) createBuilding(ctx context.Context, in *createBuildingInput) (*buildingOutput, error) {
	b := eaio.Building{ID: in.Body.ID, Name: in.Body.ID, Privacy: eaio.PrivacyPrivate}
	in.Body.apply(&b)
	if err := checkBuilding(b); err != nil {
		return nil, s.fail(ctx, err)
	}
	err := s.Buildings.AddBuilding(ctx, s.tenant(ctx), b)
	if eaio.KindOf(err) == eaio.KindConflict {
		err = eaio.Errorf(eaio.KindConflict, "", "building %s exists already: change it with PATCH /v1/buildings/%s", b.ID, b.ID)
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &buildingOutput{b}, nil
}

type changeBuildingInput struct {
	TaskOrBuilding
	Body BuildingFields
}

func (s *server) changeBuilding(ctx context.Context, in *changeBuildingInput) (*buildingOutput, error) {
	b, err := s.Buildings.Building(ctx, s.tenant(ctx), in.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	in.Body.apply(&b)
	if err := checkBuilding(b); err != nil {
		return nil, s.fail(ctx, err)
	}
	if err := s.Buildings.PutBuilding(ctx, s.tenant(ctx), b); err != nil {
		return nil, s.fail(ctx, err)
	}
	return &buildingOutput{b}, nil
}

// meterView is a meter with its interval in seconds.
type meterView struct {
	eaio.Meter
	IntervalS int64 `json:"interval_s"`
}

func (s *server) meters(ctx context.Context, in *TaskOrBuilding) (*listOf[meterView], error) {
	if _, err := s.Buildings.Building(ctx, s.tenant(ctx), in.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	list, err := s.Meters.Meters(ctx, s.tenant(ctx), in.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out := &listOf[meterView]{}
	out.Body.Items = make([]meterView, len(list))
	for i, m := range list {
		out.Body.Items[i] = meterView{m, int64(m.Interval / time.Second)}
	}
	return out, nil
}
