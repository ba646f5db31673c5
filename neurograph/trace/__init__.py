"""TraceData a training step: the moments of a run, and the lines that a student would write for each."""
