"""`python -m neurograph` is the command `neurograph`."""

import sys

from neurograph.cli.main import main

sys.exit(main())
