"""What Python has and JavaScript lacks, or means otherwise, as functions in JavaScript, each by the name it goes by.

They keep Python's meaning of a number that is given; where Python raises an error, they give Infinity or NaN. What they
are called for, this file does not know.
"""

from __future__ import annotations

__all__ = ["FUNCTIONS", "with_needed"]

# erf and erfc: the power series (7.1.5) near 0, the continued fraction (7.1.14) beyond, of Abramowitz, Stegun (1964),
# Handbook of mathematical functions. exp(-x * x) is taken of x = head + rest, with a head so short that its square is
# exact, and in two halves, so that erfc fades into the smallest floats as it should. Against 50 digits both are within
# 6e-16, relative to the result, and erfc within one unit of the smallest float where that is more.
_ERF = """(x) => {
  if (Math.abs(x) >= 0.5) {
    return x < 0.0 ? $erfc(-x) - 1.0 : 1.0 - $erfc(x);
  }
  let term = 1.0, total = 0.0;
  for (let n = 0; n < 20; n += 1) {
    total += term / (2 * n + 1);
    term *= -x * x / (n + 1);
  }
  return x * (total * 1.1283791670955126);
}"""
_ERFC = """(x) => {
  if (x < 0.5) {
    return x <= -0.5 ? 2.0 - $erfc(-x) : 1.0 - $erf(x);
  }
  if (x > 28.0) {
    return 0.0;
  }
  let below = x;
  for (let n = Math.ceil(60.0 + 180.0 / (x * x)); n > 0; n -= 1) {
    below = x + 0.5 * n / below;
  }
  const head = Math.fround(x), half = Math.exp(-0.5 * head * head);
  return half * (half * Math.exp((head - x) * (head + x)) * 0.5641895835477563 / below);
}"""
_FLOOR_DIVIDE = """(x, y) => {
  const rest = x % y, quotient = (x - rest) / y - (rest !== 0 && (rest < 0) !== (y < 0) ? 1 : 0);
  const whole = Math.floor(quotient);
  return quotient === 0 ? 0 * (x / y) : whole + (quotient - whole > 0.5 ? 1 : 0);
}"""
_MODULO = """(x, y) => {
  const rest = x % y;
  if (rest === 0) {
    return y < 0 ? -0.0 : 0.0;
  }
  return (rest < 0) === (y < 0) ? rest : rest + y;
}"""
_RANGE = """(start, stop, step = 1) => {
  const all = [];
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) {
    all.push(at);
  }
  return all;
}"""
_COPYSIGN = "(x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x))"
_POWER = "(x, y) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y)"
_TRUTH = "(x) => x !== null && x !== undefined && (x.length === undefined ? x !== 0 : x.length > 0)"

# In the order in which they are written, where they are needed.
FUNCTIONS = {
    "$erf": _ERF,
    "$erfc": _ERFC,
    "$floor_divide": _FLOOR_DIVIDE,
    "$modulo": _MODULO,
    "$power": _POWER,
    "$copysign": _COPYSIGN,
    "$exp2": "(x) => 2 ** x",
    "$fmod": "(x, y) => x % y",
    "$degrees": "(x) => x * (180.0 / Math.PI)",
    "$radians": "(x) => x * (Math.PI / 180.0)",
    "$isnan": "(x) => Number(Number.isNaN(x))",
    "$isinf": "(x) => Number(Math.abs(x) === Infinity)",
    "$isfinite": "(x) => Number(Number.isFinite(x))",
    # An int has no -0.
    "$floor": "(x) => Math.floor(x) + 0",
    "$ceil": "(x) => Math.ceil(x) + 0",
    "$trunc": "(x) => Math.trunc(x) + 0",
    # The first of those that are equal, and of NaN what comparing makes of it.
    "$max": "(...all) => (all.length > 1 ? all : [...all[0]]).reduce((best, one) => (one > best ? one : best))",
    "$min": "(...all) => (all.length > 1 ? all : [...all[0]]).reduce((best, one) => (one < best ? one : best))",
    "$sum": "(all, start = 0) => [...all].reduce((total, one) => total + one, start)",
    "$list": "(all) => [...all]",
    "$range": _RANGE,
    "$enumerate": "(all, start = 0) => [...all].map((one, at) => [at + start, one])",
    "$zip": "(...all) => [...all[0]].slice(0, Math.min(...all.map((one) => one.length)))"
    ".map((_, at) => all.map((one) => one[at]))",
    "$repeat": "(all, times) => $range(0, times).flatMap(() => all)",
    "$place": "(all, at) => (at < 0 ? at + all.length : at)",
    # NaN is true in Python, an empty list is not.
    "$truth": _TRUTH,
    "$bool": "(x) => Number($truth(x))",
    "$and": "(x, other) => ($truth(x) ? other() : x)",
    "$or": "(x, other) => ($truth(x) ? x : other())",
}
_NEEDS = {
    "$erf": "$erfc",
    "$erfc": "$erf",
    "$repeat": "$range",
    "$bool": "$truth",
    "$and": "$truth",
    "$or": "$truth",
}


def with_needed(names: set[str]) -> list[str]:
    """List functions, and those that they call, in the order of the table.

    Examples
    --------
    >>> with_needed({"$power", "$erf"})
    ['$erf', '$erfc', '$power']
    """
    needed = names | {_NEEDS[name] for name in names & _NEEDS.keys()}
    return [name for name in FUNCTIONS if name in needed]
