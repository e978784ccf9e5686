"""The command line as a process of its own, of this checkout whatever is installed."""

import sys

COMMAND = [sys.executable, "-c", "import sys; from planner.cli import main; sys.exit(main())"]
