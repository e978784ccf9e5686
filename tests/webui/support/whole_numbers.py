"""One thing that JSON Schema cannot say: that a whole number is written without a point.

To a schema 3.0 is an integer; to the planner it is not a count. Schemathesis loads this module
and sends 3 where it thought of 3.0.
"""

from typing import Any

import schemathesis


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    """What schemathesis is about to send, its whole numbers written as such."""
    return written(body)


def written(node: Any) -> Any:
    """The same with every whole number as an int."""
    if isinstance(node, float) and node.is_integer():
        return int(node)
    if isinstance(node, dict):
        return {key: written(value) for key, value in node.items()}
    if isinstance(node, list):
        return [written(value) for value in node]
    return node
