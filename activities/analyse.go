package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/workflows"
	"github.com/shopspring/decimal"
)

// AnalysisStore is what analysing reads and writes.
type AnalysisStore interface {
	Subject(ctx context.Context, tenant eaio.TenantID, task string) (eaio.Subject, error)
	Readings(ctx context.Context, tenant eaio.TenantID, meter string, w eaio.Window) (eaio.Readings, error)
	SaveResults(ctx context.Context, tenant eaio.TenantID, task string, results []eaio.Result, hashes []string) error
}

// Analyst runs a plan's analyses over the building's readings.
type Analyst struct {
	Store AnalysisStore
	Log   *slog.Logger
}

// Analyse computes and stores the facts of a task. An analysis that cannot be
// run is stored as failed and does not stop the others.
func (a *Analyst) Analyse(ctx context.Context, ref eaio.TaskRef) (workflows.Gathered, error) {
	var out workflows.Gathered
	s, err := a.Store.Subject(ctx, ref.Tenant, ref.ID)
	if err != nil {
		return out, failure(err)
	}
	if s.Building == nil || s.Task.Plan == nil {
		return out, failure(eaio.Errorf(eaio.KindInvalid, "analyse", "task %s has no building or no plan", ref.ID))
	}
	readings, err := a.load(ctx, ref.Tenant, s)
	if err != nil {
		return out, failure(err)
	}
	results, hashes := make([]eaio.Result, len(s.Task.Plan.Calls)), make([]string, len(s.Task.Plan.Calls))
	price := priceOf(*s.Building)
	for i, call := range s.Task.Plan.Calls {
		hashes[i] = inputsHash(readings.Meter, call, s.Task.AsOf, *s.Building)
		results[i], err = run(call, s, readings, price)
		if err != nil {
			a.Log.ErrorContext(ctx, "an analysis failed", "task", ref.ID, "analysis", call.Analysis, "error", err)
			results[i] = eaio.Result{Analysis: call.Analysis, Status: eaio.ResultFailed}
			out.Failed = append(out.Failed, call.Analysis)
		}
		out.Count += len(results[i].Facts)
	}
	return out, failure(a.Store.SaveResults(ctx, ref.Tenant, ref.ID, results, hashes))
}

// load reads, once, the span of readings that all analyses of the plan need.
func (a *Analyst) load(ctx context.Context, tenant eaio.TenantID, s eaio.Subject) (eaio.Readings, error) {
	meter, ok := mainMeter(s.Meters)
	if !ok {
		return eaio.Readings{Step: time.Hour}, nil
	}
	loc := location(*s.Building)
	var w eaio.Window
	for _, call := range s.Task.Plan.Calls {
		need := energy.WindowNeeded(call, s.Task.AsOf, loc)
		if w.From.IsZero() || need.From.Before(w.From) {
			w.From = need.From
		}
		if need.To.After(w.To) {
			w.To = need.To
		}
	}
	return a.Store.Readings(ctx, tenant, meter.ID, w)
}

// run keeps a panic of one analysis from taking the others down.
func run(call eaio.Call, s eaio.Subject, r eaio.Readings, price energy.Price) (result eaio.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = eaio.Errorf(eaio.KindInternal, call.Analysis, "panic: %v", p)
		}
	}()
	result, err = energy.Run(call, seriesOf(r, *s.Building), s.Task.AsOf, price)
	if err == nil {
		err = finite(result)
	}
	return result, err
}

func seriesOf(r eaio.Readings, b eaio.Building) energy.Series {
	return energy.Series{
		Start: r.Start, Step: r.Step, Values: r.Values, Location: location(b),
		Unit: r.Meter.Unit, Commodity: r.Meter.Commodity,
	}
}

// finite refuses a result that cannot be stored: one such fact would take the
// facts of all other analyses with it.
func finite(r eaio.Result) error {
	for _, f := range r.Facts {
		if x, number := f.Value.Float(); number && (math.IsNaN(x) || math.IsInf(x, 0)) {
			return eaio.Errorf(eaio.KindInternal, r.Analysis, "%s is not a finite number", f.Name)
		}
	}
	return nil
}

// priceOf is the building's flat price; the zero price where it has none.
func priceOf(b eaio.Building) energy.Price {
	perKWh, err := decimal.NewFromString(b.PricePerKWh)
	if err != nil || b.Currency == "" {
		return energy.Price{}
	}
	return energy.Price{PerKWh: perKWh, Currency: b.Currency}
}

// inputsHash covers all that a fact depends on: the meter and its data version,
// the method's version, its parameters and the price. The same hash means the
// same number.
func inputsHash(m eaio.Meter, call eaio.Call, asOf time.Time, b eaio.Building) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%d|%s|%+v|%s|%s|%s|%s", m.ID, m.Version, energy.MethodVersion, call, asOf.UTC().Format(time.RFC3339), b.Timezone, b.PricePerKWh, b.Currency))
	return hex.EncodeToString(sum[:8])
}
