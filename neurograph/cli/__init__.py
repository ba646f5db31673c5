"""The command line: `neurograph demo`, `step`, `check`, `draw`, `train` and `predict`."""

from neurograph.cli.main import main as main
