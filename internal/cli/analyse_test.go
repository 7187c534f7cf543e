package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eaio/eaio"
)

const (
	eemeterSamples = "../../energy/baseline/testdata/eemeter/"
	bdg2Sample     = "../../energy/testdata/bdg2/electricity_hourly.csv.gz"
)

// shell runs the command line as Main does, and returns what it printed and the code.
func shell(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	root := New(Version{Number: "test"}, &stdout, &stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	var quiet *exitError
	switch {
	case err == nil:
	case errors.As(err, &quiet):
		code = quiet.code
	case eaio.KindOf(err) == eaio.KindInvalid:
		code = 2
	default:
		code = 1
	}
	if err != nil && quiet == nil {
		stderr.WriteString(err.Error())
	}
	return stdout.String(), stderr.String(), code
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The command of the published sample, to the letter.
func TestAnalyseSavings(t *testing.T) {
	plot := filepath.Join(t.TempDir(), "savings.svg")
	out, errs, code := shell(t, "analyse", "savings",
		"--meter", eemeterSamples+"il-electricity-cdd-hdd-daily.csv.gz", "--temperature", eemeterSamples+"il-tempF.csv.gz",
		"--commodity", "electricity", "--unit", "kWh", "--temperature-unit", "F", "--day-boundary", "UTC",
		"--baseline-end", "2016-12-26T00:00:00Z", "--reporting-start", "2017-01-04T00:00:00Z", "--json", "--plot", plot)
	if code != 0 || errs != "" {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var d struct {
		Analysis, Status string
		Facts            []struct {
			Name  string
			Value any
		}
	}
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"verdict": "confirmed", "avoided_energy_use": 793.908, "avoided_energy_use_percent": 8.04, "uncertainty_band": 299.296,
		"uncertainty_band_eemeter": 315.415, "heating_balance_point": 53.0, "cooling_balance_point": 68.0,
		"intercept": 13.4724, "heating_slope": 1.1123, "cooling_slope": 2.5163, "adjusted_r_squared": 0.7685,
	}
	for _, f := range d.Facts {
		w, isNumber := want[f.Name].(float64)
		x, _ := f.Value.(float64)
		if isNumber && math.Abs(x-w) <= 5e-4 || !isNumber && f.Value == want[f.Name] {
			delete(want, f.Name)
		}
	}
	if d.Analysis != "savings" || len(want) > 0 {
		t.Errorf("not found: %v in %s", want, out[:min(len(out), 2000)])
	}
	if b, err := os.ReadFile(plot); err != nil || !bytes.Contains(b, []byte("<svg")) {
		t.Errorf("plot: %v", err)
	}
}

func TestAnalyseExitCodes(t *testing.T) {
	hours := "t,v\n2017-01-01T00:00Z,1\n2017-01-01T01:00Z,2\n"
	meter := write(t, "m.csv", hours)
	for _, c := range []struct {
		name string
		args string
		code int
		want string // in the output or the error
	}{
		{"computed", "quality --meter " + meter + " --as-of 2017-01-02", 0, "quality: "},
		{"declines", "baseload --meter " + meter, 3, "insufficient data"},
		{"declines as JSON", "baseload --json --meter " + meter, 3, `"status": "insufficient_data"`},
		{"declines a plot", "baseload --meter " + meter + " --plot " + filepath.Join(t.TempDir(), "x.png"), 3, "no plot written"},
		{"no such file", "quality --meter nowhere.csv", 2, "nowhere.csv"},
		{"no meter", "quality", 2, "meter"},
		{"an unknown flag", "quality --metre m.csv", 2, "--help"},
		{"a plot of another kind", "quality --plot x.pdf --meter " + meter, 2, ".svg or .png"},
		{"a date that is none", "quality --as-of yesterday --meter " + meter, 2, "2017-01-04"},
		{"an unknown zone", "quality --timezone Mars/Olympus --meter " + meter, 2, "IANA name"},
		{"an unknown period", "consumption --period last_eon --meter " + meter, 2, "last_eon"},
		{"a price without a currency", "baseload --price 0.2 --meter " + meter, 2, "--currency"},
		{"commodities that do not match", "carbon --meter " + meter + " --commodity gas --commodity heat", 2, "once for each meter"},
		{"no tariff", "cost --meter " + meter, 2, "--tariff"},
		{"a tariff that is none", "cost --meter " + meter + " --tariff " + meter, 2, "m.csv"},
		{"no temperature", "signature --meter " + meter, 2, "--temperature"},
		{"no alarms", "anomalies --alarms-per-month 0 --meter " + meter, 2, "more than 0"},
		{"alarms without end", "anomalies --alarms-per-month NaN --meter " + meter, 2, "more than 0"},
		{"a price of another unit", "consumption --unit therm --price 1 --currency USD --as-of 2017-01-02 --meter " + meter, 0, "--price is for a kWh"},
		{"alarms below none", "anomalies --alarms-per-month -1 --meter " + meter, 2, "--alarms-per-month"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, errs, code := shell(t, append([]string{"analyse"}, strings.Fields(c.args)...)...)
			if code != c.code || !strings.Contains(out+errs, c.want) {
				t.Errorf("exit %d, want %d and %q in:\n%s%s", code, c.code, c.want, out, errs)
			}
		})
	}
}

// Two meters of one building, each with its commodity and unit.
func TestAnalyseSeveralMeters(t *testing.T) {
	var power, gas strings.Builder
	power.WriteString("day,kWh\n")
	gas.WriteString("day,therms\n")
	for _, month := range []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"} {
		for day := '1'; day <= '8'; day++ {
			for _, tens := range []string{"0", "1", "2"} {
				stamp := "2017-" + month + "-" + tens + string(day)
				power.WriteString(stamp + ",100\n")
				gas.WriteString(stamp + ",10\n")
			}
		}
	}
	out, errs, code := shell(t, "analyse", "carbon", "--json",
		"--meter", write(t, "power.csv", power.String()), "--commodity", "electricity", "--unit", "kWh",
		"--meter", write(t, "gas.csv", gas.String()), "--commodity", "gas", "--unit", "therm",
		"--factors", write(t, "factors.csv", "commodity,kg_per_kwh,source\nelectricity,0.2,a test\ngas,0.1,a test\n"), "--as-of", "2018-01-01")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for _, want := range []string{`"value": 5760`, `"value": 8440.416`} { // 288 d × 100 kWh × 0.2; 288 d × 10 therm × 29.307 × 0.1
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
}

// Every example of the help names flags that exist.
func TestAnalyseExamples(t *testing.T) {
	root := New(Version{}, &bytes.Buffer{}, &bytes.Buffer{})
	for _, name := range append([]string{"backtest"}, names()...) {
		path := []string{"analyse", name}
		if name == "backtest" {
			path = path[1:]
		}
		c, _, err := root.Find(path)
		if err != nil || c.Name() != name || c.Example == "" || c.Short == "" || c.Long == "" {
			t.Fatalf("%s: %v", name, err)
		}
		for _, line := range strings.Split(strings.ReplaceAll(c.Example, "\\\n", " "), "\n") {
			words := strings.Fields(line)
			if err := c.ParseFlags(words[len(path)+1:]); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
}

func names() (out []string) {
	for _, a := range analyses() {
		out = append(out, a.name)
	}
	return out
}

// The baseline method on real meters, as published: 13.59 % with quartiles 8.71 and 16.98.
func TestBacktest(t *testing.T) {
	if testing.Short() {
		t.Skip("38 meters by every method")
	}
	out, errs, code := shell(t, "backtest", "--data", bdg2Sample, "--from", "2017-01-01", "--to", "2018-01-01", "--json")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var b struct {
		Meters []struct {
			ID, Method string
			CVRMSE     *float64
			N          int
		}
		Summary []struct {
			Method           string
			Median, P25, P75 float64
			N                int
		}
	}
	if err := json.Unmarshal([]byte(out), &b); err != nil {
		t.Fatal(err)
	}
	if len(b.Meters) != 38*len(b.Summary) || b.Meters[0].ID != "Fox_office_Vicki" || b.Meters[0].N < 8000 || b.Meters[0].CVRMSE == nil {
		t.Errorf("%d rows for %d methods, the first %+v", len(b.Meters), len(b.Summary), b.Meters[0])
	}
	median := map[string]float64{}
	for _, s := range b.Summary {
		median[s.Method] = s.Median
		if s.N != 38 {
			t.Errorf("%s on %d meters", s.Method, s.N)
		}
		if s.Method == "rule" && (s.Median < .1358 || s.Median > .1360 || s.P25 < .0870 || s.P25 > .0872 || s.P75 < .1697 || s.P75 > .1699) {
			t.Errorf("rule: %+v", s)
		}
	}
	if median["rule"] == 0 || median["chosen"] == 0 || median["chosen"] >= median["rule"] {
		t.Errorf("medians %v", median)
	}
}

func TestBacktestFaults(t *testing.T) {
	wide := write(t, "w.csv", "local,a,empty\n2017-01-01 00:00,1,\n2017-01-01 01:00,2,\n2017-01-02 00:00,3,\n")
	daily := write(t, "d.csv", "local,a\n2017-01-01,1\n2017-01-02,2\n2017-01-03,3\n")
	for _, c := range []struct{ args, want string }{
		{"--data " + wide + " --from 2017-01-01 --to 2019-01-01", "from 2017-01-01 to 2017-01-03"},
		{"--data " + wide + " --from 2017-01-02 --to 2017-01-02", "the second after the first"},
		{"--data " + wide + " --from monday --to 2017-01-02", "2017-01-01"},
		{"--data " + daily + " --from 2017-01-02 --to 2017-01-03", "an hour or a part of it"},
		{"--data " + write(t, "one.csv", "local\n2017-01-01\n") + " --from 2017-01-02 --to 2017-01-03", "one for each meter"},
		{"--data " + write(t, "none.csv", "local,a\n2017-01-01 00:00,\n2017-01-01 01:00,\n") + " --from 2017-01-02 --to 2017-01-03", "no column holds a value"},
		{"--data " + wide + " --from 2017-01-01", "--to"},
		{"--from 2017-01-02 --to 2017-01-03", "--data FILE is missing"},
	} {
		_, errs, code := shell(t, append([]string{"backtest"}, strings.Fields(c.args)...)...)
		if code != 2 || !strings.Contains(errs, c.want) {
			t.Errorf("%s: exit %d, %s", c.args, code, errs)
		}
	}
	out, errs, code := shell(t, "backtest", "--json", "--data", wide, "--from", "2017-01-02", "--to", "2017-01-03")
	if code != 0 || !strings.Contains(out, `"cvrmse": null`) {
		t.Errorf("a meter without readings: exit %d %s %s", code, errs, out)
	}
}
