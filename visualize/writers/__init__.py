"""Diagrams as text for other programs: LaTeX with TikZ, and DOT."""
