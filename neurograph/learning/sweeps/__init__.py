"""The parts of a sweep: what it is given, its plan, its jobs, its file and its table."""
