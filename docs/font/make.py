"""Make the formula font of the page, a small subset of STIX Two Math 2.11 b159 (SIL Open Font License 1.1).

The full font is the one in ziamath 0.13 on PyPI. The subset has the letters and signs of the formulas with their taller
brackets, roots and sums; no hints, no kerning, and of the OpenType features only the form of a prime as an exponent
(`ssty`). That is put under every script, as Chromium sets a formula in none, and CSS has to ask for it. Subscripts
are shrunk a little less than in the original, so that the 1 of h1 under a weight can be read. The licence reserves the
name "TM Math", which was never this font's; being changed, the subset is still named otherwise than the original.

Run it from the project's folder, in an environment of its own:

    pip install --no-deps ziamath==0.13 fonttools==4.68.0 brotli==1.2.1
    python docs/font/make.py
"""

from importlib.metadata import distribution
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = "ziamath/fonts/STIXTwoMath-Regular.ttf"
TARGET = Path(__file__).resolve().parents[2] / "visualize" / "page" / "assets" / "stix-two-math.woff2"

NAME = "Neurograph Math"
PRIME = "\N{PRIME}"
LETTERS = "".join(map(chr, range(0x20, 0x7F))) + "ΔΣδησπ"  # names are words, and set in the font of the text
ITALICS = "".join(map(chr, range(0x1D434, 0x1D468))) + "\N{PLANCK CONSTANT}𝛥𝛿𝜂𝜎𝜋𝜕"  # shown for an <mi> of one letter
SIGNS = "\N{NO-BREAK SPACE}\N{MINUS SIGN}±·²³≤≥≠∑∂∇→⋯…∞√" + PRIME
SCALES = {"ScriptPercentScaleDown": 72, "ScriptScriptPercentScaleDown": 60}  # 70 and 55 in the original

COPYRIGHT, TRADEMARK = 0, 7
NAMES = {
    1: NAME,
    2: "Regular",
    3: f"{NAME} 2.11",
    4: NAME,
    5: "Version 2.11 b159, a subset",
    6: NAME.replace(" ", ""),
    13: "This Font Software is licensed under the SIL Open Font License, Version 1.1: https://openfontlicense.org",
}


def make(source: Path, target: Path) -> None:
    """Write the subset."""
    options = subset.Options(
        flavor="woff2",
        hinting=False,
        layout_features=["ssty"],
        name_IDs=[COPYRIGHT, TRADEMARK],
        notdef_outline=False,
    )
    options.drop_tables += ["DSIG", "GDEF", "GPOS"]
    font = subset.load_font(source, options, lazy=False)
    keep_prime(font)
    for constant, percent in SCALES.items():
        setattr(font["MATH"].table.MathConstants, constant, percent)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=LETTERS + ITALICS + SIGNS)
    subsetter.subset(font)
    for number, text in NAMES.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    subset.save_font(font, target, options)


def keep_prime(font: TTFont) -> None:
    """Of the forms for exponents leave the prime's alone, and have it in every script."""
    table = font["GSUB"].table
    (math,) = (record for record in table.ScriptList.ScriptRecord if record.ScriptTag == "math")
    math.ScriptTag = "DFLT"
    table.ScriptList.ScriptRecord = [math]
    (feature,) = (record.Feature for record in table.FeatureList.FeatureRecord if record.FeatureTag == "ssty")
    prime = font.getBestCmap()[ord(PRIME)]
    for index in feature.LookupListIndex:
        for forms in table.LookupList.Lookup[index].SubTable:
            forms.alternates = {glyph: others for glyph, others in forms.alternates.items() if glyph == prime}


if __name__ == "__main__":
    make(Path(str(distribution("ziamath").locate_file(SOURCE))), TARGET)
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")
