"""Names for signing in: how they are compared, and which can be told from every other by eye.

A new name is in one script, holds nothing invisible, and does not look like somebody else's: the
skeleton is what is left of it when letters that look alike are written alike (Unicode's UTS 39,
for Latin, Cyrillic and Greek). Names from before are found as they always were.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from webui.database.account_tables import Account
from webui.database.history import hold_end
from webui.words.texts import text

LONGEST = 64
UNSEEN_KINDS = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Controls, marks of direction, letters of no width, halves of a pair, what is not assigned."""
UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
)
"""What else leaves no mark: fillers, joiners, variation selectors, the empty Braille cell."""
TOGETHER = (
    frozenset(("CJK", "HIRAGANA", "KATAKANA")),
    frozenset(("CJK", "HANGUL")),
    frozenset(("CJK", "BOPOMOFO")),
)
"""Scripts that are written together, in Japanese, Korean and Taiwanese names."""
_ALIKE = {
    "A": "\u0410\u0391", "B": "\u0412\u0392", "C": "\u0421\u03f9", "E": "\u0415\u0395",
    "G": "\u050c", "H": "\u041d\u0397", "J": "\u0408\u037f", "K": "\u041a\u039a\u212a",
    "M": "\u041c\u039c\u03fa", "N": "\u039d", "P": "\u0420\u03a1", "Q": "\u051a", "S": "\u0405",
    "T": "\u0422\u03a4", "V": "\u0474", "W": "\u051c", "X": "\u0425\u03a7",
    "Y": "\u0423\u04ae\u03a5", "Z": "\u0396", "a": "\u0430\u03b1\u0251", "c": "\u0441\u03f2",
    "d": "\u0501", "e": "\u0435\u04bd", "g": "\u0261", "h": "\u04bb", "i": "\u0456\u03b9\u0131",
    "j": "\u0458\u03f3", "k": "\u043a\u03ba", "p": "\u0440\u03c1", "q": "\u051b", "s": "\u0455",
    "u": "\u03c5", "v": "\u0475\u03bd", "w": "\u051d\u03c9", "x": "\u0445\u03c7",
    "y": "\u0443\u04af\u03b3", "|": "1Il\u0406\u04c0\u04cf\u0399",
    "0": "Oo\u041e\u043e\u039f\u03bf",
    "'": "\u2018\u2019\u201a\u201b\u02bc\u02bb\u02b9\u02be\u02bf`\u00b4\u2032",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212", ".": "\u00b7\u2024",
}  # fmt: skip
"""Each sign with those that look like it, of Latin, Cyrillic and Greek, and of digits."""
_SKELETON = str.maketrans({one: sign for sign, same in _ALIKE.items() for one in same})


def name_key(name: str) -> str:
    """A sign-in name as it is compared: case and spaces do not matter."""
    return " ".join(name.split()).casefold()[:128]


def plain(name: str) -> str:
    """A new name as it is stored: composed, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def name_problem(name: str) -> dict[str, str]:
    """Why this cannot be a sign-in name, under `name`."""
    if any(_is_unseen(letter) for letter in name):
        return {"name": text("name_unseen")}
    composed = plain(name)
    if not name_key(composed) or len(composed) > LONGEST:
        return {"name": text("name_problem", most=LONGEST)}
    if not _is_one_script(composed):
        return {"name": text("name_mixed")}
    return {}


def taken(session: Session, name: str) -> dict[str, str]:
    """That someone has this name already, or one that looks like it, under `name`.

    Nobody else makes an account until this transaction has ended: each of two who do so in the same
    moment would not see the other's name yet.
    """
    hold_end(session)
    key, look = name_key(plain(name)), skeleton(name)
    names = session.execute(select(Account.name_key, Account.name))
    same = any(key == one or look == skeleton(other) for one, other in names)
    return {"name": text("name_taken")} if same else {}


def found(session: Session, typed: str) -> Account | None:
    """The account of this name, as it was typed or as it is composed; None where there is none."""
    for key in dict.fromkeys((name_key(typed), name_key(plain(typed)))):
        if "\0" in key:  # PostgreSQL takes none, and no name holds one
            continue
        account = session.scalars(select(Account).where(Account.name_key == key)).one_or_none()
        if account:
            return account
    return None


def nearest(session: Session, typed: str) -> list[str]:
    """Names of accounts that this may have been meant for, at most three, the likeliest first."""
    names = {name_key(name): name for name in session.scalars(select(Account.name))}
    close = get_close_matches(name_key(plain(typed)), names, n=3, cutoff=0.5)
    return [names[key] for key in close]


def skeleton(name: str) -> str:
    """What is left of a name when letters that look alike are written alike."""
    return plain(name).translate(_SKELETON).casefold()


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in UNSEEN_KINDS or letter in UNSEEN


def _is_one_script(name: str) -> bool:
    """Whether all letters are of one script, or of those that are written together."""
    scripts = frozenset(_scripts(name))
    return len(scripts) < 2 or any(scripts <= together for together in TOGETHER)


def _scripts(name: str) -> Iterator[str]:
    """The script of each letter, as the first word of its Unicode name says it."""
    for letter in name:
        if letter.isalpha():
            yield unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0]
