package tariff_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

func example(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/commercial.json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParse(t *testing.T) {
	x, err := tariff.Parse(example(t))
	if err != nil {
		t.Fatal(err)
	}
	if x.Name != "General Service Demand TOU" || x.Currency != "USD" || !x.Start.Equal(date(time.UTC, 2016, 1, 1)) || !x.End.IsZero() {
		t.Errorf("parsed as %+v", x)
	}
	if got := strings.Join(x.NotBilled, " "); got != "demandreactivepowercharge energyratestructure.sell" {
		t.Errorf("not billed: %s", got)
	}
	in, err := tariff.Parse([]byte(`{"items":[` + string(example(t)) + `]}`))
	if err != nil || in.Name != x.Name {
		t.Errorf("the API's answer: %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	one := `"energyratestructure":[[{"rate":0.1}]]`
	for _, c := range []struct{ json, want string }{
		{``, "unexpected end"},
		{`[]`, "cannot unmarshal"},
		{`{}`, "charges nothing"},
		{`{"energyratestructure":[[]]}`, "energyratestructure[0]: 0 tiers"},
		{`{"energyratestructure":[[{"rate":"0.1"}]]}`, `"0.1" is not a number`},
		{`{"energyratestructure":[[{"rate":1e999999999}]]}`, "1e999999999 is not a number"},
		{`{"energyratestructure":[[{"rate":1e-999999999}]]}`, "is not a number"},
		{`{"energyratestructure":[[{"rate":1e-21}]]}`, "1e-21 is not a number"},
		{`{"energyratestructure":[[{"rate":1,"max":1e41},{"rate":1}]]}`, "1e41 is not a number"},
		{`{"energyratestructure":[[{"rate":0.` + strings.Repeat("1", 50) + `}]]}`, "is not a number"},
		{`{"energyratestructure":[[{"rate":2e9}]]}`, "energyratestructure[0][0].rate: 2000000000 is beyond"},
		{`{"energyratestructure":[[{"rate":1,"adj":-2e9}]]}`, "energyratestructure[0][0].adj"},
		{`{"energyratestructure":[[{"rate":1,"max":5}]]}`, "energyratestructure[0][0].max: the last tier ends at 5"},
		{`{"energyratestructure":[[{"rate":1},{"rate":2}]]}`, "energyratestructure[0][0].max"},
		{`{"energyratestructure":[[{"rate":1,"max":5},{"rate":1,"max":5},{"rate":2}]]}`, "energyratestructure[0][1].max: 5 does not rise"},
		{`{"energyratestructure":[[{"rate":1,"unit":"MWh"}]]}`, "energyratestructure[0][0].unit"},
		{`{"energyratestructure":[[{"rate":1,"max":2,"unit":"kWh/kW"},{"rate":1}]]}`, "energyratestructure[0][1].unit"},
		{`{"energyratestructure":[[{"rate":1}],[{"rate":2}]]}`, "energyweekdayschedule: 0 months"},
		{`{` + one + `,"energyweekdayschedule":` + always + `}`, "energyweekendschedule: 0 months"},
		{`{` + one + `,"energyweekdayschedule":` + hours(1, 2) + `,"energyweekendschedule":` + always + `}`, "energyweekdayschedule[0][1]: there is no period 1"},
		{`{` + one + `,"energyweekdayschedule":` + strings.Replace(always, "0", "-1", 1) + `,"energyweekendschedule":` + always + `}`, "no period -1"},
		{`{` + one + `,"energyweekdayschedule":[[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0]]}`, "energyweekdayschedule[0]: 1 entries, want 24"},
		{`{"flatdemandstructure":[[{"rate":1}],[{"rate":2}]]}`, "flatdemandmonths: 0 entries"},
		{`{"flatdemandstructure":[[{"rate":1}]],"flatdemandmonths":[0,0,0,0,0,0,0,0,0,0,0,1]}`, "flatdemandmonths[11]"},
		{`{"flatdemandstructure":[[{"rate":1}]],"flatdemandunit":"kVA"}`, "flatdemandunit"},
		{`{"demandratestructure":[[{"rate":1}]],"demandrateunit":"hp daily"}`, "demandrateunit"},
		{`{"demandratestructure":[[{"rate":1}]],"demandwindow":7}`, "demandwindow"},
		{`{"demandratestructure":[[{"rate":1}]],"demandwindow":-15}`, "demandwindow"},
		{`{"demandratestructure":[[{"rate":1}]],"demandwindow":0.5}`, "demandwindow"},
		{`{` + one + `,"demandratchetpercentage":[0.8]}`, "demandratchetpercentage: 1 entries"},
		{`{` + one + `,"demandratchetpercentage":[80,0,0,0,0,0,0,0,0,0,0,0]}`, "demandratchetpercentage[0]: 80 is not a fraction"},
		{`{"flatdemandstructure":[[{"rate":1}]],"lookbackPercent":0.5,"lookbackRange":99}`, "lookbackRange"},
		{`{"flatdemandstructure":[[{"rate":1}]],"lookbackPercent":0.5,"lookbackMonths":[true]}`, "lookbackMonths"},
		{`{"flatdemandstructure":[[{"rate":1}]],"lookbackPercent":0.5,"lookbackMonths":[2]}`, "2 is not true or false"},
		{`{"fixedchargefirstmeter":1,"fixedchargeunits":"$/week"}`, "fixedchargefirstmeter"},
		{`{"fixedmonthlycharge":2e9}`, "fixedmonthlycharge"},
		{`{"mincharge":-5}`, "mincharge"},
		{`{` + one + `,"currency":"usd"}`, "currency"},
		{`{` + one + `,"currency":""}`, "currency"},
		{`{` + one + `,"country":"VNM"}`, "currency: missing"},
		{`{` + one + `,"startdate":-1}`, "startdate"},
		{`{` + one + `,"taxes":[{"name":"VAT","percent":101}]}`, "taxes[0]"},
		{`{` + one + `,"taxes":[{"percent":10}]}`, "taxes[0]"},
		{`{` + one + `,"name":"` + strings.Repeat("x", 201) + `"}`, "name: longer"},
		{`{` + one + `,"utility":"a\u0007b"}`, "utility: longer than 200 bytes, or not printable"},
		{`{` + one + `,"taxes":[{"name":"a\nb","percent":10}]}`, "taxes[0]"},
		{`{"items":[{` + one + `},{` + one + `}]}`, "items: holds 2"},
		{strings.Repeat(" ", tariff.MaxBytes+1), "bytes, at most"},
	} {
		_, err := tariff.Parse([]byte(c.json))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.150s: %v, want %q", c.json, err, c.want)
		}
	}
}

// A flat tariff is the one that Parse makes of a single rate.
func TestFlat(t *testing.T) {
	u := usage(date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1), time.Hour, office)
	x, err := tariff.Flat("flat", "EUR", decimal.RequireFromString("0.1234"))
	if err != nil {
		t.Fatal(err)
	}
	y := parse(t, `"name":"flat"`, `"currency":"EUR"`, `"energyratestructure":[[{"rate":0.1234}]]`)
	a, b := bill(t, x, u, u.Start, date(time.UTC, 2017, 7, 1)), bill(t, y, u, u.Start, date(time.UTC, 2017, 7, 1))
	wantBill(t, a, "1159.96", lines(b)) // 9,400 kWh
	for currency, price := range map[string]decimal.Decimal{"eur": decimal.New(1, 0), "EUR": decimal.New(1, 1_000_000), "USD": decimal.New(2, 9)} {
		if _, err := tariff.Flat("", currency, price); err == nil {
			t.Errorf("a price of %sE%d %s is taken", price.Coefficient(), price.Exponent(), currency)
		}
	}
}

// Every fault is named at once.
func TestParseNamesAllFaults(t *testing.T) {
	_, err := tariff.Parse([]byte(`{"currency":"$","energyratestructure":[[]],"demandratestructure":[[]],"fixedchargefirstmeter":1,"fixedchargeunits":"x"}`))
	for _, want := range []string{"currency", "energyratestructure[0]", "demandratestructure[0]", "fixedchargefirstmeter"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

// What Parse takes can be billed, and the bill adds up.
func FuzzParse(f *testing.F) {
	f.Add(example(f))
	f.Add([]byte(`{"items":[{"energyratestructure":[[{"rate":0.1}]]}]}`))
	f.Add([]byte(`{"energyratestructure":[[{"max":3,"rate":-0.1,"adj":1e-20,"unit":"kWh/kW daily"},{"rate":1e9,"unit":"kWh/kW daily"}]],"currency":"KWD"}`))
	f.Add([]byte(`{"flatdemandstructure":[[{"rate":9}]],"lookbackPercent":1,"lookbackRange":24,"mincharge":1e9,"minchargeunits":"$/day"}`))
	f.Add([]byte(`{"fixedchargefirstmeter":1,"fixedchargeunits":"$/year","taxes":[{"name":"VAT","percent":100},{"name":"x","percent":1e-9}]}`))
	from := date(time.UTC, 2017, 6, 1)
	u := usage(date(time.UTC, 2017, 5, 1), date(time.UTC, 2017, 8, 1), time.Hour, office)
	u.KWh[800], u.KWh[900] = -3, 1e8
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := tariff.Parse(b)
		if err != nil {
			return
		}
		bill(t, x, u, from, date(time.UTC, 2017, 7, 15))
	})
}
