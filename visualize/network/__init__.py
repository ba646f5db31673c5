"""The network diagram: where everything stands, what is shown there, and drawing it."""
