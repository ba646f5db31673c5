"""What all tests share: less work for Python's garbage collector, and more processors for a run of everything."""

import gc

import pytest

# A test makes networks, traces and pictures of many thousand objects that live as long as it does. To look for garbage
# among them after every 700, and among all there are after every 70,000, takes a fifth of the time of the whole suite.
gc.set_threshold(10_000, 10, 100)
collect_ignore_glob = ["*conftest.py"]  # to look for doctests, each would be imported under a name that others have too


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Share a run of all tests among the processors, up to 4, where pytest-xdist is there and no `-n` says how many."""
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    a_worker = hasattr(config, "workerinput")
    if everything and not a_worker and config.getoption("numprocesses", 0) is None:
        config.option.numprocesses = "logical"
        config.option.maxprocesses = config.option.maxprocesses or 4
