"""What the FHIR resources of this planner are called: canonical addresses, systems and linkIds.

Canonical addresses (https://hl7.org/fhir/R4/references.html#canonical) are names. Nothing is
fetched from them, and `DEFAULT_BASE` is of a domain that nobody can own (RFC 2606).
"""

from __future__ import annotations

import re

DEFAULT_BASE = "https://repair-planner.example/fhir"
"""What the canonical addresses begin with, where a clinic has not named its own."""
MEDIA_TYPE = "application/fhir+json"
HL7 = "http://hl7.org/fhir"

_BASE = re.compile(r"https?://[!$-.0-;=A-Z\[\]_a-z~]+(?:/[!$-;=@-Z_a-z~]*)?")
"""Of the signs that an address may have (RFC 3986, 2) all but ? and #; and no name with a password
before the host, since anyone may read the form."""
SAFETY = "safety.flags"
SAFETY_ANSWERS = ("no", "yes", "unsure")
"""Each safety question has these answers and no other; "no" is said, never assumed."""
KIND = "kind"


def checked_base(base: str) -> str:
    """The base without a slash at its end; ValueError where it is no address of its own."""
    if not _BASE.fullmatch(base):
        message = (
            f"the base is an address such as {DEFAULT_BASE}, in letters, digits and signs that an "
            "address may have, without ? # | and without a name or password before the host."
        )
        raise ValueError(message)
    return base.rstrip("/")


def questionnaire_url(base: str) -> str:
    """The canonical address of the questionnaire, without its version."""
    return f"{checked_base(base)}/Questionnaire/repair-planner-observation"


def system_of(base: str, name: str) -> str:
    """The code system of a field or of a list of ours: `lateness.who` is `lateness-who`."""
    return f"{checked_base(base)}/CodeSystem/{code_system_id(name)}"


def code_system_id(name: str) -> str:
    """A field's name as FHIR's ids allow it: letters, digits, hyphens."""
    return name.replace(".", "-").replace("_", "-")


def identifier_system(base: str, name: str) -> str:
    """The system of our identifiers of this name, such as case codes."""
    return f"{checked_base(base)}/identifier/{name}"


def extension_url(base: str, name: str) -> str:
    """The address of an extension of ours."""
    return f"{checked_base(base)}/StructureDefinition/{name}"


BLANK_TEXT = "blank-text"
"""The extension of a text without a letter or sign, which a FHIR string cannot be: it has the text
in JSON's quotation marks."""
_UNSEEN = "\ufeff"


def is_blank(text: str) -> bool:
    """Whether FHIR's readers take the text for no text at all."""
    return not text.replace(_UNSEEN, "").strip()
