"""A small net with examples for it, what the objects leave of a training, and what a fresh interpreter prints."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

from neurograph import Network, train
from neurograph.graph.parameters import values_of

ROOT = Path(__file__).parents[2]
RNG = Random(5)
X = [[RNG.gauss(0.0, 1.0) for _ in range(3)] for _ in range(30)]
Y = [[float(one[0] > one[1]), float(one[0] <= one[1])] for one in X]


def small(width: int = 4) -> Network:
    return Network.dense([3, width, 2], ["tanh", "sigmoid"], seed=1)


def weights(net: Network) -> list[str]:
    return [value.hex() for value in values_of(net)]


def after(epochs: int, **how: object) -> list[str]:
    """What a run of the objects over so many epochs ends with."""
    net = how.pop("net", None) or small()
    train(net, X, Y, epochs=epochs, engine="object", **how)
    return weights(net)


def python(code: str, **environment: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, env=os.environ | environment, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
