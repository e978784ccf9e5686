"""Templates compiled once for all the applications of a run, of which each test makes its own."""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """Keeps what was compiled in memory; Jinja's key is the template's name and its source."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket if the same template was compiled before."""
        if code := self.kept.get(f"{bucket.key}{bucket.checksum}"):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was just compiled."""
        self.kept[f"{bucket.key}{bucket.checksum}"] = bucket.bytecode_to_string()


COMPILED = Compiled()
