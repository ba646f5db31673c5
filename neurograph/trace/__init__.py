"""A training step as a trace: the events of a run, and the lines that a student would write for each."""
