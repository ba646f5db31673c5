"""Make docs/stepper.png, the picture of the stepper page in the README.

It needs playwright and a chromium: `python docs/stepper.py`, from the project's folder.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

import neurograph as ng
from visualize import write_stepper

PICTURE = Path(__file__).with_name("stepper.png")


def main() -> None:
    """Write the page of an iris flower, open it at one step, and take its picture."""
    iris = ng.datasets.load_iris()
    net = ng.Network.dense([4, 5, 3], ["sigmoid", "sigmoid"], seed=0)
    trace = net.trace(iris.X[59], iris.Y[59], learning_rate=0.5, unit="term")
    shown = next(step.index for step in trace if step.subject == "h2" and step.kind == "share of the error 2 of 3")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        page = Path(folder) / "step.html"
        names = {"feature_names": iris.feature_names, "class_names": iris.class_names}
        write_stepper(trace, page, title="One training step of a 4-5-3 network (row 60 of iris, versicolor)", **names)
        chromium = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        window = chromium.new_page(viewport={"width": 1280, "height": 760})
        window.goto(f"{page.as_uri()}#step={shown + 1}")
        window.screenshot(path=PICTURE)
        chromium.close()
    # A page of few colours: a palette makes the file a third as large.
    Image.open(PICTURE).quantize(128).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
