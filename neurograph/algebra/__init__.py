"""Algebra: expressions, formulas, and writing them as text, LaTeX and MathML. It knows arithmetic, and no network."""
