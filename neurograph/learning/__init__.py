"""Learning and checking: what is done with many passes."""
