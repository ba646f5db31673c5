"""Steps: what a reader of a trace holds. Frozen records that write themselves out, at any precision.

A step finds its lines only when asked, so that a long trace costs little; it computes nothing of the model.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from neurograph.algebra.expression import Expression, Leaf, leaves
from neurograph.algebra.numbers import NumberFormat
from neurograph.algebra.shown import Shown, show
from neurograph.algebra.symbols import symbol_text
from neurograph.algebra.writers import write_latex, write_text
from neurograph.errors import one_line
from neurograph.passes.differences import Check
from neurograph.quantities import Quantity
from neurograph.trace.text_layout import TextLine, broken_equation, broken_words, with_verdict

__all__ = ["KINDS", "UNITS", "Line", "Operation", "Step", "Unit"]

Unit = Literal["term", "neuron", "layer", "phase"]
UNITS: tuple[Unit, ...] = ("term", "neuron", "layer", "phase")


# What is done, and what a term of it is: its key, and how a title calls it.
KINDS: dict[str, str] = {
    "weighted_sum": "weighted sum",
    "product": "product",
    "activation": "activation",
    "group_activation": "activation",
    "loss_term": "loss term",
    "loss_sum": "sum of the terms",
    "loss_only_term": "sum of the terms",
    "output_error": "error of the output",
    "error": "error from downstream",
    "input_error": "error at an input",
    "error_share": "share of the error",
    "delta": "delta",
    "slope": "slope",
    "short_delta": "delta",
    "short_delta_and_edges": "delta from loss and edges",
    "short_group_delta": "delta of a group",
    "delta_share": "share of delta",
    "jacobian_delta": "delta through the Jacobian",
    "jacobian_term": "Jacobian term",
    "gradients": "dC/db and dC/dw",
    "mean_gradients": "mean over the batch",
    "update": "new bias and weights",
    "optimizer_update": "new bias and weights",
    "tied_update": "new shared weight",
    "tied_bias_update": "new shared bias",
    "move_clock": "clock of the optimizer",
    "penalise": "gradients with the penalty",
    "limit": "limited gradients",
    "mean_loss": "mean loss",
    "predicted_change": "predicted change of the loss",
    "real_change": "real change of the loss",
}


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One equation: what it gives, and how that was worked out.

    Attributes
    ----------
    left : Leaf
        The quantity and its value; without a symbol for a single term of a sum.
    work : Expression
        The right side.
    named : Expression or None
        The right side in short, a function by its name.
    equation : str
        "BP1" to "BP4", or "z", "a", "C", "dC/dx", "update".
    note : str
        What else a reader must know, such as a short way taken.
    check : callable or None
        Gives the gradient's check, on demand.
    frozen : bool
        Whether the parameter keeps its value whatever its gradient.
    """

    left: Leaf
    work: Expression
    named: Expression | None = None
    equation: str = ""
    note: str = ""
    check: Callable[[], Check] | None = None
    frozen: bool = False

    def __repr__(self) -> str:
        return f"<Line {self.symbols(NumberFormat())}>"

    @property
    def left_text(self) -> str:
        """The left side in symbols; empty for a single term of a sum."""
        return symbol_text(self.left.symbol) if self.left.symbol else ""

    def symbols(self, style: NumberFormat, latex: bool = False) -> str:
        """Write the equation in symbols."""
        write = write_latex if latex else write_text
        return " = ".join(dict.fromkeys(write(side, False, style) for side in self.sides()))

    def sides(self) -> list[Expression]:
        """What stands between the equals signs in symbols; tanh(z) by its name may be tanh(z) in full once more."""
        given = (self.left if self.left.symbol else None, self.named, self.work)
        return [side for side in given if side is not None]

    def numbers(self, style: NumberFormat, latex: bool = False) -> str:
        """Write the right side with every number in its place, with as many digits as the result needs."""
        return (write_latex if latex else write_text)(self.work, True, self.shown(style).style)

    def shown(self, style: NumberFormat) -> Shown:
        """Find how the numbers are written, and whether they give the result as it is written: "=", or else "≈"."""
        return show(self.work, self.left.value, style)

    def text_lines(self, style: NumberFormat, width: int, checks: bool = False) -> list[TextLine]:
        """Lay the equation out within a width: in symbols, with numbers, its result, and what else is to be said."""
        symbols, work, shown = self.symbols(style), self.work, self.shown(style)
        numbers, result, join = write_text(work, True, shown.style), style.text(self.left.value), "="
        margin = "    " + " " * len(self.left_text) if self.left_text else "   "
        if len(margin) > width // 2:
            margin = "     "
        lines = broken_equation(f"    {symbols}", margin + "     ", width)
        if numbers != result and not isinstance(work, Leaf) and any(True for _ in leaves(work)):
            join = shown.join
            lines += broken_equation(f"{margin} = {numbers}", margin + "     ", width)
        check = self.check() if checks and self.check else None
        note = broken_words(f"({self.note})", margin + " ", width) if self.note else []
        end = with_verdict(f"{margin} {join} {result}", check, style, margin + "   ", width)
        return [*map(TextLine, lines), *end, *map(TextLine, note)]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Operation:
    """What one act did to one neuron: the terms it went through, and the lines it ends in.

    `key` says what is done and `term_key` what a term is, both of `KINDS`. Its equations are written when asked for.
    """

    phase: str
    example: int | None = None
    layer: str
    key: str
    subject: str
    term_key: str = ""
    equations: Callable[[], tuple[tuple[Line, ...], tuple[Line, ...]]]
    count: Callable[[], int]

    def __repr__(self) -> str:
        return f"<Operation {self.phase}, {self.subject}: {self.kind}>"

    @property
    def terms(self) -> tuple[Line, ...]:
        """One equation for each term."""
        return self.equations()[0]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The equations that it ends in."""
        return self.equations()[1]

    @property
    def is_sum(self) -> bool:
        """Whether the terms add up."""
        return self.term_key not in ("", "slope")

    @property
    def kind(self) -> str:
        """What is done, in words."""
        return KINDS.get(self.key, self.key.replace("_", " "))

    @property
    def smallest_steps(self) -> int:
        """How many steps of unit "term" it takes."""
        return self.count()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Step:
    """One step of a trace, at the trace's unit.

    Attributes
    ----------
    index, count : int
        Its place, from 0, and how many steps there are.
    unit : {"term", "neuron", "layer", "phase"}
        What one step is.
    phase : {"forward", "loss", "backward", "gradient", "mean", "update", "after"}
        The part of the training step.
    layer : str
        The layer at work, such as "layer 1".
    kind : str
        What is done, in words: "weighted sum", "activation", "delta" ...
    subject : str
        The neuron, layer or network it is done to.
    example : int or None
        The example of a batch, from 0; None when there is only one, or the step is about all.
    style : NumberFormat
        How numbers are written.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "identity", initializer="ones")
    >>> step = net.trace([3.0], [1.0], learning_rate=0.5)[0]
    >>> print(step)
    [1/14] forward, o1: weighted sum
        z(o1) = w(x1->o1) * a(x1) + b(o1)
              = 1 * 3 + 0
              = 3
    >>> step.result, step.reads[0]
    (3.0, Quantity(kind='w', owner=('x1', 'o1'), example=0))
    """

    index: int
    count: int
    unit: Unit
    phase: str
    layer: str
    kind: str
    subject: str
    example: int | None
    style: NumberFormat
    operations: tuple[Operation, ...]
    part: int | None = None  # of the only operation, at unit "term"

    @property
    def lines(self) -> tuple[Line, ...]:
        """The equations of the step, built anew at each call."""
        if self.part is None:
            return tuple(line for operation in self.operations for line in operation.lines)
        (operation,) = self.operations
        return ((*operation.terms, *operation.lines)[self.part],)

    @property
    def equation(self) -> str:
        """Which equations are at work: "BP1" to "BP4" after Nielsen, or "z", "a", "C", "dC/dx", "update"."""
        return ", ".join(dict.fromkeys(line.equation for line in self.lines))

    @property
    def symbols(self) -> str:
        """The equations in symbols, one a line."""
        return "\n".join(line.symbols(self.style) for line in self.lines)

    @property
    def numbers(self) -> str:
        """The right sides with the numbers in, one a line; with more digits where the result needs them."""
        return "\n".join(line.numbers(self.style) for line in self.lines)

    @property
    def joins(self) -> str:
        """What stands between numbers and result, one a line: "=" where those shown give the one shown, else "≈"."""
        return "\n".join(line.shown(self.style).join for line in self.lines)

    @property
    def result(self) -> float | tuple[float, ...]:
        """The value, or the values in the order of the lines: the very floats that the neurons hold."""
        values = tuple(line.left.value for line in self.lines)
        return values[0] if len(values) == 1 else values

    @property
    def symbols_latex(self) -> str:
        """The equations in symbols as LaTeX, one a line."""
        return "\n".join(line.symbols(self.style, latex=True) for line in self.lines)

    @property
    def numbers_latex(self) -> str:
        """The right sides with the numbers in as LaTeX, one a line."""
        return "\n".join(line.numbers(self.style, latex=True) for line in self.lines)

    @property
    def joins_latex(self) -> str:
        r"""What stands between numbers and result as LaTeX, one a line: "=" or "\approx"."""
        return self.joins.replace("≈", r"\approx")

    @property
    def result_latex(self) -> str:
        """The results as LaTeX, one a line."""
        return "\n".join(self.style.latex(line.left.value) for line in self.lines)

    @property
    def running(self) -> float | None:
        """At unit "term", the sum of the terms so far; None for a step that is no term of a sum."""
        first = self.operations[0]
        if self.part is None or self.part >= len(first.terms) or not first.is_sum:
            return None
        total = 0.0
        for term in first.terms[: self.part + 1]:
            total += term.left.value
        return total

    @property
    def reads(self) -> tuple[Quantity, ...]:
        """The quantities that the right sides use, each once, in the order of their first use."""
        found = (leaf.key for line in self.lines for leaf in leaves(line.work))
        return tuple(dict.fromkeys(key for key in found if isinstance(key, Quantity)))

    @property
    def writes(self) -> tuple[Quantity, ...]:
        """The quantities that the step gives a value."""
        return tuple(line.left.key for line in self.lines if isinstance(line.left.key, Quantity))

    @property
    def neurons(self) -> tuple[str, ...]:
        """The neurons whose quantities are read or written, each once."""
        owners = (key.owner for key in (*self.writes, *self.reads) if key.is_neuron and isinstance(key.owner, str))
        return tuple(dict.fromkeys(owners))

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """The edges whose weight, product or gradient is read or written, each once, as (source, target)."""
        owners = (key.owner for key in (*self.writes, *self.reads) if key.is_edge and isinstance(key.owner, tuple))
        return tuple(dict.fromkeys(owners))

    @property
    def checks(self) -> tuple[Check, ...]:
        """The check of every gradient among the results; empty for steps without one. Runs the network forward."""
        return tuple(line.check() for line in self.lines if line.check)

    @property
    def title(self) -> str:
        """Where the step stands and what it does, in one line."""
        example = f", example {self.example + 1}" if self.example is not None else ""
        subject = f", {one_line(self.subject)}" if self.subject else ""
        phase = "after the update" if self.phase == "after" else self.phase
        return f"[{self.index + 1}/{self.count}] {phase}{example}{subject}: {self.kind}"

    def text_lines(self, width: int = 100, checks: bool = False) -> list[TextLine]:
        """Lay the step out: its title, then each equation in symbols, with numbers, and its result.

        Parameters
        ----------
        width : int
            Columns to stay within, where words allow.
        checks : bool
            Put the gradient check beside each gradient.
        """
        title = textwrap.wrap(self.title, width, subsequent_indent="    ", break_long_words=False)
        equations = [text for line in self.lines for text in line.text_lines(self.style, width, checks)]
        end = [] if self.running is None else [f"    sum so far: {self.style.text(self.running)}"]
        return [*map(TextLine, title), *equations, *map(TextLine, end)]

    def __repr__(self) -> str:
        return f"<Step {self.title}>"

    def __str__(self) -> str:
        """Write the step as a block of text."""
        return "\n".join(line.text for line in self.text_lines())
