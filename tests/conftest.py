"""What all tests share: less work for Python's garbage collector, and more processors for a run of everything."""

import gc

import pytest

# A test makes networks, traces and pictures of many thousand objects that live as long as it does. To look for garbage
# among them after every 700, and among all there are after every 70,000, takes a fifth of the time of the whole suite.
gc.set_threshold(10_000, 10, 100)
collect_ignore_glob = ["*conftest.py"]  # to look for doctests, each would be imported under a name that others have too


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Share a run of all tests among up to 4 processors, where pytest-xdist is installed and no `-n` says how many.

    Each takes tests that follow one another, and so sets up what they share, and at its end some that another has left.
    """
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if not everything or hasattr(config, "workerinput") or not config.pluginmanager.hasplugin("xdist"):
        return
    if config.option.numprocesses is None:
        config.option.numprocesses, config.option.maxprocesses = "logical", config.option.maxprocesses or 4
    if config.option.dist == "no":
        config.option.dist = "worksteal"
