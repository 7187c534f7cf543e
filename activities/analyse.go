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
)

// AnalysisStore is what analysing reads and writes.
type AnalysisStore interface {
	Subject(ctx context.Context, tenant eaio.TenantID, task string) (eaio.Subject, error)
	Readings(ctx context.Context, tenant eaio.TenantID, meter string, w eaio.Window) (eaio.Readings, error)
	Temperatures(ctx context.Context, tenant eaio.TenantID, station string, w eaio.Window) (eaio.Readings, error)
	SaveResults(ctx context.Context, tenant eaio.TenantID, task string, results []eaio.Result, hashes []string) error
	SiteStore
	PeerStore
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
	if s.Task.Plan != nil && s.Task.Plan.AllBuildings {
		return a.analyseAll(ctx, ref, s)
	}
	if s.Building == nil || s.Task.Plan == nil {
		return out, failure(eaio.Errorf(eaio.KindInvalid, "analyse", "task %s has no building or no plan", ref.ID))
	}
	g, err := a.load(ctx, ref.Tenant, s)
	if err != nil {
		return out, failure(err)
	}
	results, hashes := make([]eaio.Result, len(s.Task.Plan.Calls)), make([]string, len(s.Task.Plan.Calls))
	for i, call := range s.Task.Plan.Calls {
		hashes[i] = inputsHash(g, call, s.Task.AsOf, *s.Building)
		results[i], err = run(call.Analysis, func() (eaio.Result, error) { return energy.Run(call, g.forCall(call, s.Task.AsOf), s.Task.AsOf) })
		if err != nil {
			a.Log.ErrorContext(ctx, "an analysis failed", "task", ref.ID, "analysis", call.Analysis, "error", err)
			results[i] = eaio.Result{Analysis: call.Analysis, Status: eaio.ResultFailed}
			out.Failed = append(out.Failed, call.Analysis)
		}
		out.Count += len(results[i].Facts)
	}
	return out, failure(a.Store.SaveResults(ctx, ref.Tenant, ref.ID, results, hashes))
}

// analyseAll is Analyse for a plan that speaks of all buildings.
func (a *Analyst) analyseAll(ctx context.Context, ref eaio.TaskRef, s eaio.Subject) (out workflows.Gathered, err error) {
	var results []eaio.Result
	var hashes []string
	for _, call := range s.Task.Plan.Calls {
		found, of, err := a.ranking(ctx, ref.Tenant, call, s.Task.AsOf)
		if err != nil {
			return out, failure(err)
		}
		results, hashes = append(results, found...), append(hashes, of...)
	}
	for _, r := range results {
		out.Count += len(r.Facts)
	}
	return out, failure(a.Store.SaveResults(ctx, ref.Tenant, ref.ID, results, hashes))
}

// run keeps a panic of one analysis from taking the others down, and refuses a
// result that cannot be stored.
func run(name string, compute func() (eaio.Result, error)) (result eaio.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = eaio.Errorf(eaio.KindInternal, name, "panic: %v", p)
		}
	}()
	result, err = compute()
	if err == nil {
		err = finite(result)
	}
	return result, err
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

// inputsHash covers all that a fact depends on: the data with their versions, the
// method's version, its parameters, the price and what the building is. The same
// hash means the same number.
func inputsHash(g given, call eaio.Call, asOf time.Time, b eaio.Building) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%v|%s|%+v|%s|%s|%s|%s|%g|%s", g.data, energy.MethodVersion, call, asOf.UTC().Format(time.RFC3339), b.Timezone, b.PricePerKWh, b.Currency, b.AreaM2, b.Use))
	return hex.EncodeToString(sum[:8])
}
