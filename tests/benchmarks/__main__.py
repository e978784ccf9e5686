"""All benchmarks, each in a process of its own, as Markdown that pastes into the README.

`python -m tests.benchmarks [NAME ...]` runs those that are named, or all. A part that ends with an
error is told as such, and the next begins.
"""

import subprocess
import sys
import time

PARTS = {
    "plan_speed": ("Plans, beside other commits", ()),
    "peers": ("Matching, beside other engines", ()),
    "start_speed": ("Start and memory, beside other commits", ()),
    "growth": ("Growth with rules", ()),
    "proof_speed": ("Proof", ("0", "1000")),
    "batch_speed": ("Tables", ()),
    "load": ("Pages and people", ("--seconds", "60", "--pace", "6")),
    "stored_speed": ("Stored plans", ()),
}
"""What is run, under which heading, and how it is asked."""


def main(asked: list[str]) -> int:
    """Run the parts; 1 where any of them ended with an error."""
    failed = 0
    for name in asked or PARTS:
        heading, given = PARTS[name]
        print(f"## {heading}\n", flush=True)
        begun = time.monotonic()
        command = [sys.executable, "-m", f"tests.benchmarks.{name}", *given]
        ended = subprocess.run(command, check=False).returncode
        failed |= bool(ended)
        said = f"It ended with {ended}" if ended else "Measured"
        print(f"\n{said} in {time.monotonic() - begun:.0f} seconds.\n", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
