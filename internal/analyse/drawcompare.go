package analyse

import (
	"image/color"
	"math"
	"slices"
	"strconv"

	"github.com/eaio/eaio"
	"gonum.org/v1/plot"
)

// number64 is the number of a value, or of a text that holds one, such as money.
func number64(v eaio.Value) (float64, bool) {
	if !v.IsText() {
		return v.Float()
	}
	x, err := strconv.ParseFloat(v.String(), 64)
	return x, err == nil
}

// number of a fact; NaN where there is none.
func (d *Document) number(name string) float64 {
	f, ok := d.fact(name)
	if x, isNumber := number64(f.Value); ok && isNumber {
		return x
	}
	return math.NaN()
}

// drawPeers shows the building among its peers, the lowest use first.
func drawPeers(d Document) ([]*plot.Plot, error) {
	eui, ok := d.fact("site_eui")
	own, isNumber := eui.Value.Float()
	if !ok || !isNumber || len(d.peers) == 0 {
		return nil, nil
	}
	p := newPanel(title("Benchmark", meterName(d), brief(eui.Value)+" "+eui.Unit, told(d, "site_percentile", "above %s of the peers")),
		"buildings by energy per floor area", "site energy in "+eui.Unit+" a year")
	place, _ := slices.BinarySearch(d.peers, own)
	peers := slices.Insert(slices.Clone(d.peers), place, math.NaN())
	n := len(peers)
	building := unknown(n)
	building[place] = own
	for _, s := range []stack{{"peers of the same use, " + strconv.Itoa(len(d.peers)), faint(blue(), 150), peers}, {"this building", red(), building}} {
		if err := bars(p, s.name, places(n), fromZero(n), s.values, barShare, s.colour); err != nil {
			return nil, err
		}
	}
	p.X.Min, p.X.Max, p.Y.Min = -0.5, float64(n)-0.5, 0
	p.X.Tick.Marker = plot.ConstantTicks(nil)
	for _, x := range []struct {
		name, label string
		c           color.Color
	}{{"site_eui_median", "median of the peers", grey()}, {"site_eui_p25", "best quarter", green()}} {
		if f, ok := d.fact(x.name); ok {
			across(p, d.number(x.name), x.label+", "+brief(f.Value), x.c)
		}
	}
	p.Legend.Left, p.Legend.XOffs = true, -p.Legend.XOffs
	headroom(p)
	return []*plot.Plot{p}, nil
}

// scopes names those of the GHG Protocol by their facts.
func scopes() map[string]string {
	return map[string]string{"emissions_scope_1": "scope 1, burnt on site", "emissions_scope_2": "scope 2, bought energy"}
}

// drawCarbon shows the emissions of each month by scope, or of the period and what it
// is compared with.
func drawCarbon(d Document) ([]*plot.Plot, error) {
	total, ok := d.fact("emissions")
	if !ok {
		return nil, nil
	}
	head := title("Emissions", meterName(d), brief(total.Value)+" "+total.Unit, toldSigned(d, "change_constant_factors_percent", "%s at constant factors"))
	if len(d.Months) > 0 {
		return stackedMonths(newPanel(head, "", total.Unit+" per month"), d, scopes())
	}
	p := newPanel(head, "", total.Unit)
	nan := math.NaN()
	names := []string{"period"}
	all := []stack{
		{scopes()["emissions_scope_1"], blue(), []float64{d.number("emissions_scope_1")}},
		{scopes()["emissions_scope_2"], orange(), []float64{d.number("emissions_scope_2")}},
	}
	if before := d.number("compare_emissions"); !math.IsNaN(before) {
		names = append(names, "comparison")
		all[0].values, all[1].values = append(all[0].values, nan), append(all[1].values, nan)
		all = append(all, stack{"all scopes of the comparison", grey(), []float64{nan, before}})
	}
	if err := stacked(p, all); err != nil {
		return nil, err
	}
	named(p, names)
	p.X.Min, p.X.Max, p.Y.Min = p.X.Min-1, p.X.Max+1, 0
	headroom(p)
	return []*plot.Plot{p}, nil
}
