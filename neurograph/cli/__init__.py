"""The command line: `neurograph demo`, `step` and `check`."""

from neurograph.cli.main import main as main
