"""A training step as a program of cells: recorded from the acts themselves, and worked out anew."""
