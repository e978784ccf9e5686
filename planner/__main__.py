"""`python -m planner`: the command line, for where no program was put on the path."""

import sys

from planner.cli import main

if __name__ == "__main__":  # processes that are started anew import this module
    sys.exit(main())
