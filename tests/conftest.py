"""What all tests share: less work for Python's garbage collector."""

import gc

# A test makes networks, traces and pictures of many thousand objects that live as long as it does. To look for garbage
# among them after every 700, and among all there are after every 70,000, takes a fifth of the time of the whole suite.
gc.set_threshold(10_000, 10, 100)
collect_ignore_glob = ["*conftest.py"]  # to look for doctests, each would be imported under a name that others have as well
