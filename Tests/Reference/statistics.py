# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes statistics.json: what the Statistics room is tested against, by implementations that share no code with it.

Usage: python3 Tests/Reference/statistics.py > Tests/Reference/statistics.json      (needs numpy and scipy)
64-bit integers are written as decimal strings, since JSON readers may round numbers above 2^53.
"""
import json
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


if __name__ == "__main__":
    print(json.dumps({
        "madeWith": {"numpy": numpy.__version__, "scipy": scipy.__version__},
        "random": random_streams(),
        "quantiles": quantiles(),
        "distributions": distributions(),
        "survival": survival(),
    }, indent=1, ensure_ascii=False))
