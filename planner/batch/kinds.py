"""What a file is: by its ending, by its first bytes, or as whoever asks says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from planner.batch.opening import STDIN, Opened
from planner.batch.sources import BOM, refusal

LINES = "jsonl"
TABLE = "csv"
PARQUET = "parquet"
WORKBOOK = "xlsx"
KINDS = {
    ".jsonl": LINES,
    ".csv": TABLE,
    ".parquet": PARQUET,
    ".ndjson": LINES,
    ".tsv": TABLE,
    ".txt": TABLE,
    ".xlsx": WORKBOOK,
}
"""What the ending of a name says; `.txt` is what Excel calls "Unicode Text"."""
GZ = ".gz"
TAB = "\t"
_BEGIN = {b"PAR1": PARQUET, b"PK\x03\x04": WORKBOOK}


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written. `ending` is that of its name; `separator` is set where it is known."""

    kind: str
    ending: str = ""
    packed: bool = False
    separator: str | None = None


def form_of(name: str, asked: str | None = None) -> Form:
    """The form by the name of a file, or as it is asked for; ObservationError for any other."""
    path = PurePath(name)
    packed = path.suffix.lower() == GZ
    ending = (PurePath(path.stem) if packed else path).suffix.lower()
    if asked:
        kind = TABLE if asked == "tsv" else asked
        return Form(kind, ending, packed, TAB if asked == "tsv" else None)
    kind = KINDS.get(ending, "")
    if not kind or (packed and kind in {PARQUET, WORKBOOK}):
        what = f"{path.name}: the name must end in {', '.join(KINDS)}"
        more = f", those of text also with {GZ} behind."
        shorter = path.stem.partition(".")[0] or "plans"
        raise refusal(f"{what}{more} Save it as one of them: `{shorter}.csv`.")
    return Form(kind, ending, packed, TAB if ending == ".tsv" else None)


def form_of_bytes(source: Opened, asked: str | None) -> Form:
    """The form of standard input by its first bytes, or of a file by its name; both checked."""
    begins = source.head(4)
    found = next((kind for sign, kind in _BEGIN.items() if begins.startswith(sign)), None)
    if source.piped:
        kind = asked or found or _kind_of_text(source)
        form = form_of(STDIN, kind)
    else:
        form = form_of(source.name, asked)
    if found and form.kind != found:
        what = f"{source.name} is not {form.kind}: its first bytes are those of {found}"
        unless = ", or of a zip archive: unpack that" if found == WORKBOOK else ""
        raise refusal(f"{what}{unless}. Give it the ending .{found}, or say --from {found}.")
    return form


def _kind_of_text(source: Opened) -> str:
    """JSON lines begin with a brace, and no header of a table does."""
    start = source.text(None).read(1000).removeprefix(BOM).lstrip()
    return LINES if start.startswith((b"{", b"[")) else TABLE
