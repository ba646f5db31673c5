"""Keeps the test run from importing, in search of doctests, what may not be installed."""

collect_ignore_glob = ["with_*.py"]
