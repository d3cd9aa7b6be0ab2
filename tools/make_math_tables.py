#!/usr/bin/env python3
"""Computes the coefficients and the golden tables of the math functions.

  src/chainrule/tensor/math_coefficients-inl.h                         polynomials, by the Remez algorithm
  tests/golden/math_functions_float.csv, math_functions_double.csv     x and f(x), correct to more than 100 bits
  tests/golden/activation_float.csv, activation_double.csv             the same for gelu, mish and swish

Needs mpmath (pip install mpmath; with gmpy2 it runs in about a minute). Run it from anywhere:

  python3 tools/make_math_tables.py [coefficients] [golden]

Remez: the polynomial p of degree n that minimises max w(x) |p(x) - g(x)| attains that maximum n + 2 times with
alternating signs. Solve for p and the maximum at n + 2 points, move the points to the extrema of the error,
repeat. Finally round each coefficient to the target type.
"""

import pathlib
import random
import struct
import sys

from mpmath import mp, mpf

mp.prec = 200
ROOT = pathlib.Path(__file__).resolve().parent.parent


# --- numbers --------------------------------------------------------------------------------------


def to_double(x):
    return float(mpf(x))  # mpmath rounds to nearest even


def to_float(x):
    """The nearest float, as a Python float."""
    x = mpf(x)
    if x == 0:
        return 0.0
    exponent = max(mp.mag(x) - 24, -149)
    return to_double(mp.nint(mp.ldexp(x, -exponent)) * mpf(2) ** exponent)


ROUND = {"float": to_float, "double": to_double}


def with_bits(x, bits):
    """x cut to its leading `bits` bits (towards zero)."""
    exponent = mp.mag(x) - bits
    return to_double(mp.floor(mp.ldexp(x, -exponent)) * mpf(2) ** exponent)


# --- Remez ----------------------------------------------------------------------------------------


def remez(g, weight, low, high, degree, rounds=12):
    low, high = mpf(low), mpf(high)
    n = degree + 2
    middle, half = (low + high) / 2, (high - low) / 2
    points = [middle - half * mp.cos(mp.pi * i / (n - 1)) for i in range(n)]
    samples = max(40 * n, 200)
    grid = [middle - half * mp.cos(mp.pi * (i + mpf(1) / 2) / samples) for i in range(samples)]
    table = [(x, g(x), weight(x)) for x in grid]
    coefficients = None
    for _ in range(rounds):
        rows, right = [], []
        for i, x in enumerate(points):
            rows.append([x**k for k in range(degree + 1)] + [(-1) ** i / weight(x)])
            right.append(g(x))
        solution = mp.lu_solve(mp.matrix(rows), mp.matrix(right))
        coefficients = [solution[i] for i in range(degree + 1)]
        errors = [w * (mp.polyval(coefficients[::-1], x) - y) for x, y, w in table]
        # One extremum per interval of equal sign.
        extrema, best = [], 0
        for i in range(1, samples + 1):
            if i == samples or (errors[i] > 0) != (errors[best] > 0):
                extrema.append(best)
                best = i
            elif abs(errors[i]) > abs(errors[best]):
                best = i
        if len(extrema) < n:
            break
        while len(extrema) > n:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        new = [grid[i] for i in extrema]
        levels = [abs(errors[i]) for i in extrema]
        points = new
        if max(levels) / min(levels) < 1.001:
            break
    return coefficients, max(abs(e) for e in errors)


def fit(name, scalar, g, weight, low, high, degree):
    """Coefficients in ascending order, rounded to the type, and the weighted error after that."""
    exact, level = remez(g, weight, low, high, degree)
    rounded = [ROUND[scalar](c) for c in exact]
    middle, half = (mpf(low) + high) / 2, (mpf(high) - low) / 2
    error = mpf(0)
    for k in range(400):
        x = middle - half * mp.cos(mp.pi * (k + mpf(1) / 2) / 400)
        error = max(error, weight(x) * abs(mp.polyval([mpf(c) for c in rounded[::-1]], x) - g(x)))
    bits = f"2^{float(mp.log(level, 2)):.1f}, rounded 2^{float(mp.log(error, 2)):.1f}"
    print(f"{name:10s} {scalar:6s} degree {degree:2d}  error {bits}", file=sys.stderr)
    return rounded, error


def erfcx(y):
    return mp.exp(y * y) * mp.erfc(y)


TINY = mpf(2) ** -40

TANH_LIMIT = {"float": mpf("0.625"), "double": mpf("0.75")}
# Half a quarter turn, and what rounding the number of quarter turns adds to it.
TRIGONOMETRIC_LIMIT = {"float": mp.pi / 4 * mpf("1.01"), "double": mp.pi / 4 * mpf("1.0001")}
ERF_LIMIT = {"float": mpf("1.125"), "double": mpf("1.125")}
# (y + a) exp(y^2) erfc(y) is a smooth function of 1 / (y + a): this a needs the fewest coefficients. In powers
# of 1 / (y + a) - centre no term is larger than the sum; with centre 0 cancellation multiplied rounding errors
# by 2.7.
ERFCX_SHIFT = {"float": mpf(3), "double": mpf(4)}
ERFCX_CENTRE = {"float": mpf("0.125"), "double": mpf("0.0625")}
# erfc is 0 in the type beyond.
ERFCX_END = {"float": mpf("10.2"), "double": mpf("27.3")}


# |s| in log((1 + s) / (1 - s)).
LOG_LIMIT = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)


def log_rest(z):
    x = mp.sqrt(z)
    return (2 * mp.atanh(x) / x - 2) / z


def polynomials(scalar):
    degree = {
        "float": dict(exp=4, log=3, tanh=5, erf=7, erfcx=9, sin=3, cos=3),
        "double": dict(exp=10, log=6, tanh=12, erf=12, erfcx=22, sin=6, cos=6),
    }[scalar]
    result = []

    def add(name, comment, g, weight, low, high, n):
        coefficients, error = fit(name, scalar, g, weight, low, high, n)
        result.append((name, comment, coefficients, error))

    r = mpf("0.3475")  # ln(2) / 2 and a little, for the rounding of x log2(e)
    add(
        "kExp",
        "(exp(r) - 1 - r) / r^2 in r, |r| <= ln(2) / 2",
        lambda x: (mp.expm1(x) - x) / x**2,
        lambda x: x**2 / abs(mp.expm1(x)),
        -r,
        r + TINY,
        degree["exp"],
    )

    add(
        "kLog",
        "(log((1 + s) / (1 - s)) / s - 2) / s^2 in s^2, |s| <= 3 - sqrt(8)",
        log_rest,
        lambda z: z / 2,
        TINY,
        LOG_LIMIT**2 * mpf("1.001"),
        degree["log"],
    )

    limit = TANH_LIMIT[scalar]
    add(
        "kTanh",
        f"(tanh(x) / x - 1) / x^2 in x^2, |x| <= {mp.nstr(limit)}",
        lambda z: (mp.tanh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z,
        lambda z: z,
        TINY,
        limit**2,
        degree["tanh"],
    )

    limit = ERF_LIMIT[scalar]
    add(
        "kErf",
        f"erf(x) / x - 1 in x^2, |x| <= {mp.nstr(limit)}",
        lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1,
        lambda z: mpf(1),
        TINY,
        limit**2,
        degree["erf"],
    )

    a, end, centre = ERFCX_SHIFT[scalar], ERFCX_END[scalar], ERFCX_CENTRE[scalar]

    def erfcx_rest(t):
        r = t + centre
        return erfcx(1 / r - a) / r

    shifted = f"(y + {mp.nstr(a)})"
    add(
        "kErfcx",
        f"{shifted} exp(y^2) erfc(y) in 1 / {shifted} - {mp.nstr(centre)}, 0 <= y <= {mp.nstr(end)}",
        erfcx_rest,
        lambda t: 1 / erfcx_rest(t),
        1 / (end + a) - centre,
        1 / a - centre,
        degree["erfcx"],
    )

    add_trigonometric_polynomials(add, TRIGONOMETRIC_LIMIT[scalar], degree)
    if scalar == "double":
        add_double_polynomials(add)
    return result


def add_trigonometric_polynomials(add, q, degree):
    add(
        "kSin",
        "(sin(x) / x - 1) / x^2 in x^2, |x| <= pi / 4",
        lambda z: (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z,
        lambda z: z,
        TINY,
        q * q,
        degree["sin"],
    )
    add(
        "kCos",
        "(cos(x) - 1 + x^2 / 2) / x^4 in x^2, |x| <= pi / 4",
        lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2,
        lambda z: z**2,
        mpf(2) ** -30,
        q * q,
        degree["cos"],
    )


def add_double_polynomials(add):
    add(
        "kLogTail",
        "((log((1 + s) / (1 - s)) / s - 2) / s^2 - 2/3) / s^2 in s^2, |s| <= 3 - sqrt(8)",
        lambda z: (log_rest(z) - mpf(2) / 3) / z,
        lambda z: z * z / 2,
        mpf(2) ** -30,
        LOG_LIMIT**2 * mpf("1.001"),
        8,
    )


def hexadecimal(x):
    mantissa, exponent = float(x).hex().split("p")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + "p" + exponent


def literal(x, scalar):
    return hexadecimal(x) + ("F" if scalar == "float" else "")


def quarter_turn(scalar):
    """pi/2 in parts: n times a part is exact for every n that occurs, without a fused operation."""
    bits, largest = (13, 10) if scalar == "float" else (33, 20)
    rest, parts = mp.pi / 2, []
    for _ in range(3):
        parts.append(with_bits(rest, bits))
        rest -= mpf(parts[-1])
    parts.append(ROUND[scalar](rest))
    return [
        f"  static constexpr {scalar} kTwoOverPi = {literal(ROUND[scalar](2 / mp.pi), scalar)};",
        f"  // pi/2 in parts of {bits} bits: n times a part is exact up to n = 2^{largest}.",
        f"  static constexpr std::array<{scalar}, 4> kPiOverTwoParts = {{",
        *[f"      {literal(part, scalar)}," for part in parts],
        "  };",
    ]


def write_coefficients():
    lines = [
        "// Coefficients of the math functions. Written by tools/make_math_tables.py: change it there.",
        "//",
        "// Polynomials are minimax fits in ascending order of powers; the error is that of the fitted function "
        "itself,",
        "// relative to the result it enters.",
        "// clang-format off",
        "#pragma once",
        "",
        "#include <array>",
        "#include <cstdint>",
        "",
        "namespace chainrule {",
        "",
        "template <typename T>",
        "struct MathCoefficients;",
    ]
    for scalar in ("float", "double"):
        bits = 24 if scalar == "float" else 53
        # n ln2_high is exact for every n that occurs (|n| < 2^8 or 2^11), without a fused operation.
        high = with_bits(mp.ln(2), bits - (9 if scalar == "float" else 12))
        constants = [
            ("kLog2E", mp.log(mp.e, 2), "log2(e)"),
            ("kLn2High", mpf(high), "n times this is exact for every exponent n"),
            ("kLn2Low", mp.ln(2) - mpf(high), ""),
            ("kTanhLimit", TANH_LIMIT[scalar], ""),
            ("kErfLimit", ERF_LIMIT[scalar], ""),
            ("kErfcxShift", ERFCX_SHIFT[scalar], ""),
            ("kErfcxCentre", ERFCX_CENTRE[scalar], ""),
        ]
        lines += ["", "template <>", f"struct MathCoefficients<{scalar}> {{"]
        for name, value, comment in constants:
            tail = f"  // {comment}" if comment else ""
            lines.append(
                f"  static constexpr {scalar} {name} = {literal(ROUND[scalar](value), scalar)};{tail}"
            )
        for name, comment, coefficients, error in polynomials(scalar):
            lines.append(f"  // {comment}; error 2^{float(mp.log(error, 2)):.1f}")
            lines.append(f"  static constexpr std::array<{scalar}, {len(coefficients)}> {name} = {{")
            lines += [f"      {literal(c, scalar)}," for c in coefficients]
            lines.append("  };")
        lines += quarter_turn(scalar) + ["};"]
    # 2/pi as an integer fraction.
    with mp.workprec(1500):
        two_over_pi = mp.floor(mp.ldexp(2 / mp.pi, 64 * 20))
        words = [(int(two_over_pi) >> (64 * (19 - i))) & (2**64 - 1) for i in range(20)]
    pi_low = mp.pi / 2 - mpf(to_double(mp.pi / 2))
    third_low = mpf(2) / 3 - mpf(to_double(mpf(2) / 3))
    lines += [
        "",
        "struct TrigonometricConstants {",
        "  static constexpr double kPiOverTwoHigh = " + literal(to_double(mp.pi / 2), "double") + ";",
        "  static constexpr double kPiOverTwoLow = " + literal(to_double(pi_low), "double") + ";",
        "  // The bits of 2/pi, most significant first: 64 before the binary point (all 0), the others after it.",
        "  static constexpr std::array<std::uint64_t, 21> kTwoOverPiBits = {",
        "      0U,",
        *[f"      0x{w:016x}U," for w in words],
        "  };",
        "};",
        "",
        "struct PowerConstants {",
        "  static constexpr double kTwoThirdsHigh = " + literal(to_double(mpf(2) / 3), "double") + ";",
        "  static constexpr double kTwoThirdsLow = " + literal(to_double(third_low), "double") + ";",
        "};",
        "",
        "}  // namespace chainrule",
        "",
    ]
    path = ROOT / "src/chainrule/tensor/math_coefficients-inl.h"
    path.write_text("\n".join(lines))


# --- golden tables --------------------------------------------------------------------------------


def neighbours(x, scalar, count=1):
    """x and the numbers of the type next to it."""
    size, code = ("i", "f") if scalar == "float" else ("q", "d")
    result = []
    for step in range(-count, count + 1):
        bits = struct.unpack(size, struct.pack(code, x))[0] + step
        result.append(struct.unpack(code, struct.pack(size, bits))[0])
    return result


def logarithmic(rng, low, high, count):
    return [2.0 ** rng.uniform(float(mp.log(low, 2)), float(mp.log(high, 2))) for _ in range(count)]


def signed(points):
    return points + [-x for x in points]


def golden_points(scalar):
    rng = random.Random(20240229)
    smallest_normal = 2.0**-126 if scalar == "float" else 2.0**-1022
    smallest = 2.0**-149 if scalar == "float" else 2.0**-1074
    largest = (2 - 2.0**-23) * 2.0**127 if scalar == "float" else sys.float_info.max
    small = [
        smallest,
        3 * smallest,
        smallest_normal,
        smallest_normal * 1.5,
        2.0**-60,
        2.0**-30,
        2.0**-13,
        2.0**-12,
        1e-3,
    ]
    top = 88.722 if scalar == "float" else 709.782
    bottom = -103.97 if scalar == "float" else -745.13
    denormal = -87.4 if scalar == "float" else -708.4
    ln2 = float(mp.ln(2))
    # Half-way between two exponents the reduced argument is largest.
    halves = [(n + 0.5) * ln2 for n in (0, 1, 2, 3, 7, 20, 60, 100)]
    exp_points = (
        signed(small)
        + signed(halves)
        + [top, denormal, bottom, bottom / 2 + denormal / 2, 1.0, -1.0, 0.5, -0.5]
        + [rng.uniform(denormal, top) for _ in range(60)]
        + signed(logarithmic(rng, 1e-4, 1, 20))
        + [rng.uniform(bottom, denormal) for _ in range(15)]
    )
    positive = small + [2**0.5, 0.5**0.5, 1.0, 2.0, 3.0, 10.0, largest, largest / 3, 1.5, 0.75]
    log_points = (
        positive
        + [1 + x for x in signed([2.0**-20, 2.0**-10, 2.0**-5, 0.05, 0.1])]
        + logarithmic(rng, smallest_normal, largest / 2, 60)
        + [rng.uniform(0.5, 2) for _ in range(60)]
    )
    log1p_points = (
        signed(small)
        + [-1 + 2.0**-20, -1 + 2.0**-10, -0.9, -0.5, 2**0.5 - 1, 0.5**0.5 - 1, 1.0, 10.0, 1e10, largest / 2]
        + signed(logarithmic(rng, 1e-6, 0.99, 40))
        + logarithmic(rng, 1, 1e20, 30)
    )
    tanh_points = (
        signed(small)
        + signed([float(TANH_LIMIT[scalar]), 1.0, 5.0, 9.0, 15.0, 19.0, 22.0])
        + signed([rng.uniform(0.3, 2) for _ in range(30)])
        + signed(logarithmic(rng, 1e-5, 20, 25))
    )
    logistic_points = (
        signed(small)
        + signed([1.0, 5.0, 17.0, 36.0, 80.0, -bottom, -denormal])
        + signed([rng.uniform(0, 8) for _ in range(40)])
        + signed(logarithmic(rng, 1e-5, -denormal, 25))
    )
    erf_points = (
        signed(small)
        + signed([1.0, 0.5, 2.0, 3.0, 3.9, 5.0, 5.9])
        + signed([rng.uniform(0.3, 3) for _ in range(30)])
        + signed(logarithmic(rng, 1e-5, 5.9, 25))
    )
    near_zeros = [float(mp.pi / 2 * n) for n in (1, 2, 3, 4, 5, 7, 100, 710, 1001, 12345, 52174, 63661)]
    trig_points = (
        signed(small)
        + signed(near_zeros)
        + signed([float(mp.pi / 4 * n) for n in (1, 3, 5, 1001)])
        + [1e5, 1e6, 1e7, 1e10, 1e15, 1e22, 1e30]
        + ([6381956970095103 * 2.0**797, 2.0**1000, largest] if scalar == "double" else [largest])
        + [rng.uniform(-1e5, 1e5) for _ in range(40)]
        + [rng.uniform(-4, 4) for _ in range(40)]
    )
    return {
        "exp": exp_points, "expm1": exp_points, "log": log_points, "log1p": log1p_points, "tanh": tanh_points,
        "logistic": logistic_points, "softplus": logistic_points, "erf": erf_points,
        "sin": trig_points, "cos": trig_points,
    }  # fmt: skip


# The inputs with the largest errors found by sweeps over about ten million numbers per function.
HARD = {
    "float": {
        "exp": ["0x1.33f89cp5", "0x1.05417ap4", "0x1.ab91cp4"],
        "expm1": ["0x1.121abp4", "0x1.12543ap4", "-0x1.669866p-2", "-0x1.64654ep-2"],
        "log": ["0x1.67092ap0", "0x1.67a14ep-1", "0x1.69a7b2p0"],
        "log1p": ["0x1.a302d4p-2", "-0x1.2cadf6p-2", "-0x1.32eed4p-2"],
        "tanh": ["0x1.48ebc2p-1", "0x1.454dccp-1", "0x1.4a7ab4p-1"],
        "logistic": ["-0x1.a41adap2", "-0x1.20cadp0", "-0x1.284d18p0"],
        "softplus": ["-0x1.441582p0", "0x1.61c4fep-2", "-0x1.46285ep0"],
        "erf": ["0x1.145844p0", "0x1.19b0bep0"],
        "gelu": ["-0x1.54f812p-2", "-0x1.19eaf2p+1", "-0x1.7d8924p+2"],
        "mish": ["-0x1.2638e8p-1", "-0x1.033a3cp+1", "-0x1.e7ac62p+2"],
        "swish": ["0x1.f0ab08p-16", "-0x1.ea03e6p+0"],
    },
    "double": {
        "exp": ["-0x1.2e245ea8e2488p5", "-0x1.432bca97413dp9"],
        "expm1": ["0x1.298d38d186d4p5", "0x1.2f38abd9507p5", "-0x1.6ad8a8f1e2ae9p-2"],
        "log": ["0x1.6984126363fb3p-1", "0x1.674ea522bcfedp-1", "0x1.686279dfaa0e4p-1"],
        "log1p": ["-0x1.3032c6c419a88p-2", "-0x1.7537cb4c1b0bp-2"],
        "tanh": ["0x1.8484752fff2c4p-1", "0x1.812eef28603p-1"],
        "logistic": ["-0x1.24c01aa7d11b4p0", "-0x1.20592f41b1aedp3", "-0x1.e7f6aedbd35eap+2"],
        "softplus": ["-0x1.433ee5faaf664p0", "-0x1.bd9d626dba98p-2", "-0x1.bd4e690583f58p-2"],
        "erf": ["0x1.1be8bb73a9fecp0", "0x1.1c098927d7ff2p+0"],
        "gelu": ["-0x1.d4d8d67cc85a4p+0", "0x1.bda2b963bc513p-12", "0x1.de0d16d552dccp-17"],
        "mish": ["-0x1.e7bfcedff497ep+3", "-0x1.03f41ae29316p+1", "-0x1.bfc9ca4d6c76p-3"],
        "swish": ["-0x1.d05d53a1399eap+4", "-0x1.f1b63d1e49cd5p+0"],
        "sin": ["0x1.97a6f13fe6d28p-1", "-0x1.2df28fb8363ecp1"],
        "cos": ["-0x1.93e89fbde0aa4p-1", "-0x1.9484e4ab90f24p-1"],
    },
}

EXACT = {
    "exp": mp.exp,
    "expm1": mp.expm1,
    "log": mp.log,
    "log1p": mp.log1p,
    "tanh": mp.tanh,
    "logistic": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x)),
    "erf": mp.erf,
    "sin": mp.sin,
    "cos": mp.cos,
    "gelu": lambda x: x * mp.ncdf(x),
    "mish": lambda x: x * mp.tanh(mp.log1p(mp.exp(x))),
    "swish": lambda x: x / (1 + mp.exp(-x)),
}


def power_points(scalar):
    rng = random.Random(41)
    points = [
        (0.95, 100.0),
        (0.5, 0.5),
        (0.96, 1000.0),
        (1e-3, 0.25),
        (10.0, 5.0),
        (2.0, 10.0),
        (1.0001, 10000.0),
        (0.999, 1e5),
    ]
    points += [(2.0 ** rng.uniform(-20, 20), rng.uniform(-4, 4)) for _ in range(60)]
    limit = 80 if scalar == "float" else 700
    for _ in range(60):
        x = 2.0 ** rng.uniform(-3, 3)
        points.append((x, rng.uniform(-limit, limit) / abs(float(mp.log(x)))))
    return [(ROUND[scalar](x), ROUND[scalar](y)) for x, y in points]


def golden_line(name, x, y, exact):
    high = to_double(exact)
    low = to_double(exact - mpf(high))
    return ",".join([name, *map(hexadecimal, (x, y, high, low))])


def write_table(name, scalar, lines):
    path = ROOT / f"tests/golden/{name}_{scalar}.csv"
    path.write_text("\n".join(["function,x,y,value,value_rest", *lines]) + "\n")
    print(f"{path.name}: {len(lines)} points, {path.stat().st_size} bytes", file=sys.stderr)


def function_lines(name, scalar, points, limit):
    xs = []
    for point in points:
        for x in neighbours(ROUND[scalar](point), scalar, 0 if abs(point) < 1e-30 else 1):
            if x not in xs and abs(x) != float("inf"):
                xs.append(x)
    if len(xs) > limit:
        chosen = limit // 2  # the points chosen by hand come first in each list
        xs = xs[:chosen] + random.Random(name).sample(xs[chosen:], limit - chosen)
    lines = []
    for x in [float.fromhex(h) for h in HARD[scalar].get(name, [])] + xs:
        if name == "log" and x <= 0 or name == "log1p" and x <= -1:
            continue
        with mp.workprec(2600 if abs(x) > 1e6 or abs(x) < 1e-6 else 300):
            lines.append(golden_line(name, x, 0.0, EXACT[name](mpf(x))))
    return lines


def write_golden():
    for scalar in ("float", "double"):
        lines = []
        for name, points in golden_points(scalar).items():
            lines += function_lines(name, scalar, points, 220)
        for x, y in power_points(scalar):
            with mp.workprec(300):
                lines.append(golden_line("power", x, y, mpf(x) ** mpf(y)))
        write_table("math_functions", scalar, lines)

        rng = random.Random(7)
        end = 13 if scalar == "float" else 37
        points = signed([2.0**-60, 2.0**-30, 2.0**-13, 1e-3, 0.5, 1.0, 2.0, 5.0, 10.0, float(end)])
        points += signed([rng.uniform(0, 6) for _ in range(25)]) + signed(logarithmic(rng, 1e-5, end, 25))
        lines = []
        for name in ("gelu", "mish", "swish"):
            lines += function_lines(name, scalar, points, 220)
        write_table("activation", scalar, lines)


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["coefficients", "golden"]
    if "coefficients" in wanted:
        write_coefficients()
    if "golden" in wanted:
        write_golden()
