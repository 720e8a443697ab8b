"""`make i18n`: sync the catalogues with the code, compile them, list what is missing."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import crmspec

PACKAGE = Path(crmspec.__file__).parent
LOCALE = PACKAGE / "locale"
LANGUAGES = sorted(path.name for path in LOCALE.iterdir() if path.is_dir())
FUNCTIONS = {"text": 1, "plural": 2, "amount": 2}

Id = str | tuple[str, ...]


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield each call of `text`, `plural` and `amount` in the package, with the file it is in.

    The syntax tree is asked, not a list of words: it also sees calls within f-strings.
    """
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE.parent).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if getattr(getattr(node, "func", None), "id", None) in FUNCTIONS:
                yield place, node


def message_id(call: ast.Call) -> Id | None:
    """Return the literal template of a call, both if it counts, or None if it is not literal."""
    given = call.args[: FUNCTIONS[call.func.id]]
    literal = [one.value for one in given if isinstance(one, ast.Constant)]
    if len(literal) != FUNCTIONS[call.func.id] or not all(isinstance(one, str) for one in literal):
        return None
    return literal[0] if len(literal) == 1 else tuple(literal)


def sentences() -> dict[Id, list[str]]:
    """Return every message id, and the files it is in."""
    found: dict[Id, list[str]] = {}
    for place, call in calls():
        name = message_id(call)
        if name:
            places = found.setdefault(name, [])
            if place not in places:
                places.append(place)
    return found


def po(lang: str) -> Path:
    return LOCALE / lang / "LC_MESSAGES" / "crmspec.po"


def mo(lang: str) -> Path:
    return po(lang).with_suffix(".mo")


def load(lang: str) -> Catalog:
    with po(lang).open("rb") as stream:
        return read_po(stream, locale=lang)


def update(old: Catalog) -> Catalog:
    """Return a catalogue with exactly the sentences of the code, translated as before."""
    new = Catalog(
        locale=old.locale,
        project="crmspec",
        version="any",
        msgid_bugs_address="crmspec",
        header_comment=old.header_comment,
        creation_date=old.creation_date,
        revision_date=old.revision_date,
        last_translator=old.last_translator,
        language_team=old.language_team,
        fuzzy=False,
    )
    before = {message.id: message.string for message in old if message.id}
    for name, places in sentences().items():
        message = new.add(name, before.get(name), locations=[(place, None) for place in places])
        message.flags.clear()
    return new


def missing(catalogue: Catalog) -> list[Id]:
    """Return the sentences that have no translation, or not in every plural form."""
    return [
        message.id
        for message in catalogue
        if message.id
        and not all(message.string if isinstance(message.string, tuple) else [message.string])
    ]


def write(lang: str, catalogue: Catalog) -> None:
    with po(lang).open("wb") as stream:
        write_po(stream, catalogue, width=0)
    with mo(lang).open("wb") as stream:
        write_mo(stream, catalogue)


def main() -> int:
    """Update every catalogue; return 1 if something is not translated."""
    left = 0
    for lang in LANGUAGES:
        catalogue = update(load(lang))
        write(lang, catalogue)
        for sentence in missing(catalogue):
            left += 1
            print(f"{lang}: not translated: {sentence}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
