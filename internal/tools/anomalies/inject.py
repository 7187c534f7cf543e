"""Deterministic injection of six kinds of fault into the 38 BDG2 meters, year 2017 (2016 is left as clean history).
usage: [SEED=20171] inject.py OUTDIR  -> injected.csv (same shape as the BDG2 file, 2016-2017), labels.csv, clean.csv
Random numbers: splitmix64 seeded with SEED ^ fnv1a64(building), so that another language can repeat it exactly. Two events of each kind per meter
(at most 12), at least 72 h between events. An event is put only where all its hours and the 24 h either side are present and > 0, and at least
3 days from a listed stuck or zero run. left_on only where it adds >= 20 % of the meter's 2017 mean per hour (else the meter gets fewer events).
"""
import sys, os, csv, gzip, hashlib, datetime as dt, numpy as np, pandas as pd

DATA = os.environ.get("ENERGY_DATA", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "energy", "testdata", "bdg2"))
def load_wide():
    e = pd.read_csv(f"{DATA}/electricity_hourly.csv.gz", index_col=0, parse_dates=True)
    assert len(e) == 17544 and e.index.is_unique
    return e
SEED = int(os.environ.get("SEED", "20171")); M64 = (1 << 64) - 1
KINDS = [("spike25_3h", 3), ("up60_6h", 6), ("left_on", 11), ("half_24h", 24), ("dropout_12h", 12), ("up20_week", 168)]
class SM:
    def __init__(s, x): s.x = x & M64
    def next(s):
        s.x = (s.x + 0x9E3779B97F4A7C15) & M64; z = s.x
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M64; z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M64; return z ^ (z >> 31)
    def below(s, n): return s.next() % n
def fnv(t):
    h = 0xcbf29ce484222325
    for c in t.encode(): h = ((h ^ c) * 0x100000001b3) & M64
    return h

def main(out):
    os.makedirs(out, exist_ok=True); e = load_wide(); idx = e.index; i17 = int(np.searchsorted(idx, pd.Timestamp("2017-01-01"))); n = len(idx)
    scan = pd.read_csv(f"{DATA}/run_scan.csv"); inj = e.copy(); labels = []
    sc = {c.lower(): c for c in scan.columns}; bcol = next(c for c in scan.columns if "building" in c.lower()); st = next(c for c in scan.columns if "start" in c.lower()); en = next(c for c in scan.columns if "end" in c.lower())
    for b in e.columns:
        y = e[b].to_numpy(float).copy(); g = SM(SEED ^ fnv(b)); ok = np.isfinite(y) & (y > 0); bad = np.zeros(n, bool); mean = y[i17:][ok[i17:]].mean()
        for _, r in scan[scan[bcol] == b].iterrows():
            a, z = np.searchsorted(idx, pd.Timestamp(r[st])), np.searchsorted(idx, pd.Timestamp(r[en])); bad[max(0, a - 72):min(n, z + 73)] = True
        taken = np.zeros(n, bool); z = y.copy()
        for rnd in range(2):
            for kind, L in KINDS:
                for attempt in range(400):
                    s = i17 + 24 * 28 + g.below(n - i17 - 24 * 28 - 24 * 9)
                    if kind == "left_on": s = s - s % 24 + 19                       # 19:00 to 05:59
                    elif kind in ("half_24h",): s = s - s % 24
                    elif kind == "up20_week": s = s - s % 24
                    a, q = s, s + L
                    if not ok[a - 24:q + 24].all() or bad[a:q].any() or taken[a - 72:q + 72].any(): continue
                    v = y[a:q].copy()
                    if kind == "spike25_3h": v *= 2.5
                    elif kind == "up60_6h": v *= 1.6
                    elif kind == "half_24h": v *= 0.5
                    elif kind == "dropout_12h": v[:] = 0.05 * v.min()                # nearly nothing, but not 0, which means "missing"
                    elif kind == "up20_week": v *= 1.2
                    else:
                        d0 = a - 19; v = np.maximum(v, 0.95 * np.mean(y[d0 + 10:d0 + 17]))
                        if (v - y[a:q]).mean() < 0.20 * mean: continue
                    z[a:q] = v; taken[a:q] = True
                    labels.append((b, kind, idx[a], idx[q - 1] + pd.Timedelta(hours=1), float((v - y[a:q]).sum()), float((v - y[a:q]).sum() / mean))); break
        inj[b] = z
    lab = pd.DataFrame(labels, columns=["building", "kind", "start", "end", "delta_kwh", "delta_in_mean_hours"]).sort_values(["building", "start"])
    inj.round(4).to_csv(f"{out}/injected.csv", date_format="%Y-%m-%d %H:%M:%S"); e.round(4).to_csv(f"{out}/clean.csv", date_format="%Y-%m-%d %H:%M:%S")
    lab.round(4).to_csv(f"{out}/labels.csv", index=False, date_format="%Y-%m-%d %H:%M:%S")
    print(lab.kind.value_counts().to_string())
    for f in ("injected.csv", "labels.csv"): print(f, hashlib.sha256(open(f"{out}/{f}", "rb").read()).hexdigest()[:16])
if __name__ == "__main__": main(sys.argv[1])
