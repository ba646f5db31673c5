"""A training step as a trace: its acts, and the lines that a student would write for each."""
