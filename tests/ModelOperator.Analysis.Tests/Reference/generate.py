"""Writes the reference tables of this folder with SciPy, NumPy and mpmath: code and formulas that the library shares nothing with.

Run with Debian's packages: apt-get install python3-scipy python3-mpmath; /usr/bin/python3 generate.py
Every table names the versions that made it in its first line.
"""
import itertools
import pathlib
import sys

import mpmath
import numpy
import scipy
from scipy import integrate, optimize, special, stats

HERE = pathlib.Path(__file__).parent
MADE_BY = f"# scipy {scipy.__version__}, numpy {numpy.__version__}, mpmath {mpmath.__version__}, Python {sys.version.split()[0]}; see generate.py"
mpmath.mp.dps = 40


def table(name, header, rows):
    lines = [MADE_BY, header] + [";".join(text(cell) for cell in row) for row in rows]
    (HERE / name).write_text("\n".join(lines) + "\n")


def text(cell):
    if isinstance(cell, (list, numpy.ndarray)):
        return " ".join(repr(float(value)) for value in cell)
    return repr(float(cell)) if isinstance(cell, (float, numpy.floating)) else str(cell)


def normal():
    for z in [-40, -12, -8.5, -3.7, -3.59, -1, 0, 0.1, 0.5, 1, 1.96, 3, 3.5, 3.6, 5, 8, 12, 37]:
        yield z, stats.norm.sf(z), stats.norm.logcdf(z)


def quantile():
    for tail in [0.5, 0.4, 0.25, 0.1, 0.05, 0.025, 0.01, 1e-3, 1e-6, 1e-12, 0.9, 0.999]:
        yield tail, stats.norm.isf(tail)


def fisher():
    for x, n, y, m in [
        (0, 10, 0, 10), (1, 10, 0, 10), (5, 10, 1, 12), (10, 10, 0, 10), (3, 7, 4, 9), (56, 70, 48, 80), (8, 2, 1, 5), (25, 500, 95, 9500),
        (5, 500, 95, 9500), (12, 400, 60, 8000), (300, 20000, 200, 20000), (1000, 100000, 19000, 1900000), (90, 100, 2, 100), (0, 500, 30, 9500), (7, 7, 0, 3),
    ]:
        if x > n:
            continue
        square = [[x, n - x], [y, m - y]]
        yield x, n, y, m, stats.fisher_exact(square, "greater")[1], stats.fisher_exact(square, "two-sided")[1]


def newcombe():
    for x, n, y, m in [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (10, 10, 0, 20), (25, 500, 95, 9500), (0, 1, 1, 1)]:
        for confidence in (0.95, 0.99):
            one = stats.binomtest(x, n).proportion_ci(confidence, "wilson")
            two = stats.binomtest(y, m).proportion_ci(confidence, "wilson")
            d = x / n - y / m
            low = d - ((x / n - one.low) ** 2 + (two.high - y / m) ** 2) ** 0.5
            high = d + ((one.high - x / n) ** 2 + (y / m - two.low) ** 2) ** 0.5
            yield x, n, y, m, confidence, low, high


def samples():
    random = numpy.random.default_rng(20260101)
    yield [1.0], [2.0]
    yield [3.0, 1.0, 2.5], [2.0, 0.5]
    yield list(range(1, 11)), [v + 0.5 for v in range(-3, 6)]
    yield [1, 2, 2, 3, 3, 3, 4, 5, 5], [1, 1, 2, 2, 2, 3, 4, 4]
    yield [7.0] * 9, [7.0] * 8
    for n, m in [(8, 8), (20, 20), (5, 20), (21, 20), (60, 40), (200, 150)]:
        yield random.normal(0.4, 1, n), random.normal(0, 1, m)
    yield numpy.round(random.exponential(2, 40), 1), numpy.round(random.exponential(1.5, 30), 1)


def mann_whitney():
    for x, y in samples():
        x, y = numpy.asarray(x, float), numpy.asarray(y, float)
        tied = len(set(x) | set(y)) < len(x) + len(y)
        method = "exact" if not tied and max(len(x), len(y)) <= 20 else "asymptotic"
        u, p = stats.mannwhitneyu(x, y, alternative="greater", method=method)
        # SciPy 1.10 gives NaN where every value is the same: nothing speaks for a difference.
        p = 1.0 if numpy.isnan(p) else p
        yield x, y, u, p, method == "exact", numpy.median([a - b for a, b in itertools.product(x, y)])


def beta_mixture():
    """The evidence by mpmath's incomplete beta function (hypergeometric series, 40 digits)."""
    for x, y, q0 in [(5, 0, 0.05), (3, 97, 0.05), (12, 88, 0.05), (40, 360, 0.05), (0, 50, 0.05), (980, 20, 0.95), (990, 10, 0.95), (12.5, 200.25, 0.01), (30, 20, 0.5)]:
        q0, x, y = mpmath.mpf(q0), mpmath.mpf(x), mpmath.mpf(y)
        expected = 2 * q0 / (2 * q0 + 1 - q0)
        a, b = 8 * expected, 8 * (1 - expected)
        top, bottom = mpmath.betainc(x + a, y + b, q0, 1), mpmath.betainc(a, b, q0, 1)
        yield float(x), float(y), float(q0), float(mpmath.log(top / bottom / (q0**x * (1 - q0) ** y)))


def half_normal_mixture():
    """The one-sided evidence by SciPy's quadrature of the mixture over effects: integral of exp(m s - m^2 t / 2) with m half-normal of variance tau / t."""
    for z in [-3, -1, 0, 0.5, 1, 2, 3, 4, 6]:
        for tau in [0.1, 1, 5, 12.4, 100]:
            density = lambda m, z=z, tau=tau: numpy.exp(m * z - m * m / 2) * 2 * stats.norm.pdf(m, 0, numpy.sqrt(tau))
            peak = max(0, z * tau / (1 + tau))
            value = sum(integrate.quad(density, low, high, epsabs=0, epsrel=1e-12)[0] for low, high in [(0, peak), (peak, peak + 10), (peak + 10, peak + 60)] if high > low)
            yield float(z), float(tau), float(numpy.log(value))


def empirical_bernstein():
    """Theorem 2 of Waudby-Smith and Ramdas written with whole arrays, as they do, instead of a running sum."""
    random = numpy.random.default_rng(7)
    for values in [[0.5], [1.0] * 20, [0.0] * 20, random.uniform(size=30), random.beta(2, 8, size=200), random.binomial(1, 0.3, size=100).astype(float)]:
        for alpha in (0.05, 0.005):
            x = numpy.asarray(values, float)
            t = numpy.arange(1, len(x) + 1)
            mean = (0.5 + numpy.cumsum(x)) / (t + 1)
            before = numpy.concatenate([[0.5], mean[:-1]])
            variance = (0.25 + numpy.cumsum((x - mean) ** 2)) / (t + 1)
            variance = numpy.concatenate([[0.25], variance[:-1]])
            bet = numpy.minimum(0.5, numpy.sqrt(2 * numpy.log(1 / alpha) / (variance * t * numpy.log(1 + t))))
            spent = 4 * (x - before) ** 2 * (-numpy.log(1 - bet) - bet) / 4
            yield x, alpha, max(0.0, (numpy.sum(bet * x) - numpy.log(1 / alpha) - numpy.sum(spent)) / numpy.sum(bet))


def histogram_quantile():
    """Where a quantile lies in a histogram, by NumPy's own definition over the single observations."""
    random = numpy.random.default_rng(11)
    bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    for scale, n in [(0.02, 400), (0.08, 1000), (0.3, 77)]:
        values = numpy.sort(random.exponential(scale, n))
        counts = [int((values <= bound).sum()) for bound in bounds] + [n]
        for q in (0.5, 0.9, 0.95, 0.99):
            exact = numpy.quantile(values, q, method="inverted_cdf")
            high = next(bound for bound in bounds + [float("inf")] if exact <= bound)
            yield [float(c) for c in counts], q, float(exact), float(high)


def rate_sequence():
    """Rates at which the Beta-binomial mixture, by SciPy's distribution over the exact binomial probability, reaches 1/alpha."""
    for x, n in [(0, 50), (50, 50), (1, 30), (30, 200), (5, 1000), (500, 1000), (2000, 100000)]:
        for alpha in (0.05, 0.00625):
            evidence = lambda p, x=x, n=n: stats.betabinom.logpmf(x, n, 0.5, 0.5) - stats.binom.logpmf(x, n, p) - numpy.log(1 / alpha)
            low = optimize.brentq(evidence, 1e-300, x / n, xtol=1e-15) if x > 0 else 0.0
            high = optimize.brentq(evidence, x / n, 1 - 1e-16, xtol=1e-15) if x < n else 1.0
            yield x, n, alpha, low, high


def mixture(x, y, q0):
    """The evidence of beta_mixture with SciPy's incomplete beta function instead of mpmath's."""
    expected = 2 * q0 / (2 * q0 + 1 - q0)
    a, b = 8 * expected, 8 * (1 - expected)
    above = stats.beta.logsf(q0, x + a, y + b) + special.betaln(x + a, y + b)
    return above - stats.beta.logsf(q0, a, b) - special.betaln(a, b) - x * numpy.log(q0) - y * numpy.log(1 - q0)


def rate_ratio():
    """Ratios at which either one-sided evidence reaches 2/alpha."""
    for x, n, y, m in [(30, 300, 20, 300), (60, 500, 30, 500), (5, 200, 12, 900), (1, 100, 1, 100), (400, 5000, 500, 5000), (300, 1000, 700, 1000)]:
        for alpha in (0.05, 0.00625):
            above = lambda r, x=x, n=n, y=y, m=m: mixture(x, y, r * n / (r * n + m)) - numpy.log(2 / alpha)
            below = lambda r, x=x, n=n, y=y, m=m: mixture(y, x, m / (r * n + m)) - numpy.log(2 / alpha)
            ratio = (x / n) / (y / m)
            yield x, n, y, m, alpha, optimize.brentq(above, 1e-8 * ratio, ratio, xtol=1e-16), optimize.brentq(below, ratio, 1e8 * ratio, xtol=1e-12)


def normal_mixture():
    """The z at which the two-sided mixture over effects, by SciPy's quadrature, reaches 1/alpha."""
    for alpha in (0.05, 0.01, 0.00625):
        for progress in (0.1, 0.5, 1, 4, 50):
            spent = -2 * numpy.log(alpha)
            tau = (spent + numpy.log(max(1, spent)) + 1) * progress

            def excess(z, tau=tau, alpha=alpha):
                peak, width = z * tau / (1 + tau), numpy.sqrt(tau / (1 + tau))
                # Scaled by its peak, so that the quadrature sees numbers near one.
                top = peak * z - peak**2 / 2 - peak**2 / (2 * tau)
                area = integrate.quad(lambda m: numpy.exp(m * z - m * m / 2 - m * m / (2 * tau) - top), peak - 12 * width, peak + 12 * width, epsabs=0, epsrel=1e-13)[0]
                return top + numpy.log(area / numpy.sqrt(2 * numpy.pi * tau)) - numpy.log(1 / alpha)

            yield alpha, float(progress), optimize.brentq(excess, 0, 50, xtol=1e-13)


def chi_square():
    for degrees in [1, 2, 3, 7, 20, 63, 200]:
        for x in [1e-6, 0.01, 0.5, 1, 3.84, 10, 40, 150, 400]:
            yield x, degrees, stats.chi2.sf(x, degrees)


def auc():
    """Areas under ROC curves of scores in buckets, and their variances, from the single predictions."""
    random = numpy.random.default_rng(17)
    for shift, p, n in [(0, 40, 60), (0.8, 25, 400), (1.5, 300, 300), (6, 12, 30)]:
        edges = numpy.linspace(-4, 6, 19)
        positives = numpy.digitize(random.normal(shift, 1, p), edges)
        negatives = numpy.digitize(random.normal(0, 1, n), edges)
        area = stats.mannwhitneyu(positives, negatives).statistic / (p * n)
        wins = (positives[:, None] > negatives) + 0.5 * (positives[:, None] == negatives)
        delong = numpy.var(wins.mean(axis=1), ddof=1) / p + numpy.var(wins.mean(axis=0), ddof=1) / n
        two, one = area / (2 - area), 2 * area**2 / (1 + area)
        hanley = (area * (1 - area) + (p - 1) * (two - area**2) + (n - 1) * (one - area**2)) / (p * n)
        yield numpy.bincount(positives, minlength=20).astype(float), numpy.bincount(negatives, minlength=20).astype(float), area, delong, hanley


def stability():
    """Population stability indexes, buckets merged as documented, and their chi-square tails."""
    random = numpy.random.default_rng(19)
    for shift, n, m in [(0, 200, 2000), (0, 60, 60), (0.3, 500, 5000), (1, 300, 300)]:
        edges = numpy.linspace(-3, 3, 30)
        canary = numpy.bincount(numpy.digitize(random.normal(shift, 1, n), edges), minlength=31).astype(float)
        stable = numpy.bincount(numpy.digitize(random.normal(0, 1, m), edges), minlength=31).astype(float)
        groups, group = [], []
        for i in range(31):
            group.append(i)
            if (canary[group].sum() + stable[group].sum()) * min(n, m) / (n + m) >= 5:
                groups.append(group)
                group = []
        groups[-1] = groups[-1] + group
        c = numpy.array([canary[g].sum() for g in groups]) + 0.5
        s = numpy.array([stable[g].sum() for g in groups]) + 0.5
        index = numpy.sum((c / c.sum() - s / s.sum()) * numpy.log((c / c.sum()) / (s / s.sum())))
        yield canary, stable, index, stats.chi2.sf(index / (1 / n + 1 / m), len(groups) - 1)


def rank_decision():
    """What to do about two samples by ranks: SciPy's p of the shifted samples against the level of the look, with no line of the library's."""
    random = numpy.random.default_rng(23)
    cases = [
        ("Increase", 0.01, 0.1, 10, 1, 0.0, 20, 20), ("Increase", 0.01, 0.1, 10, 1, 0.3, 30, 30), ("Increase", 0.01, 0.1, 10, 40, 0.3, 30, 30), ("Increase", 0.01, 0.1, 10, 40, 0.24, 40, 40),
        ("Increase", 0.05, 0.0, 10, 1, 0.1, 15, 18), ("Increase", 0.05, 0.2, 10, 3, 0.2, 60, 200), ("Decrease", 0.01, 0.1, 10, 1, -0.4, 25, 25), ("Decrease", 0.01, 0.1, 10, 7, -0.12, 25, 60),
        ("Decrease", 0.01, 0.1, 10, 1, 0.5, 20, 20), ("Increase", 0.01, 0.1, 50, 1, 0.0, 20, 80), ("Increase", 0.01, 0.1, 50, 1, 2.0, 9, 80), ("Increase", 0.01, 0.1, 0, 1, 2.0, 7, 80),
        ("Increase", 0.001, 0.0, 10, 2, 0.16, 120, 120), ("Decrease", 0.05, 0.05, 10, 12, -0.1, 150, 90),
    ]
    for direction, alpha, tolerance, least, look, shift, n, m in cases:
        x, y = numpy.round(random.normal(1 + shift, 0.15, n), 6), numpy.round(random.normal(1, 0.15, m), 6)
        margin = tolerance * abs(float(numpy.median(y)))
        level = alpha / look - alpha / (look + 1)
        # Worse by more than the margin; for Decrease the canary is what should not be smaller.
        p = shifted(x - margin, y) if direction == "Increase" else shifted(y - margin, x)
        enough = min(n, m) >= max(8, least)
        verdict = ("HarmDetected" if min(n, m) >= 8 and p <= level else "MinSamplesNotReached" if not enough else "EvidenceLeansToHarm" if p <= level**0.5 else "NoEvidenceOfHarm")
        yield x, y, direction, alpha, tolerance, least, look, p, verdict


def shifted(larger, smaller):
    method = "exact" if max(len(larger), len(smaller)) <= 20 else "asymptotic"
    return float(stats.mannwhitneyu(larger, smaller, alternative="greater", method=method).pvalue)


def quantile_decision():
    """What to do about two histograms: for each pair of bounds the mixture over probabilities by quadrature with 30 digits."""
    bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
    random = numpy.random.default_rng(29)
    cases = [(0.95, 0.01, 0.1, 200, 0.02, 0.02, 500, 5000), (0.95, 0.01, 0.1, 200, 0.2, 0.02, 60, 3000), (0.95, 0.01, 0.1, 200, 0.06, 0.02, 400, 4000), (0.5, 0.05, 0.0, 100, 0.08, 0.02, 150, 600),
             (0.5, 0.05, 1.0, 100, 0.03, 0.02, 150, 600), (0.99, 0.001, 0.1, 100, 0.2, 0.02, 60, 900), (0.9, 0.01, 0.5, 900, 0.02, 0.02, 200, 2000), (0.9, 0.01, 0.0, 50, 0.0255, 0.02, 700, 7000)]
    for q, alpha, tolerance, least, canary, stable, n, m in cases:
        x, y = random.exponential(canary, n), random.exponential(stable, m)
        left, right = [int((x <= b).sum()) for b in bounds] + [n], [int((y <= b).sum()) for b in bounds] + [m]
        above = [evidence(n - count, count, 1 - q) for count in left[:-1]]
        below = [evidence(count, m - count, q) for count in right[:-1]]
        best = max(min(above[i], below[j]) for i, high in enumerate(bounds) for j, low in enumerate(bounds) if high >= low + tolerance * low) / 2
        logs = float(mpmath.log(best))
        verdict = ("HarmDetected" if best >= 1 / alpha else "MinSamplesNotReached" if min(n, m) < least else "EvidenceLeansToHarm" if best >= (1 / alpha) ** 0.5 else "NoEvidenceOfHarm")
        yield [float(c) for c in left], [float(c) for c in right], q, alpha, tolerance, least, logs, verdict


def evidence(x, y, q0):
    """E of x events beside y others against a probability of at most q0: Beta(a, b) cut to (q0, 1), expecting twice q0's odds with the weight of eight events."""
    q0 = mpmath.mpf(q0)
    mean = 2 * q0 / (1 + q0)
    a, b = 8 * mean, 8 * (1 - mean)
    with mpmath.workdps(30):
        # The peak of the integrand divides the range, so that quadrature does not miss it.
        peak = min(max((x + a - 1) / (x + y + 8 - 2), q0), mpmath.mpf(1))
        width = mpmath.sqrt(mpmath.mpf(1) / (4 * (x + y + 8)))
        points = sorted({q0, *(min(max(peak + k * width, q0), 1 - mpmath.mpf(10) ** -25) for k in (-12, -6, -3, -1, 0, 1, 3, 6, 12)), 1 - mpmath.mpf(10) ** -25})
        ratio = lambda p: mpmath.exp(x * mpmath.log(p / q0) + y * mpmath.log((1 - p) / (1 - q0)))
        density = lambda p: p ** (a - 1) * (1 - p) ** (b - 1)
        prior = mpmath.betainc(a, b, q0, 1)
        return mpmath.quad(lambda p: ratio(p) * density(p), points) / prior


table("normal.csv", "z;upper tail;log cdf", normal())
table("normal-quantile.csv", "upper tail;z", quantile())
table("fisher.csv", "x;n;y;m;greater;two-sided", fisher())
table("newcombe.csv", "x;n;y;m;confidence;low;high", newcombe())
table("mann-whitney.csv", "first;second;U;p greater;exact;Hodges-Lehmann shift", mann_whitney())
table("beta-mixture.csv", "x;y;q0;log evidence", beta_mixture())
table("half-normal-mixture.csv", "z;tau;log evidence", half_normal_mixture())
table("empirical-bernstein.csv", "values;alpha;lower bound", empirical_bernstein())
table("histogram-quantile.csv", "cumulative counts;quantile;exact;bucket's upper bound", histogram_quantile())
table("rate-sequence.csv", "x;n;alpha;lower;upper", rate_sequence())
table("rate-ratio.csv", "x;n;y;m;alpha;lower;upper", rate_ratio())
table("normal-mixture.csv", "alpha;progress;z", normal_mixture())
table("chi-square.csv", "x;degrees;upper tail", chi_square())
table("auc.csv", "positives per bucket;negatives per bucket;area;DeLong variance;Hanley and McNeil variance", auc())
table("stability.csv", "canary per bucket;stable per bucket;index;p", stability())
table("rank-decision.csv", "canary;stable;worse;alpha;tolerance;least;look;p;reason", rank_decision())
table("quantile-decision.csv", "canary at most;stable at most;quantile;alpha;tolerance;least;log evidence;reason", quantile_decision())
