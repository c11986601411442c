# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes statistics.json: what the Statistics room is tested against, by implementations that share no code with it.

    python3 statistics_reference.py            writes statistics.json beside this script
    python3 statistics_reference.py --check    makes the values anew with the installed scipy and compares them with the file

Needs numpy and scipy. (Not called statistics.py, which would hide Python's own module of that name from the scripts beside it.)
64-bit integers are written as decimal strings, since JSON readers may round numbers above 2^53.
"""
import itertools
import json
import math
import pathlib
import sys
import warnings

import numpy
import scipy
from scipy import stats

MASK = (1 << 64) - 1


def splitmix64(state, count):
    out = []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        out.append(z ^ (z >> 31))
    return out


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


def xoshiro256pp(state, count):
    s, out = list(state), []
    for _ in range(count):
        out.append((rotate((s[0] + s[3]) & MASK, 23) + s[0]) & MASK)
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)
    return out


def stream_state(seed, name):
    h = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        h = ((h ^ byte) * 0x100000001B3) & MASK
    return splitmix64(splitmix64(seed, 1)[0] ^ h, 4)


def permutation(outputs, n):
    """Fisher-Yates from the end with Lemire's bounded draws."""
    outputs, p = iter(outputs), list(range(n))
    for last in range(n - 1, 0, -1):
        bound = last + 1
        while True:
            product = next(outputs) * bound
            if (product & MASK) >= (MASK + 1 - bound) % bound:
                break
        j = product >> 64
        p[last], p[j] = p[j], p[last]
    return p


def random_streams():
    streams = []
    for seed, name in [(7, "order"), (7, "initial"), (0, ""), (MASK, "Gewichte λ")]:
        outputs = xoshiro256pp(stream_state(seed, name), 200)
        used = [o >> 11 for o in outputs if o >> 11]
        uniform = [k / 2**53 for k in used[:8]]
        streams.append({
            "seed": str(seed), "name": name, "outputs": [str(o) for o in outputs[:8]], "uniform": uniform,
            "normal": [float(stats.norm.ppf(u)) for u in uniform], "permutation": permutation(outputs, 12),
        })
    return {
        "splitmix64": {"seed": "1234567", "outputs": [str(o) for o in splitmix64(1234567, 5)]},
        "xoshiro256pp": {"outputs": [str(o) for o in xoshiro256pp([1, 2, 3, 4], 10)]},
        "streams": streams,
    }


def quantiles():
    generator = numpy.random.default_rng(1)
    cases = []
    for n in [1, 2, 5, 10, 101]:
        sample = numpy.round(generator.standard_t(3, n), 6)
        p = [0, 0.05, 0.25, 0.4, 0.5, 0.75, 0.93, 1]
        cases.append({
            "sample": sample.tolist(), "p": p,
            "linear": [float(numpy.quantile(sample, q)) for q in p],
            "nearestRank": [float(numpy.quantile(sample, q, method="inverted_cdf")) for q in p],
            "median": float(numpy.median(sample)), "medianAbsoluteDeviation": float(stats.median_abs_deviation(sample)),
            "mean": float(sample.mean()), "variance": float(sample.var(ddof=1)) if n > 1 else None,
            "skewness": float(stats.skew(sample)) if n > 2 else None,
        })
    return cases


def distributions():
    x = [-9.0, -2.5, -0.3, 0.0, 1.0, 6.5]
    p = [1e-12, 0.025, 0.3, 0.5, 0.975]
    return {
        "x": x, "p": p,
        "normalCumulative": stats.norm.cdf(x).tolist(), "normalUpperTail": stats.norm.sf(x).tolist(),
        "normalQuantile": stats.norm.ppf(p).tolist(),
        "studentCumulative": stats.t.cdf(x, 4.5).tolist(), "studentQuantile": stats.t.ppf(p, 4.5).tolist(),
        "chiSquaredUpperTail": stats.chi2.sf(x, 3).tolist(),
    }


def kaplan_meier_by_hand(rows, z):
    """Product limit, Greenwood and log-log band from (time, event, entry), straight from the formulas."""
    survival, greenwood, lower, upper, points = 1.0, 0.0, 1.0, 1.0, []
    for t in sorted({r[0] for r in rows}):
        n = sum(1 for r in rows if (r[2] is None or r[2] < t) and t <= r[0])
        d = sum(1 for r in rows if r[0] == t and r[1])
        if d:
            survival *= 1 - d / n
            greenwood += d / (n * (n - d)) if n > d else numpy.inf
            if survival > 0:
                half = z * numpy.sqrt(greenwood) / abs(numpy.log(survival))
                lower, upper = survival ** numpy.exp(half), survival ** numpy.exp(-half)
            else:
                lower = 0.0
        error = survival * numpy.sqrt(greenwood) if survival > 0 else None
        points.append({"time": t, "atRisk": n, "events": d, "survival": survival, "standardError": error,
                       "lower": lower, "upper": upper})
    return points


def censored_data(rows):
    return stats.CensoredData(uncensored=[r[0] for r in rows if r[1]], right=[r[0] for r in rows if not r[1]])


def survival():
    # Freireich et al., Blood 21 (1963): weeks in remission under 6-mercaptopurine and placebo, the textbooks' example.
    treated = [(t, True, None) for t in [6, 6, 6, 7, 10, 13, 16, 22, 23]]
    treated += [(t, False, None) for t in [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]]
    placebo = [(t, True, None) for t in [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]]
    late = [(5, True, None), (7, True, 3), (7, False, 6), (9, True, 8), (12, True, 2), (12, False, None), (15, True, 9)]
    z = stats.norm.ppf(0.975)
    cases = []
    for name, rows in [("treated", treated), ("placebo", placebo), ("late entries", late)]:
        points = kaplan_meier_by_hand(rows, z)
        if all(r[2] is None for r in rows):  # SciPy has no late entry; where it applies, it must agree with the formulas above.
            sf = stats.ecdf(censored_data(rows)).sf
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # SciPy warns where S is 0 or 1; there it isn't compared.
                band = sf.confidence_interval(0.95, method="log-log")
            assert numpy.allclose(sf.probabilities, [p["survival"] for p in points], rtol=1e-12)
            for low, high, p in zip(band.low.probabilities, band.high.probabilities, points):
                assert not 0 < p["survival"] < 1 or numpy.allclose([low, high], [p["lower"], p["upper"]], rtol=1e-10)
        cases.append({"name": name, "times": [r[0] for r in rows], "events": [r[1] for r in rows],
                      "entries": [r[2] for r in rows], "points": points})
    test = stats.logrank(censored_data(treated), censored_data(placebo))
    return {"cases": cases, "logRank": {"statistic": float(test.statistic), "pValue": float(test.pvalue)}}


def line_fit():
    x = [1.0, 2.0, 3.5, 4.0, 5.0, 7.25]
    y = [2.1, 3.9, 7.4, 7.7, 10.2, 14.1]
    fit = stats.linregress(x, y)
    t = stats.t.ppf(0.975, len(x) - 2)
    # The line at 6: its covariance written out by hand, not taken from the coefficients' one.
    sxx = sum((u - numpy.mean(x)) ** 2 for u in x)
    residuals = numpy.array(y) - fit.intercept - fit.slope * numpy.array(x)
    rss = float(residuals @ residuals)
    at6 = fit.intercept + 6 * fit.slope
    half = t * numpy.sqrt(rss / (len(x) - 2) * (1 / len(x) + (6 - numpy.mean(x)) ** 2 / sxx))
    return {"x": x, "y": y, "slope": float(fit.slope), "intercept": float(fit.intercept), "rss": rss, "determination": float(fit.rvalue**2),
            "slopeInterval": [float(fit.slope - t * fit.stderr), float(fit.slope + t * fit.stderr)],
            "interceptInterval": [float(fit.intercept - t * fit.intercept_stderr), float(fit.intercept + t * fit.intercept_stderr)],
            "intervalAt6": [float(at6 - half), float(at6 + half)]}


def bootstrap():
    units, resamples = [2.5, -1.0, 4.0, 0.5, 3.25, 7.0, 1.0], 200
    outputs = iter(xoshiro256pp(stream_state(9, "bootstrap"), 2 * resamples * len(units)))
    n, means = len(units), []
    for _ in range(resamples):
        drawn = []
        for _ in range(n):
            while True:
                product = next(outputs) * n
                if (product & MASK) >= (MASK + 1 - n) % n:
                    break
            drawn.append(units[product >> 64])
        means.append(numpy.mean(drawn))
    return {"units": units, "resamples": resamples, "estimate": float(numpy.mean(units)),
            "interval": [float(q) for q in numpy.quantile(means, [0.05, 0.95])], "standardError": float(numpy.std(means, ddof=1))}


def kolmogorov_smirnov():
    generator = numpy.random.default_rng(2)
    one, two = [], []
    for n, shift in [(1, 0.3), (5, 0.0), (12, 0.8), (60, 0.1), (100, 0.25)]:
        sample = numpy.round(generator.normal(shift, 1, n), 6)
        test = stats.ks_1samp(sample, stats.norm.cdf, method="exact")
        one.append({"first": sample.tolist(), "second": [], "statistic": float(test.statistic), "exact": float(test.pvalue),
                    "asymptotic": float(stats.kstwobign.sf(test.statistic * numpy.sqrt(n)))})
    for n, m, shift in [(1, 1, 0.0), (4, 7, 1.0), (10, 10, 0.2), (30, 45, 0.5), (100, 64, 0.1)]:
        a, b = numpy.round(generator.normal(0, 1, n), 6), numpy.round(generator.normal(shift, 1, m), 6)
        test = stats.ks_2samp(a, b, method="exact")
        two.append({"first": a.tolist(), "second": b.tolist(), "statistic": float(test.statistic), "exact": float(test.pvalue),
                    "asymptotic": float(stats.kstwobign.sf(test.statistic * numpy.sqrt(n * m / (n + m))))})
    return {"one": one, "two": two}


def signed_ranks_by_brute_force(differences):
    """The two-sided p-value over all sign patterns of these ranks, ties and all."""
    d = numpy.array([x for x in differences if x != 0])
    ranks = stats.rankdata(abs(d))
    centre = ranks.sum() / 2
    observed = abs(ranks[d > 0].sum() - centre)
    sums = [sum(r for r, s in zip(ranks, signs) if s) for signs in itertools.product([0, 1], repeat=len(d))]
    return float(numpy.mean([abs(s - centre) >= observed for s in sums]))


def paired_tests():
    generator = numpy.random.default_rng(3)
    cases = [generator.normal(0.4, 1, 6).round(6), generator.normal(0.5, 1, 12).round(6),
             numpy.array([0, 1, 1, -1, 2, 3, 3, 3, -2, 0, 5, -6]), generator.normal(0.2, 1, 40).round(6)]
    out = []
    for d in cases:
        untied = len(set(abs(d))) == len(d) and not (d == 0).any()
        exact = float(stats.wilcoxon(d, method="exact").pvalue) if untied else None
        brute = signed_ranks_by_brute_force(d) if len(d) <= 12 else None
        assert exact is None or brute is None or abs(exact - brute) < 1e-12
        normal = stats.wilcoxon(d, zero_method="wilcox", correction=False, method="asymptotic")
        ranks = stats.rankdata(abs(d[d != 0]))
        out.append({"differences": d.astype(float).tolist(), "statistic": float(ranks[d[d != 0] > 0].sum()),
                    "exact": exact if brute is None else brute, "normal": float(normal.pvalue),
                    "sign": float(stats.binomtest(int((d > 0).sum()), int((d != 0).sum())).pvalue)})
    return out


def holm():
    p = [0.01, 0.04, 0.03, 0.005, 0.5, 0.04]
    order = sorted(range(len(p)), key=lambda i: p[i])
    adjusted = [0.0] * len(p)
    for i, index in enumerate(order):
        adjusted[index] = min(1.0, max((len(p) - j) * p[order[j]] for j in range(i + 1)))
    return {"p": p, "adjusted": adjusted}


FILE = pathlib.Path(__file__).with_name("statistics.json")
# Versions of scipy may sum in another order.
TOLERANCE = 1e-9


def make():
    return {
        "madeWith": {"numpy": numpy.__version__, "scipy": scipy.__version__},
        "random": random_streams(),
        "quantiles": quantiles(),
        "distributions": distributions(),
        "survival": survival(),
        "line": line_fit(),
        "bootstrap": bootstrap(),
        "kolmogorovSmirnov": kolmogorov_smirnov(),
        "paired": paired_tests(),
        "holm": holm(),
    }


def differences(stored, made, path=""):
    """Paths at which two values differ by more than rounding."""
    if isinstance(stored, dict) and isinstance(made, dict):
        keys = stored.keys() | made.keys()
        return [d for key in sorted(keys) for d in differences(stored.get(key), made.get(key), f"{path}/{key}")]
    if isinstance(stored, list) and isinstance(made, list) and len(stored) == len(made):
        return [d for i, (a, b) in enumerate(zip(stored, made)) for d in differences(a, b, f"{path}/{i}")]
    if isinstance(stored, float) and isinstance(made, (int, float)):
        same = math.isclose(stored, made, rel_tol=TOLERANCE, abs_tol=1e-300) or (math.isnan(stored) and math.isnan(made))
    else:
        same = stored == made
    return [] if same else [f"{path}: {stored} in the file, {made} now"]


if __name__ == "__main__":
    text = json.dumps(make(), indent=1, ensure_ascii=False) + "\n"
    if sys.argv[1:] == ["--check"]:
        stored, made = json.loads(FILE.read_text()), json.loads(text)
        print(f"statistics.json ({stored.pop('madeWith')}) against {made.pop('madeWith')}")
        found = differences(stored, made)
        sys.exit("\n".join(found) if found else 0)
    if sys.argv[1:]:
        sys.exit(__doc__)
    FILE.write_text(text)
