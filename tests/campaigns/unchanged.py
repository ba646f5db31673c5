"""Random nets in two checkouts of neurograph: what moving code about must leave as it was, byte for byte.

For each net: values and gradients of both passes, one row and many; trained parameters, histories and saved models of
both engines; the gradient check; traces at every unit, as text, LaTeX and states; the source, a card, and diagrams as
SVG, TikZ and DOT; with `--pages` what a page shows in Chromium on a walk through it. It uses public names only, so it
runs on either checkout.

Run by hand, from the top of the repository, with another checkout to compare with:

    python -m tests.campaigns.unchanged ../other 300
    python -m tests.campaigns.unchanged ../other 300 --pages

A net is its seed, so a third number, as in `... 1 17`, runs that one again.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parents[2]
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "identity", "gelu", "softsign", "silu")
CLIP = re.compile(r"\bp[0-9a-f]{10}\b")  # an id of matplotlib's, which is a hash of a rectangle
NAMES = ("a->b", "o=p", "sepal_length", "h_{1}", "<b>", "blatt länge", "$x$", "w^2", "h2_3", "Ω")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("other", type=Path)
    parser.add_argument("count", type=int, nargs="?", default=300)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("--pages", action="store_true")
    parser.add_argument("--worker", action="store_true")
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.count)
    if given.worker:
        for seed in seeds:
            for what, text in (pages if given.pages else outcomes)(seed):
                digest = hashlib.sha256(text.encode()).hexdigest()
                print(json.dumps([seed, what, digest, text if given.count == 1 else ""]), flush=True)
        sys.stdout.flush()
        os._exit(0)  # the browser needs no goodbye
    compare(given.other.resolve(), seeds, given.pages)


def compare(other: Path, seeds: range, pages: bool) -> None:
    """Let both checkouts dump the same nets, and count what is equal."""
    command = [sys.executable, str(Path(__file__).resolve()), str(other), str(len(seeds)), str(seeds.start), "--worker"]
    command += ["--pages"] if pages else []
    running = []
    for root in (other, HERE):
        environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": "0"}
        running.append(subprocess.Popen(command, env=environment, cwd=root, stdout=subprocess.PIPE, text=True))
    one, two = (process.communicate()[0].splitlines() for process in running)
    equal, off = Counter[str](), Counter[str]()
    if len(one) != len(two):
        off["number of facts"] += 1
    for left, right in zip(one, two, strict=False):
        seed, what, digest, text = json.loads(left)
        _, other_what, other_digest, other_text = json.loads(right)
        if (what, digest) == (other_what, other_digest):
            equal[what] += 1
            continue
        off[what] += 1
        if off[what] < 4:
            print(f"net {seed}: {what} differs ({other_what})")
            if text != other_text:
                lines = zip(text.splitlines(), other_text.splitlines(), strict=False)
                print(*next(((a, b) for a, b in lines if a != b), (text[-200:], other_text[-200:])), sep="\n")
    for what in sorted({*equal, *off}):
        print(f"{what:28}{equal[what]:8} equal {off[what]:6} off")
    print(f"{len(one):,} facts of {len(seeds)} nets, {off.total()} off")
    raise SystemExit(bool(off.total() or any(process.returncode for process in running)))


def outcomes(seed: int) -> Iterator[tuple[str, str]]:
    """Give everything that a net does as text, floats in full."""
    import neurograph as ng

    rng = Random(seed)
    net, loss = network(rng)
    rows, targets = examples(net, loss, rng, 5)

    def state() -> str:
        neurons = [(n.name, n.bias, n.z, n.a, n.a_grad, n.delta, n.bias_grad) for n in net.neurons]
        return repr((neurons, [(e.source.name, e.target.name, e.weight, e.grad) for e in net.edges]))

    yield "repr", repr(net) + repr(net.neurons) + repr(net.edges) + repr(net.layers)
    yield "model", saved(lambda path: ng.save(net, path))
    yield "graphml", saved(lambda path: ng.write_graphml(net, path))
    yield "source", attempt(lambda: net.to_source(loss))
    yield "forward", attempt(lambda: repr(net.forward(rows[0]))) + state()
    yield "backward", attempt(lambda: repr(net.backward(targets[0], loss))) + state()
    yield "update", attempt(lambda: net.update(0.1)) + state()
    net.zero_grad()
    yield "check", attempt(lambda: str(ng.check_gradients(net, rows[0], targets[0], loss)))
    for engine in ("object", "compiled") if seed % 5 == 0 else ("object",):
        yield f"gradient, {engine}", attempt(lambda e=engine: repr(net.gradient(rows, targets, loss, e))) + state()
        yield f"predict, {engine}", attempt(lambda e=engine: repr(net.predict(rows, e))) + state()
        twin = net.copy()
        yield f"training, {engine}", attempt(lambda t=twin, e=engine: trained(t, loss, rows, targets, seed, e))
    batch = seed % 3 == 0
    x, y = (rows[:2], targets[:2]) if batch else (rows[0], targets[0])
    options = {"digits": (4, None, 3)[seed % 3], "fractions": seed % 4 == 0, "long_way": seed % 2 == 0}
    try:
        trace = net.trace(x, y, loss, 0.2, input_gradients=seed % 7 == 0, **options)
    except ng.NeurographError as error:
        yield "trace", repr(error)
        return
    yield "trace, numbers", repr((trace.loss_before, trace.loss_after, trace.predicted_change, trace.change))
    for unit in ("term", "neuron", "layer", "phase"):
        at = trace.at(unit)
        yield f"trace, {unit}", str(at)
        yield f"LaTeX, {unit}", "\n".join(f"{s.symbols_latex} {s.numbers_latex} {s.result_latex}" for s in at)
    yield "trace, states", "\n".join(repr(sorted(trace.state(k).items(), key=repr)) for k in range(0, len(trace), 7))
    yield (
        "after",
        repr([(n.name, n.bias) for n in trace.after.neurons] + [(e.label, e.weight) for e in trace.after.edges]),
    )
    if seed % 3 == 1:
        yield from pictures(net, trace)


def pictures(net: Any, trace: Any) -> Iterator[tuple[str, str]]:
    """Give what is drawn of a net and of a step."""
    from matplotlib import pyplot

    import visualize

    pyplot.switch_backend("Agg")

    for show in ("weights", "forward", "backward"):
        diagram = visualize.draw_network(net if show == "weights" else trace, show=show)
        for ending in ("svg", "tex", "dot"):
            yield f"diagram, {ending}", saved(diagram.save, ending)
        pyplot.close("all")
    neuron = next(neuron for neuron in net.neurons if neuron.role != "input")
    card = visualize.draw_card(trace, neuron.name)
    yield "card", saved(card.save, "svg")
    pyplot.close("all")


def pages(seed: int) -> Iterator[tuple[str, str]]:
    """Give what the page of a step shows on a walk through it."""
    import neurograph as ng
    import visualize

    rng = Random(seed)
    net, loss = network(rng)
    rows, targets = examples(net, loss, rng, 2)
    x, y = (rows, targets) if seed % 3 == 0 else (rows[0], targets[0])
    try:
        trace = net.trace(x, y, loss, 0.2, long_way=seed % 2 == 0, input_gradients=seed % 7 == 0)
    except ng.NeurographError:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "step.html"
        visualize.write_stepper(trace.at(("term", "neuron", "layer", "phase")[seed % 4]), path)
        page = browser_page()
        page.goto(path.as_uri())
        for key in ("", *["ArrowRight"] * 5, "n", "l", "End", *["ArrowLeft"] * 3, "p"):
            if key:
                page.keyboard.press(key)
            yield "page, text", page.inner_text("body")
            yield "page, formulas", page.evaluate("[...document.querySelectorAll('math')].map(m => m.outerHTML).join()")
            if key in ("", "n", "End"):
                yield "page, picture", hashlib.sha256(page.screenshot()).hexdigest()


@functools.cache
def browser_page() -> Any:
    """Open one page for all nets."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    browser = sync_playwright().start().chromium.launch(executable_path=found)
    return browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")


def network(rng: Random) -> tuple[Any, str]:
    """Draw a net with skip edges, groups, ties and frozen parts, and a loss that fits it."""
    import neurograph as ng

    net = ng.Network()
    kind = rng.randrange(4)
    inputs = [net.add_input(f"x{i + 1}") for i in range(rng.randint(1, 4))]
    names = rng.sample(NAMES, 3) if rng.random() < 0.3 else []
    hidden = []
    for i in range(rng.randint(0, 5)):
        name = names.pop() if names else f"h{i + 1}"
        hidden.append(net.add_neuron(name, rng.choice(ACTIVATIONS), bias=round(rng.gauss(0, 0.5), 2)))
    if rng.random() < 0.25:
        hidden += [net.add_neuron(f"s{i}", "softmax", group="attention") for i in range(2)]
    outs = rng.randint(2, 3) if kind == 1 else rng.randint(1, 3)
    rule = {0: "sigmoid", 1: "softmax", 2: rng.choice(ACTIVATIONS), 3: "tanh"}[kind]
    outputs = [net.add_output(f"o{i + 1}", rule, bias=round(rng.gauss(0, 0.5), 2)) for i in range(outs)]
    for i, neuron in enumerate(hidden):
        sources = [*inputs, *(other for other in hidden[:i] if other.group is None or other.group is not neuron.group)]
        for source in rng.sample(sources, rng.randint(1, len(sources))):
            net.connect(source, neuron, rng.gauss(0, 1))
    for neuron in outputs:
        sources = [*inputs, *hidden]
        for source in rng.sample(sources, rng.randint(1, len(sources))):
            net.connect(source, neuron, rng.gauss(0, 1))
    if kind == 0 and outs > 1 and rng.random() < 0.4:
        net.connect(outputs[0], outputs[1], rng.gauss(0, 1))
    edges = net.edges
    if len(edges) > 3 and rng.random() < 0.5:
        net.tie(*rng.sample(edges, rng.randint(2, 3)))
    for edge in edges:
        if edge.tie is None and rng.random() < 0.1:
            net.freeze(edge)
    for neuron in hidden:
        if rng.random() < 0.1:
            net.freeze(neuron)
    losses = {0: ("squared_error", "binary_cross_entropy"), 1: ("cross_entropy", "squared_error")}
    return net, rng.choice(losses.get(kind, ("squared_error", "mean_squared_error", "sum_squared_error")))


def examples(net: Any, loss: str, rng: Random, count: int) -> tuple[list[list[float]], list[list[float]]]:
    """Draw rows and targets that the loss can use."""
    rows = [[rng.gauss(0, 1) for _ in net.inputs] for _ in range(count)]
    places = [rng.randrange(len(net.outputs)) for _ in rows]
    return rows, [[float(i == place) for i in range(len(net.outputs))] for place in places]


def trained(net: Any, loss: str, rows: Any, targets: Any, seed: int, engine: str) -> str:
    """Train for some epochs, and write down everything that comes of it."""
    import neurograph as ng

    optimizer = (ng.SGD(0.05), ng.Adam(0.01), ng.Momentum(0.05))[seed % 3]
    options: dict[str, Any] = {"clip": ng.Clip(norm=1.0)} if seed % 4 == 1 else {}
    if seed % 4 == 2:
        options["regularizer"] = ng.L1(0.01) if seed % 8 == 2 else ng.L2(0.01)
    if seed % 5 == 0:
        options["record"] = ["gradients", "updates"]
    batch = (1, 2, 5)[seed % 3]
    history = ng.train(
        net, rows, targets, loss, optimizer=optimizer, epochs=4, batch_size=batch, seed=seed, engine=engine, **options
    )
    return repr(history.rows) + saved(lambda path: ng.save(net, path))


def saved(save: Callable[[Path], object], ending: str = "json") -> str:
    """Give the text of what is saved, or the error."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{ending}"
        text = attempt(lambda: save(path) and None) + (path.read_text(encoding="utf-8") if path.exists() else "")
    if ending != "svg":
        return text
    places = {name: f"clip{place}" for place, name in enumerate(dict.fromkeys(CLIP.findall(text)))}
    return CLIP.sub(lambda found: places[found[0]], text)


def attempt(act: Callable[[], object]) -> str:
    """Give what comes of it as text, be it an error."""
    import neurograph as ng

    try:
        return str(act())
    except ng.NeurographError as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    main()
