"""Make every picture of the gallery anew: `python docs/gallery/make.py`.

Each script in examples/gallery makes one; the page that shows them is made of the scripts' first lines and the
alt texts of the pictures.
"""

from __future__ import annotations

import contextlib
import io
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE.parents[1] / "examples" / "gallery").glob("*.py"))
ENDINGS = {"activations": "png", "steps": "gif", "film": "gif"}  # many small areas, and what moves; the rest is SVG

HEAD = """# Gallery

Every picture is made by the short script that is named under it, from a network with its real numbers.
`python docs/gallery/make.py` makes them all anew.
"""


def make(script: Path, folder: Path) -> tuple[Path, str]:
    """Run a script; return the picture that it made, and its alt text."""
    picture = folder / f"{script.stem}.{ENDINGS.get(script.stem, 'svg')}"
    before, sys.argv = sys.argv, [str(script), str(picture)]
    try:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = before
    return picture, printed.getvalue().strip()


def section(script: Path, picture: Path, alt: str) -> str:
    """Write what the page says of one picture."""
    caption = script.read_text(encoding="utf-8").splitlines()[0].strip('"')
    told = alt.replace("[", "\\[").replace("]", "\\]")
    return f"\n![{told}]({picture.name})\n\n{caption} [{script.name}](../../examples/gallery/{script.name})\n"


def main() -> None:
    """Make all pictures and the page."""
    sections = []
    for script in SCRIPTS:
        picture, alt = make(script, HERE)
        sections.append(section(script, picture, alt))
        print(f"{picture.name:24} {picture.stat().st_size:8} bytes")
    (HERE / "README.md").write_text(HEAD + "".join(sections), encoding="utf-8")


if __name__ == "__main__":
    main()
