"""All benchmarks, each in a process of its own, as Markdown that pastes into the README."""

import subprocess
import sys

for part in ("plan_speed", "start_speed", "peers"):
    print(f"## {part.replace('_', ' ').capitalize()}\n", flush=True)
    subprocess.run([sys.executable, "-m", f"tests.benchmarks.{part}"], check=True)
    print(flush=True)
