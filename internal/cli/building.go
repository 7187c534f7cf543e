package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"text/tabwriter"

	"github.com/eaio/eaio"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func (s *state) buildingCommand() *cobra.Command {
	c := &cobra.Command{Use: "building", Short: "List, show, add and change buildings"}
	c.AddCommand(s.buildingListCommand(), s.buildingShowCommand(), s.buildingSetCommand())
	return c
}

func (s *state) buildingListCommand() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List buildings", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		var raw json.RawMessage
		if err := s.get(c.Context(), "/v1/buildings?limit=500", &raw); err != nil {
			return err
		}
		if s.json {
			return s.printJSON(raw)
		}
		var page struct{ Items []eaio.Building }
		if err := json.Unmarshal(raw, &page); err != nil {
			return err
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "BUILDING\tNAME\tUSE\tAREA m²\tTIME ZONE\tPRICE\tPRIVACY")
		for _, b := range page.Items {
			fmt.Fprintf(w, "%s\t%s\t%s\t%.0f\t%s\t%s\t%s\n", b.ID, b.Name, b.Use, b.AreaM2, b.Timezone, price(b), b.Privacy)
		}
		return w.Flush()
	}}
}

func price(b eaio.Building) string {
	if b.PricePerKWh == "" {
		return "unknown"
	}
	return b.PricePerKWh + " " + b.Currency + "/kWh"
}

func (s *state) buildingShowCommand() *cobra.Command {
	c := &cobra.Command{Use: "show BUILDING", Short: "Show a building with its meters", Args: cobra.ExactArgs(1), ValidArgsFunction: s.completeBuildings}
	c.RunE = func(c *cobra.Command, args []string) error {
		path := "/v1/buildings/" + url.PathEscape(args[0])
		var b eaio.Building
		var meters struct {
			Items []struct {
				eaio.Meter
				IntervalS int64 `json:"interval_s"`
			} `json:"items"`
		}
		if err := s.get(c.Context(), path, &b); err != nil {
			return err
		}
		if err := s.get(c.Context(), path+"/meters", &meters); err != nil {
			return err
		}
		if s.json {
			return s.printJSON(map[string]any{"building": b, "meters": meters.Items})
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		for _, row := range [][2]string{
			{"id", b.ID},
			{"name", b.Name},
			{"use", b.Use},
			{"area", fmt.Sprintf("%.0f m²", b.AreaM2)},
			{"time zone", b.Timezone},
			{"price", price(b)},
			{"price from", b.PriceSource},
			{"privacy", string(b.Privacy)},
			{"weather", b.WeatherStation},
			{"data from", b.Source},
		} {
			if row[1] != "" {
				fmt.Fprintf(w, "%s\t%s\n", row[0], row[1])
			}
		}
		fmt.Fprintln(w, "\nMETER\tUNIT\tEVERY\tREADINGS\tFROM\tTO")
		for _, m := range meters.Items {
			fmt.Fprintf(w, "%s\t%s\t%d s\t%d\t%s\t%s\n", m.ID, m.Unit, m.IntervalS, m.Readings, m.First.Format("2006-01-02"), m.End.Format("2006-01-02"))
		}
		return w.Flush()
	}
	return c
}

func (s *state) buildingSetCommand() *cobra.Command {
	var create bool
	c := &cobra.Command{
		Use: "set BUILDING", Short: "Change a building, or add one with --create",
		Example: `  eaio building set hq_north --create --name "HQ north" --timezone Asia/Ho_Chi_Minh --use office --area-m2 5400
  eaio building set hq_north --price-per-kwh 0.11 --currency USD --price-source "contract of 2026"`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: s.completeBuildings,
	}
	f := c.Flags()
	f.BoolVar(&create, "create", false, "add the building")
	f.String("name", "", "name to show")
	f.String("use", "", "such as office, education, retail")
	f.Float64("area-m2", 0, "floor area")
	f.String("timezone", "", "IANA name; its days are the building's days")
	f.String("price-per-kwh", "", "flat price, decimal; shown as an assumption")
	f.String("currency", "", "ISO code such as USD")
	f.String("price-source", "", "where the price comes from")
	f.String("privacy", "", "private (default), deidentified or public: how far its data may travel")
	f.String("weather-station", "", "station whose temperatures belong to it")
	f.String("source", "", "where the data comes from")
	c.RunE = func(c *cobra.Command, args []string) error {
		body := map[string]any{}
		c.Flags().Visit(func(flag *pflag.Flag) {
			key, ok := buildingFields[flag.Name]
			if !ok {
				return
			}
			if area, err := c.Flags().GetFloat64(flag.Name); err == nil {
				body[key] = area
			} else {
				body[key] = flag.Value.String()
			}
		})
		if len(body) == 0 && !create {
			return eaio.Errorf(eaio.KindInvalid, "", "nothing to set; see `eaio building set --help`")
		}
		var b eaio.Building
		method, path := http.MethodPatch, "/v1/buildings/"+url.PathEscape(args[0])
		if create {
			body["id"] = args[0]
			method, path = http.MethodPost, "/v1/buildings"
		}
		if err := s.send(c.Context(), method, path, body, &b); err != nil {
			return err
		}
		if s.json {
			return s.printJSON(b)
		}
		fmt.Fprintf(s.out, "%s: %s, %s, %s, %s\n", b.ID, b.Name, b.Timezone, price(b), b.Privacy)
		return nil
	}
	return c
}

// buildingFields maps flags to the API's fields.
var buildingFields = map[string]string{
	"name": "name", "use": "use", "area-m2": "area_m2", "timezone": "timezone", "price-per-kwh": "price_per_kwh", "currency": "currency",
	"price-source": "price_source", "privacy": "privacy", "weather-station": "weather_station", "source": "source",
}
