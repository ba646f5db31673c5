"""Rules as JavaScript: run in Node they give Python's numbers, saturated or not, whoever wrote them."""

from __future__ import annotations

import importlib.util
import json
import math
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from random import Random
from typing import Any

import pytest

import neurograph as ng
from neurograph.rules.activations import Activation
from neurograph.rules.losses import JointShortcut, Loss
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.rates import constant
from neurograph.rules.regularizers import L1, L2, ElasticNet
from neurograph.rules.softmax import SOFTMAX, JointActivation
from neurograph.source.javascript import TranslationError, to_javascript

# Numbers go as text, since JSON has neither Infinity nor NaN nor, for some, -0.
RUN = """
const plain = (x) => Array.isArray(x) ? x.map(plain) : Number(x);
const spelled = (x) => x === null || x === undefined ? null
  : Array.isArray(x) ? x.map(spelled) : Object.is(x, -0) ? "-0" : String(x);
const calls = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(calls.map(([at, given]) => {
  const row = given.map(plain), result = functions[at](...row);
  return spelled(result === undefined || result === null ? row : result);
})));
"""
Z = [
    0.0,
    -0.0,
    1e-300,
    -1e-300,
    5e-324,
    1e-17,
    1e-8,
    -1e-8,
    0.1,
    0.5,
    -0.5,
    1.0,
    -1.0,
    2.5,
    -2.5,
    8.3,
    -8.3,
    20.0,
    -20.0,
]
Z += [sign * z for z in (36.0, 37.0, 38.5, 53.0, 709.0, 709.8, 745.0, 745.2, 746.0, 1000.0) for sign in (1.0, -1.0)]
RNG = Random(7)
Z += [RNG.uniform(-6.0, 6.0) for _ in range(60)] + [RNG.uniform(-800.0, 800.0) for _ in range(40)]
A = [0.0, 5e-324, 1e-310, 2.3e-308, 1e-17, 0.3, 0.5, 0.7, 1.0 - 2.0**-53, 1.0]
Y = [0.0, 0.3, 1.0]


@lru_cache
def node() -> str:
    """Find a Node: the machine's, or the one that playwright brings; without any, skip or, where promised, fail."""
    if found := shutil.which("node"):
        return found
    if importlib.util.find_spec("playwright"):
        from playwright._impl._driver import compute_driver_executable

        return str(compute_driver_executable()[0])
    if os.environ.get("NEUROGRAPH_BROWSER"):
        pytest.fail("NEUROGRAPH_BROWSER is set, but there is neither node nor playwright", pytrace=False)
    pytest.skip("there is neither node nor playwright")


def spelled(value: Any) -> Any:
    return (
        [spelled(one) for one in value]
        if isinstance(value, list | tuple)
        else repr(float(value)).replace("inf", "Infinity")
    )


def read(value: Any) -> Any:
    return [read(one) for one in value] if isinstance(value, list) else float(value)


def ran(rules: Sequence[tuple[Any, str]], calls: Sequence[tuple[int, Sequence[Any]]]) -> list[Any]:
    """Call translated functions, each by its place; of one that returns nothing, give what became of its arguments."""
    made = to_javascript(rules)
    names = ", ".join(made.names[getattr(record, field)] for record, field in rules)
    script = f'"use strict";\n{made.text}const functions = [{names}];\n{RUN}'
    given = json.dumps([[at, spelled(arguments)] for at, arguments in calls])
    done = subprocess.run([node(), "-e", script], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [read(result) for result in json.loads(done.stdout)]


def in_python(function: Any, arguments: Sequence[Any]) -> Any:
    """Give Python's result as a number or a list of floats; None where it raises."""
    row = [list(one) if isinstance(one, list) else one for one in arguments]
    try:
        result = function(*row)
    except (ArithmeticError, ValueError):
        return None
    result = row if result is None else result
    return read(spelled(result))


def apart(one: Any, other: Any) -> float:
    """Say how many units in the last place two numbers differ, 0 for the same bits; infinite where a sign differs."""
    if isinstance(one, list):
        assert len(one) == len(other)
        return max(map(apart, one, other), default=0.0)
    if math.isnan(one) or math.isnan(other):
        return 0.0 if math.isnan(one) and math.isnan(other) else math.inf
    if one == other:
        return 0.0 if math.copysign(1.0, one) == math.copysign(1.0, other) else math.inf
    return abs(one - other) / math.ulp(max(abs(one), abs(other)))


def rules_of(*records: Any) -> list[tuple[Any, str]]:
    return [
        (record, field.name) for record in records for field in fields(record) if callable(getattr(record, field.name))
    ]


def check(rules: Sequence[tuple[Any, str]], calls: Sequence[tuple[int, Sequence[Any]]], ulp: float = 0.0) -> int:
    """Compare with Python; where that raises, JavaScript has a number that is none. Give how many it raised."""
    raised = 0
    for (at, given), found in zip(calls, ran(rules, calls), strict=True):
        record, field = rules[at]
        expected = in_python(getattr(record, field), given)
        if expected is None:
            raised += 1
            assert not math.isfinite(found), (field, given, found)
        else:
            assert apart(found, expected) <= ulp, (record, field, given, found, expected)
    return raised


PLAIN = {"identity", "relu", "leaky_relu", "softsign"}


@pytest.mark.parametrize("rule", [r for r in ng.ACTIVATIONS if isinstance(r, Activation)], ids=lambda r: r.name)
def test_an_activation(rule: Activation) -> None:
    rules = [(rule, "value"), (rule, "slope")]
    calls = [(0, [z]) for z in Z] + [(1, [z, rule.value(z)]) for z in Z]
    # Where a slope is the small difference of larger numbers, the last place of exp is many of its own: silu, gelu.
    check(rules, calls, 0.0 if rule.name in PLAIN else 64.0 if rule.name in ("gelu", "silu") else 4.0)


def test_a_loss() -> None:
    rules = rules_of(*ng.LOSSES)
    calls = [(at, [a, y, n]) for at in range(len(rules)) for a in A for y in Y for n in (1, 3)]
    calls += [(at, [z, y, 2]) for at, (loss, _) in enumerate(rules) if loss.outputs == "any" for z in Z for y in Y]
    check(rules, calls, 4.0)


def groups() -> list[list[float]]:
    found = [[RNG.choice(Z) for _ in range(size)] for size in (1, 2, 3, 4, 5) for _ in range(12)]
    return [*found, [0.0, 0.0], [1000.0, -1000.0], [-745.0, 0.0, 0.0], [36.0, 0.0, -0.0], [37.5, 0.1]]


def test_softmax() -> None:
    rules = [(SOFTMAX, "values"), (SOFTMAX, "partial"), (SOFTMAX, "fill")]
    calls: list[tuple[int, list[Any]]] = []
    for z in groups():
        a, size = SOFTMAX.values(z), range(len(z))
        calls += [(0, [z]), (2, [z, [0.0] * len(z)]), *((1, [z, a, k, j]) for k in size for j in size)]
    check(rules, calls, 4.0)


def test_the_shortcuts() -> None:
    rules = rules_of(*(shortcut for loss in ng.LOSSES for shortcut in loss.shortcuts))
    rules = [(record, field) for record, field in rules if field != "activation"]
    calls: list[tuple[int, list[Any]]] = []
    for at, (shortcut, field) in enumerate(rules):
        for z in groups():
            joint = shortcut.activation is SOFTMAX
            a, size = SOFTMAX.values(z) if joint else [shortcut.activation.value(one) for one in z], range(len(z))
            for k in size:
                for y in Y:
                    if field == "partial":
                        calls += [(at, [z, a, y, k, j]) for j in size]
                    else:
                        calls.append((at, [z, k, a[k], y] if field == "value" else [a[k], y]))
    assert any(isinstance(shortcut, JointShortcut) for shortcut, _ in rules)
    check(rules, calls, 8.0)


def test_optimizers_and_regularizers() -> None:
    records = [ng.SGD(0.1), ng.Momentum(), ng.Momentum(nesterov=True), ng.RMSProp(), ng.Adam(), ng.AdamW()]
    rules = rules_of(*records, L1(0.1), L2(0.01), ElasticNet(0.1, 0.2), L1(0.0))
    calls = []
    for at, (record, field) in enumerate(rules):
        code = getattr(record, field).__code__
        for _ in range(40):
            # The memories are squares in some optimizers, the clock is below 1.
            given = [RNG.choice([RNG.gauss(0.0, 2.0), 0.0, -0.0, 1e-200]) for _ in range(code.co_argcount)]
            if field == "step":
                given[2:] = [abs(one) for one in given[2:-2]] + [RNG.random(), RNG.random()]
            calls.append((at, given))
    assert check(rules, calls) == 0  # square roots are rounded alike everywhere: the same bits


LEAK, SHAPE = 0.25, (1.0, 0.5)


def mine(value: Any, slope: Any = lambda z, a: 1.0) -> Activation:
    return Activation("mine", value, slope, "z", "1")


def gate(z: float, sharp: float = 1.5, *, shift: float = 0.5) -> float:
    return sharp * z + shift if z > -3.0 else -LEAK


def calling(z):
    """Have a docstring, too."""
    return gate(z) + gate(z, 2.0) + gate(sharp=-1.0, z=z) + gate(z, shift=z)


def newton(z):
    x = z if z > 1.0 else 1.0
    steps: int = 0
    while abs(x * x - abs(z)) > 1e-12 * x:
        x -= (x * x - abs(z)) / (2.0 * x)
        steps += 1
        if steps >= 60:
            break
    return x


def lists(z):
    powers, row = [], [0.0, 1.0] * 2
    for k, (one, other) in enumerate(zip([z, 2.0 * z, 3.0 * z], SHAPE)):  # noqa: B905
        if k == 5:
            continue
        powers.append(one * other + k)
    row[-1] += z
    row[len(row) - 2] = row[1:][0] = powers[-1]
    low, high = min(row), max(powers)
    total = 0.0
    for k in range(3, 0, -1):
        pairs = [i * j for i in range(2) for j in row if j != i]
        total += k * row[-k] + (pairs[0] if pairs else float("-inf"))
    return total + low - high + sum(one for one in row[:-1] if one > 0.0)


def truths(z):
    """Count truths as numbers, compare in chains, and take what `or` and `and` give."""
    inside = -1.0 < z <= 2.5
    nothing = None
    if (not inside and z != 0.0) or nothing is not None:
        pass
    elif z:
        inside = inside + True
    return inside * 2.0 + (z or 3.0) + (z > 1.0 and z * z) + (-z < 0.0) - bool(z) + (z > 0.0 and z < 5.0)


def whole(z):
    return z // 0.7 + 10.0 * (z % 0.7) + (-z) // 3 + z % -3 + 7 // 2 + -7 // 2 - 7 % -4 + int(z) + math.floor(z / 3)


def inner(z):
    scale = 2.0

    def twice(t):
        t *= scale
        return t + 0.0

    shifted = lambda t: twice(t) + z  # noqa: E731
    return shifted(z) - scale


def names(z):
    var, new, Math, λ, sigmoid = z, 2.0, 3.0, 4.0, 5.0  # noqa: N806, PLC2401
    function, mine_value, arguments = var + new, λ * Math, sigmoid
    return function * mine_value + arguments


def of_math(z):
    up = math.hypot(z, 2.0) + math.copysign(2.0, z) + math.fabs(z) + math.fmod(z, 0.7) + math.atan2(z, 2.0)
    return (
        up + math.degrees(z) + math.trunc(z) + math.ceil(z / 7) + math.log(abs(z) + 2.0, 3.0) + math.pi + math.isnan(z)
    )


def order(z):
    return max(z, -0.0, 0.0) if min(0.0, -0.0) == 0.0 else 1.0


OWN = {
    "a lambda": (lambda z: 3.0 * z * z - z, 0.0),
    "calls, defaults, names of arguments": (calling, 0.0),
    "a while loop": (newton, 0.0),
    "lists": (lists, 0.0),
    "truths": (truths, 0.0),
    "whole numbers": (whole, 0.0),
    "functions inside": (inner, 0.0),
    "names that JavaScript keeps to itself": (names, 0.0),
    "functions of math": (of_math, 2.0),
    "max and min keep the first": (order, 0.0),
    "a function of math itself": (math.atan, 2.0),
    "a builtin": (abs, 0.0),
    "a power": (lambda z: (0.1 * abs(z)) ** 1.5 + z**2 + (-1) ** 3, 4.0),
}


@pytest.mark.parametrize("name", OWN)
def test_a_function_of_ones_own(name: str) -> None:
    function, ulp = OWN[name]
    points = [z for z in Z if abs(z) < 800.0]
    assert check([(mine(function), "value")], [(0, [z]) for z in points], ulp) == 0


def test_lambdas_in_one_line_are_told_apart() -> None:
    one, two = (
        mine(lambda z: z + 1.0, lambda z, a: z + 2.0),
        mine(lambda z: (lambda z: z + 3.0)(z), lambda z, a: z + 4.0),  # noqa: PLC3002, PLW0108
    )
    three = [mine(lambda z: z * 5.0), mine(lambda z: z * 6.0)]
    rules = [(one, "value"), (one, "slope"), (two, "value"), (two, "slope"), *((rule, "value") for rule in three)]
    given = [[1.0], [1.0, 0.0], [1.0], [1.0, 0.0], [1.0], [1.0]]
    assert ran(rules, list(enumerate(given))) == [2.0, 3.0, 4.0, 5.0, 5.0, 6.0]


def test_closures_of_one_function_are_told_apart() -> None:
    rules = [(ng.leaky_relu(leak), "value") for leak in (0.1, -0.3, 2)]
    assert check(rules, [(at, [z]) for at in range(3) for z in Z]) == 0
    assert ran(rules, [(at, [-1.0]) for at in range(3)]) == [-0.1, 0.3, -2.0]


def test_an_optimizer_with_three_memories() -> None:
    def step(value, gradient, rate, one, two, three, first, second):
        mean, square = 0.9 * one + 0.1 * gradient, 0.99 * two + (1.0 - 0.99) * gradient * gradient
        most = max(three, square)
        return value - rate * mean / (math.sqrt(most / (1.0 - second)) + 1e-8), mean, square, most

    rule = Optimizer("AMSGrad", constant(0.1), step, memories=("one", "two", "three"))
    calls = [
        (0, [RNG.gauss(0, 1), RNG.gauss(0, 1), 0.1, RNG.gauss(0, 1), *(RNG.random() for _ in range(4))]) for _ in Z
    ]
    assert check([(rule, "step")], calls) == 0


def test_a_joint_activation_and_a_loss_of_ones_own() -> None:
    def values(z):
        total = sum([t * t + 0.1 for t in z])
        return [(t * t + 0.1) / total for t in z]

    group = JointActivation("shares", values, lambda z, a, k, j: a[k] * (k == j) - a[j], "z", "a_k")
    loss = Loss("fourth", lambda a, y, n: (a - y) ** 2 / n, lambda a, y, n: (a > y) - (a < y), "a - y", "a - y")
    calls: list[tuple[int, list[Any]]] = [(0, [[1.0, -2.0, 0.5]]), (1, [[1.0, 2.0], [0.4, 0.6], 1, 1])]
    calls += [(2, [0.3, 0.5, 2]), (3, [0.3, 0.5, 2])]
    check([(group, "values"), (group, "partial"), (loss, "value"), (loss, "slope")], calls, 1.0)


def test_erf_and_erfc_over_their_whole_range() -> None:
    mpmath = pytest.importorskip("mpmath")
    rule = Activation("normal", math.erf, math.erfc, "z", "z")
    points = [RNG.uniform(-7.0, 28.5) for _ in range(1500)] + [RNG.uniform(-1.5, 1.5) for _ in range(1500)]
    points += [0.5, -0.5, 5e-324, 1e-300, 26.0, 26.5, 27.2, 27.226, 27.3, 28.0]
    found = ran([(rule, "value"), (rule, "slope")], [(at, [z]) for at in (0, 1) for z in points])
    with mpmath.workdps(50):
        exact = [function(mpmath.mpf(z)) for function in (mpmath.erf, mpmath.erfc) for z in points]
        for z, number, true in zip(points * 2, found, exact, strict=True):
            assert abs(number - true) <= max(6e-16 * abs(true), mpmath.mpf(5e-324)), (z, number)
    ends = [(0, [math.inf]), (0, [-math.inf]), (1, [1e300]), (1, [-math.inf])]
    assert ran([(rule, "value"), (rule, "slope")], ends) == [1.0, -1.0, 0.0, 2.0]
    zero, nothing = ran([(rule, "value")], [(0, [-0.0]), (0, [math.nan])])
    assert math.copysign(1.0, zero) == -1.0
    assert math.isnan(nothing)


def test_what_python_raises_is_no_number_in_javascript() -> None:
    rules = [(mine(math.exp), "value"), (mine(lambda z: math.log(z)), "value"), (mine(lambda z: 1.0 / z), "value")]  # noqa: PLW0108
    assert check(rules, [(0, [1000.0]), (1, [0.0]), (1, [-1.0]), (2, [0.0])]) == 4


@pytest.mark.parametrize(
    "name", ["</script><!--", "a\"b'c`${d}", "class", "x y", "λ λ", "3rd", "__proto__", "a\nb\u2028"]
)
def test_a_name_cannot_break_out(name: str) -> None:
    rule = Activation(name, lambda z: 2.0 * z if z < 5.0 else z, lambda z, a: 2.0, "z", "1")
    text = to_javascript([(rule, "value"), (rule, "slope")]).text
    assert text.isascii()
    assert not re.search("<(?! |= )|[\"'`]", text)
    assert ran([(rule, "value"), (rule, "slope")], [(0, [1.5]), (1, [1.0, 2.0])]) == [3.0, 2.0]


def test_records_of_one_name_and_shared_functions() -> None:
    one, two = mine(lambda z: z + 1.0), mine(lambda z: z + 2.0)
    made = to_javascript([(one, "value"), (two, "value"), (one, "slope"), (two, "slope"), (one, "value")])
    assert sorted(made.names.values()) == ["mine$slope", "mine$value", "mine$value_2"]
    assert made == to_javascript([(one, "value"), (two, "value"), (one, "slope"), (two, "slope")])


def test_only_what_is_needed_is_written() -> None:
    assert "erf" not in to_javascript(rules_of(*(rule for rule in ng.ACTIVATIONS if rule.name != "gelu"))).text
    assert to_javascript([]).text == ""


TABLE = {"a": 1.0}


def raising(z):
    if z > 0.0:
        raise ValueError
    return z


def trying(z):
    try:
        return math.exp(z)
    except OverflowError:
        return math.inf


def many(*z):
    return z[0]


def importing(z):
    import math

    return math.exp(z)


def changing(z):
    global LEAK  # noqa: PLW0603
    LEAK = z
    return z


def ending(z):
    for _ in range(3):
        pass
    else:  # noqa: PLW0120
        z = 1.0
    return z


REFUSED = {
    "raise": (raising, "return math.inf or math.nan instead"),
    "try": (trying, "return math.inf or math.nan instead"),
    "star": (many, "Write it with floats"),
    "import": (importing, "'import math', line"),
    "global": (changing, "'global LEAK', line"),
    "for else": (ending, "Write it with floats"),
    "a dictionary": (lambda z: TABLE["a"], "There is no JavaScript for TABLE"),
    "a text": (lambda z: len("abc"), "There is no JavaScript for 'abc'"),
    "lists joined": (lambda z: len([0.0] * 2 + z), "'[0.0] * 2 + z', line"),
    "lists compared": (lambda z: [z] == [1.0], "'[z] == [1.0]', line"),
    "in": (lambda z: z in (1.0, 2.0), "'z in (1.0, 2.0)', line"),
    "bits": (lambda z: int(z) & 1, "'int(z) & 1', line"),
    "a method": (lambda z: z.hex(), "'z.hex', line"),
    "a star in a call": (lambda z: max(*[z, z]), "'max(*[z, z])', line"),
    "a builtin that has none": (lambda z: round(z), "There is no JavaScript for round"),  # noqa: PLW0108
    "a function of math that has none": (lambda z: math.gamma(z), "There is no JavaScript for math.gamma"),  # noqa: PLW0108
    "a name of a builtin's argument": (lambda z: max([z], default=1.0), "Give the arguments without their names"),
    "a wrong argument": (lambda z: gate(z, wrong=1.0), "Give it the arguments that it takes"),
    "a name for nothing": (lambda z: z + nowhere, "Give nowhere a value first"),  # noqa: F821
    "an attribute for nothing": (lambda z: math.nothing * z, "'math.nothing', line"),
    "a walrus": (lambda z: (t := z) * t, "has no translation"),
    "a class": (float, "float is no function that is written in Python"),
    "a function of a class": (Random(1).gauss, "gauss is no function that is written in Python"),
    "without source": (eval("lambda z: z"), "its source cannot be read"),  # noqa: S307
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_translated_says_why(name: str) -> None:
    function, says = REFUSED[name]
    with pytest.raises(TranslationError) as caught:
        to_javascript([(mine(function), "value")])
    message = str(caught.value)
    assert message.startswith("activation 'mine', value, as JavaScript: ") or name == "a wrong argument"
    assert says in message


def test_an_error_names_the_function_that_is_called() -> None:
    with pytest.raises(
        TranslationError, match=r"^loss 'mine', slope, trying, as JavaScript: .*'try: .* line \d+ of test_j"
    ):
        to_javascript([(Loss("mine", lambda a, y, n: a, lambda a, y, n: trying(a), "a", "1"), "slope")])


def test_a_function_that_its_source_no_longer_holds() -> None:
    code = compile("\n\n\n\ndef other(u):\n    return u\n", __file__, "exec")
    found: dict[str, Any] = {}
    exec(code, found)  # noqa: S102  # its lines are those of another function
    with pytest.raises(TranslationError, match=r"cannot be found in its source\. Write it as a `def`, and import it"):
        to_javascript([(mine(found["other"]), "value")])
