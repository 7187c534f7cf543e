package tariff

import "github.com/shopspring/decimal"

// billEnergy adds a line for each period and tier with energy.
func (t *Tariff) billEnergy(b *Bill, m *month, share decimal.Decimal) {
	total := decimal.Zero
	byPeriod := make([]decimal.Decimal, len(t.energy))
	for i := range t.energy {
		byPeriod[i] = kWh(&m.energy[i])
		if byPeriod[i].IsNegative() {
			byPeriod[i] = decimal.Zero
		}
		total = total.Add(byPeriod[i])
	}
	for i, p := range t.energy {
		if byPeriod[i].IsZero() {
			continue
		}
		left := byPeriod[i]
		inTiers := p.split(total, p.energyFactor(m, share))
		for k, all := range inTiers {
			q := left
			if k < len(inTiers)-1 {
				q = decimal.Min(left, byPeriod[i].Mul(all).DivRound(total, printed))
			}
			left = left.Sub(q)
			b.add(Item{Charge: ChargeEnergy, Month: m.name(), Period: i + 1, Tier: k + 1, Quantity: q, Unit: "kWh", Rate: p.tiers[k].rate, Share: one})
		}
	}
}

// energyFactor is what a tier's limit is multiplied with to make kWh of the month.
func (p period) energyFactor(m *month, share decimal.Decimal) decimal.Decimal {
	switch p.unit {
	case perDay:
		return decimal.New(int64(m.days), 0)
	case perDemand:
		return share.Mul(m.flat.kW())
	case perDemandDaily:
		return m.flat.kW().Mul(decimal.New(int64(m.days), 0))
	}
	return share
}

// split divides a use over the tiers it reaches.
func (p period) split(use, factor decimal.Decimal) []decimal.Decimal {
	var out []decimal.Decimal
	below := decimal.Zero
	for _, x := range p.tiers {
		limit := x.limit.Mul(factor)
		if x.last || use.LessThanOrEqual(limit) {
			return append(out, use.Sub(below))
		}
		out = append(out, limit.Sub(below))
		below = limit
	}
	return out
}

// billDemand adds the lines of flat and of each period's demand.
func (t *Tariff) billDemand(b *Bill, m *month, share decimal.Decimal, before []*month) {
	ratchet := t.ratchet
	if len(t.flat) > 0 {
		floor := ratchet.floor(b, m, before, func(x *month) peak { return x.flat })
		i := t.flatMonths[m.month-1]
		b.demand(t.flat[i], Item{Charge: ChargeFlatDemand, Month: m.name(), Period: i + 1, Share: share}, m.flat, floor)
		ratchet.back = 0
	}
	for i, p := range t.demand {
		if !t.demandHours.has(m, i) {
			continue
		}
		floor := ratchet.floor(b, m, before, func(x *month) peak { return x.demand[i] })
		b.demand(p, Item{Charge: ChargePeriodDemand, Month: m.name(), Period: i + 1, Share: share}, m.demand[i], floor)
	}
}

// has reports whether a period is in a month's tables.
func (h *hours) has(m *month, period int) bool {
	for hour := range 24 {
		if h.weekday[m.month-1][hour] == period || h.weekend[m.month-1][hour] == period {
			return true
		}
	}
	return false
}

// demand adds a line like i for each tier of the higher of a peak and its floor.
func (b *Bill) demand(p period, i Item, top peak, floor decimal.Decimal) {
	i.Unit = "kW"
	i.Ratchet = floor.GreaterThan(top.kW())
	for k, q := range p.split(decimal.Max(top.kW(), floor), one) {
		i.Tier, i.Quantity, i.Rate = k+1, q, p.tiers[k].rate
		b.add(i)
	}
}

// floor is the least demand that a month is charged for, from the months before.
func (r ratchet) floor(b *Bill, m *month, before []*month, of func(*month) peak) decimal.Decimal {
	share := r.share[m.month-1]
	if !r.on() || share.IsZero() {
		return decimal.Zero
	}
	var top peak
	for _, x := range before {
		if ago := m.ordinal() - x.ordinal(); ago < 1 || ago > r.back || !r.counts[x.month-1] {
			continue
		}
		if p := of(x); p.seen {
			top.take(p.nano)
		}
		if x.n*minShareDen < x.of*minShareNum {
			b.warn(ReasonRatchetHistory)
		}
	}
	return top.kW().Mul(share).Round(printed)
}
