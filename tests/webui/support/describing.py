"""The description of the interface as tests look into it: its mappings, shapes and validators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema

COMPONENTS = "#/components/schemas/"


def nodes(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping of the document, with where it stands; examples are data, and left out."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            if key not in {"example", "examples"} or path.endswith("properties"):
                yield from nodes(value, f"{path}/{key}")
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from nodes(value, f"{path}/{at}")


def schemas(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def valid(document: dict[str, Any], name: str) -> jsonschema.Draft202012Validator:
    """A validator of one shape, with the others within its reach."""
    return jsonschema.Draft202012Validator({**document, **schemas_ref(name)})


def schemas_ref(name: str) -> dict[str, str]:
    return {"$ref": f"{COMPONENTS}{name}"}
