"""`neurograph draw`: a picture of a network, of one neuron or of a training step as a file, of a model or of options.

It reads options, refuses those that do not fit before any work is done, and says what it wrote; drawing is the work of
`visualize`, which loads when something is drawn.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from neurograph.cli import case as cases
from neurograph.cli.case import Case, build_or_load, shape_of
from neurograph.cli.output import check_out
from neurograph.errors import InvalidValueError, UnknownNameError, one_line
from neurograph.network import Network
from neurograph.trace.step import UNITS, Unit
from neurograph.trace.trace import Trace
from neurograph.validate import whole
from visualize.export import ENDINGS as FIGURES
from visualize.export import listed
from visualize.writers import WRITERS

__all__ = ["ENDINGS", "add_to", "run"]

ENDINGS = (*FIGURES, *WRITERS, "gif")
_WORDS = {
    "weights": "weights", "forward": "forward pass", "backward": "backward pass", "gradients": "gradients",
    "update": "update",
}  # fmt: skip


_NETWORK_ONLY = ("direction", "keep", "labels", "numbers", "bias", "highlight")
# What does not go with a kind of picture, which is then called so.
_WITHOUT = {
    "gif": (("show", *_NETWORK_ONLY, "dpi"), "a .gif, which shows one whole training step"),
    "strip": (("show", *_NETWORK_ONLY), "--strip, which shows one whole training step"),
    "card": ((*_NETWORK_ONLY, "most", "scale", "unit"), "--card, which shows one neuron"),
}


def add_to(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "draw",
        help="draw a network to a file",
        description="Draw a saved model, or a dense net that the options describe, with its real numbers. "
        "--card NEURON draws one neuron of it with its numbers and equations, --strip a training step of the example "
        "as panels side by side, and a .gif the same step by step. With MODEL, inputs are standardised if they were "
        "in training, and the loss is that of its training.",
    )
    add = parser.add_argument
    add("-o", "--out", metavar="FILE", help=f"the file to write; ends in {listed(ENDINGS)}")
    add("--force", action="store_true", help="overwrite that file")
    cases.add_model(parser)
    _add_drawing(parser.add_argument_group("the picture"))
    parser.set_defaults(run=run)


def _add_drawing(group: Any) -> None:
    add = group.add_argument
    add("--card", metavar="NEURON", help="one neuron instead, with its equations (needs an example)")
    add("--strip", action="store_true", help="a training step as panels side by side instead (needs an example)")
    add(
        "--show",
        choices=_WORDS,
        help="what to show (default: weights; the others need an example); of a card, forward or backward (default: "
        "both)",
    )
    add("--learning-rate", metavar="R", help="of the update, also 1/2 (default: 0.5)")
    add("--theme", choices=("light", "dark", "print"), default="light", help="the colours (default: light)")
    add("--direction", choices=("right", "down"), help="where the layers go (default: right)")
    add("--most", metavar="N", help="neurons shown of each layer, or all (default: 16)")
    add(
        "--keep", metavar="WHICH", help="those shown of a large layer: ends, strongest, or names: h1,h7 (default: ends)"
    )
    add("--labels", choices=("name", "math", "none"), help="of the neurons (default: name)")
    add("--numbers", metavar="K", help="at the edges: all, none, or the K strongest (default: all, up to 60 edges)")
    add("--digits", type=int, metavar="N", help="significant digits (default: 3)")
    add("--bias", choices=("square", "node", "none"), help="how biases are drawn (default: square)")
    add("--scale", choices=("layer", "network"), help="of the colours: one for each layer, or one (default: by need)")
    add("--highlight", metavar="NAME", help="a neuron, or all paths between two: x1,o1; the rest is dimmed")
    add("--dpi", type=int, metavar="N", help="dots per inch of a .png (default: 150)")
    add("--unit", choices=UNITS, help="what one step is (default: neuron in a .gif, layer in a strip)")


def run(args: argparse.Namespace) -> int:
    """Draw, write, and say so in a line."""
    if args.out is None:
        raise InvalidValueError("-o FILE is missing.", cure="Name the file to write, as in -o net.svg.")
    ending = check_out(args.out, ENDINGS, "-o", args.force)
    kind = _checked(args, ending)
    subject = build_or_load(args)
    print(_KINDS[kind](args, subject))
    return 0


def _checked(args: argparse.Namespace, ending: str) -> str:
    """Refuse options that do not go together, so that none is silently without effect; give the kind of picture."""
    kind = _kind(args, ending)
    names, picture = _WITHOUT.get(kind, ((), ""))
    for name in names:
        if getattr(args, name) is not None:
            raise InvalidValueError(f"--{name} does not go with {picture}.")
    if kind == "card" and args.show not in (None, "forward", "backward"):
        cure = "Take forward or backward, or neither."
        raise InvalidValueError(f"--show {args.show} does not go with --card.", cure=cure)
    if kind == "network" and args.unit is not None:
        raise InvalidValueError("--unit goes with a .gif or --strip only.")
    if args.learning_rate is not None and kind == "network" and args.show != "update":
        raise InvalidValueError("--learning-rate goes with --show update, --card, --strip or a .gif only.")
    if args.dpi is not None and ending != "png":
        raise InvalidValueError("--dpi goes with a .png only.")
    for name, (low, high) in {"dpi": (10, 1200), "digits": (1, 17)}.items():
        if (given := getattr(args, name)) is not None:
            whole(given, f"--{name}", low, high)
    return kind


def _kind(args: argparse.Namespace, ending: str) -> str:
    """Tell which picture is asked for: "network", "gif", "card" or "strip"."""
    asked = [name for name, given in (("card", args.card is not None), ("strip", args.strip)) if given]
    if len(asked) > 1:
        raise InvalidValueError("--card and --strip cannot go together.", cure="Draw one after the other.")
    if not asked:
        return "gif" if ending == "gif" else "network"
    if ending not in FIGURES:
        raise InvalidValueError(f"--{asked[0]} writes {listed(FIGURES)} only.", where=f"-o {args.out}")
    return asked[0]


_TAKEN_AS_THEY_ARE = ("theme", "direction", "labels", "digits", "bias")


def _draw(args: argparse.Namespace, subject: Case) -> str:
    """Draw one picture, and report it."""
    from visualize.network.draw import draw_network

    show = args.show or "weights"
    options = {name: value for name in _TAKEN_AS_THEY_ARE if (value := getattr(args, name)) is not None}
    options |= _of_layers(args) | _of_neurons(args, subject.net)
    diagram = draw_network(
        _with_numbers(args, subject, show),
        show=show,
        feature_names=subject.feature_names,
        class_names=subject.class_names,
        highlight=_highlight(args.highlight, subject.net),
        **options,
    )
    diagram.save(args.out, **_dots(args))
    shown = sum(node.neuron is not None for node in diagram.layout.nodes)
    of = f" ({subject.title})" if show != "weights" else ""
    return (
        f"wrote {one_line(args.out)}: {_WORDS[show]} of a {shape_of(subject.net)} network{of}, "
        f"{shown} of {len(subject.net)} neurons shown"
    )


def _with_numbers(args: argparse.Namespace, subject: Case, show: str) -> Network | Trace[Network]:
    """Run as much of a training step as the picture shows."""
    net = subject.net
    if show == "weights":
        return net
    x, y = _example(subject, f"--show {show}", show != "forward")
    if show == "update":
        return net.trace(x, y, subject.loss, _rate(args))
    net.forward(x)
    if show != "forward":
        net.backward(y, subject.loss)
    return net


def _animate(args: argparse.Namespace, subject: Case) -> str:
    """Draw a training step as a film, and report it."""
    from visualize.steps.animation import animate_steps

    x, y = _example(subject, "a .gif", True)
    unit: Unit = args.unit or "neuron"
    trace = subject.net.trace(x, y, subject.loss, _rate(args), unit=unit)
    film = animate_steps(trace, args.out, unit=unit, **_of_steps(args, subject), **_of_layers(args))
    return (
        f"wrote {one_line(args.out)}: one training step of a {shape_of(subject.net)} network ({subject.title}), "
        f"{film.frames} pictures, unit {unit}"
    )


def _card(args: argparse.Namespace, subject: Case) -> str:
    """Draw one neuron, and report it."""
    from visualize.steps.card import draw_card

    name = _known(subject.net, args.card, "--card")
    x, y = _example(subject, "--card", args.show != "forward")
    source: Network | Trace[Network] = subject.net
    if not subject.y:
        subject.net.forward(x)
    else:
        source = subject.net.trace(x, y, subject.loss, _rate(args))
    card = draw_card(source, name, show=args.show or "both", **_of_steps(args, subject))
    card.save(args.out, **_dots(args))
    return (
        f"wrote {one_line(args.out)}: card of {one_line(name)} in a {shape_of(subject.net)} network ({subject.title})"
    )


def _strip(args: argparse.Namespace, subject: Case) -> str:
    """Draw a training step as panels, and report it."""
    from visualize.steps.strip import draw_strip

    x, y = _example(subject, "--strip", True)
    unit: Unit = args.unit or "layer"
    trace = subject.net.trace(x, y, subject.loss, _rate(args), unit=unit)
    strip = draw_strip(trace, unit=unit, **_of_steps(args, subject), **_of_layers(args))
    strip.save(args.out, **_dots(args))
    return (
        f"wrote {one_line(args.out)}: one training step of a {shape_of(subject.net)} network ({subject.title}), "
        f"{len(strip.panels)} panels, unit {unit}"
    )


_KINDS = {"network": _draw, "gif": _animate, "card": _card, "strip": _strip}


def _dots(args: argparse.Namespace) -> dict[str, int]:
    return {} if args.dpi is None else {"dpi": args.dpi}


def _example(subject: Case, what: str, with_targets: bool) -> tuple[Sequence[float], Sequence[float]]:
    """Give the example, which must be there."""
    if not subject.x:
        raise InvalidValueError(f"{what} needs an example.", cure="Give --data and --example, or --input and --target.")
    if not subject.y and with_targets:
        raise InvalidValueError(f"{what} needs targets.", cure="Give --target beside --input.")
    return subject.x, subject.y


def _rate(args: argparse.Namespace) -> float:
    return cases.rate_of("0.5" if args.learning_rate is None else args.learning_rate)


def _of_steps(args: argparse.Namespace, subject: Case) -> dict[str, Any]:
    """Read the options of a card, a strip and a film."""
    names = {"feature_names": subject.feature_names, "class_names": subject.class_names}
    return {"digits": 3 if args.digits is None else args.digits, "theme": args.theme, **names}


def _of_layers(args: argparse.Namespace) -> dict[str, Any]:
    """Read the options about whole layers."""
    options: dict[str, Any] = {} if args.scale is None else {"scale": args.scale}
    if args.most is not None:
        options["most"] = None if args.most == "all" else _count(args.most, "--most", 1, "all")
    return options


def _of_neurons(args: argparse.Namespace, net: Network) -> dict[str, Any]:
    """Read the options that name or count neurons and edges."""
    options: dict[str, Any] = {}
    if args.keep in ("ends", "strongest"):
        options["keep"] = args.keep
    elif args.keep is not None:
        options["keep"] = [_known(net, name.strip(), "--keep") for name in args.keep.split(",")]
    if args.numbers in ("all", "none"):
        options["numbers"] = args.numbers == "all"
    elif args.numbers is not None:
        options["numbers"] = _count(args.numbers, "--numbers", 0, "all, or none")
    return options


def _count(text: str, where: str, least: int, words: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least):
        raise InvalidValueError(f"expected a whole number from {least} up, or {words}.", where=f"{where} {text}")
    return int(text)


def _highlight(text: str | None, net: Network) -> str | tuple[str, str] | None:
    """Read a neuron's name, or two with a comma between; names may have commas of their own."""
    if text is None:
        return None
    names = {neuron.name for neuron in net.neurons}
    if text in names or "," not in text:
        return _known(net, text, "--highlight")
    parts = text.split(",")
    for at in range(1, len(parts)):
        source, target = ",".join(parts[:at]).strip(), ",".join(parts[at:]).strip()
        if source in names and target in names:
            return source, target
    source, _, target = text.partition(",")
    return _known(net, source.strip(), "--highlight"), _known(net, target.strip(), "--highlight")


def _known(net: Network, name: str, where: str) -> str:
    try:
        return net[name].name
    except UnknownNameError as error:
        raise error.within(where) from None
