"""The browser that is installed: where Debian puts it."""

from pathlib import Path

BROWSERS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
"""Debian's packages of the same browser: the one that draws no window of its own needs a third."""
CHROMIUM = next((path for path in BROWSERS if path.exists()), BROWSERS[-1])
