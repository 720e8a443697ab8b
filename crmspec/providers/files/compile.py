"""From a program to what it wants in the folder, and what no template language of it can say."""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.dialect.codes import noted
from crmspec.dialect.dialect import each
from crmspec.engine.encode import Encoder, head
from crmspec.engine.resource import Address, Desired, Resource, references
from crmspec.engine.sheet import Sheets
from crmspec.ir.message import Message
from crmspec.ir.program import KINDS
from crmspec.lower.finding import finding, findings, settings, unheeded
from crmspec.lower.lowering import lower
from crmspec.lower.outcome import Key, unsaid
from crmspec.lower.survey import meant, taken_kinds
from crmspec.lower.whole import FILES
from crmspec.providers.by_hand import audit_dialect
from crmspec.providers.desired import remarks, undeployed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.dialect.loss import Loss
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource as Node
    from crmspec.lower.lowering import Lowered
    from crmspec.lower.outcome import Outcome

COMPILED: Final = "compiled"
OPTIONS: Final = frozenset({"dialect", "folder", "lang"})
_KEPT: Final = frozenset({".git", ".crmspec"})
_UNHEEDED: Final = ("api_revision", "events_namespace", "region", "extensions")
_KINDS: Final = frozenset(taken_kinds(FILES))
_ORDER: Final = {kind: at for at, (kind, _) in enumerate(KINDS.values())}


class Prepared(NamedTuple):
    """A program as it is written: its texts, and what becomes of its resources."""

    sheets: Sheets
    lowered: Lowered


def prepared(program: Program, target: Target) -> Prepared:
    """Print the texts of a program for a target, and survey what they lose."""
    sheets = Sheets(program, target)
    return Prepared(sheets, lower(program, FILES, target, _losses(sheets)))


def compiled(prepared: Prepared) -> Desired:
    """Return a body for each resource; what would lose something of its texts is left to people."""
    sheets, survey = prepared.sheets, prepared.lowered.survey
    made = [
        _resource(sheets, key, survey.wanted[key])
        for key in sorted(survey.wanted.keys() - survey.absent.keys())
    ]
    there = {one.address for one in made}
    resources = (replace(one, depends=_those(one.depends, there)) for one in made)
    left = tuple(undeployed(survey, FILES, sheets.target))
    return Desired(tuple(resources), tuple(remarks(survey)), left, kinds=survey.kinds)


def _losses(sheets: Sheets) -> Iterator[Outcome]:
    for message in sheets.program.messages.values():
        if sheets.dialect is not None and meant(message, sheets.target):
            key = Key("message", message.id)
            yield from (unsaid(key, sheets.dialect, loss) for loss in sheets.losses(message))


def _notes(sheets: Sheets) -> Iterator[Loss]:
    for message in sheets.program.messages.values():
        if meant(message, sheets.target):
            yield from sheets.notes(message)


def _those(needs: tuple[Address, ...], there: set[Address]) -> tuple[Address, ...]:
    """Return what is written first; a file may name what is in no file."""
    return tuple(one for one in needs if one in there)


def _resource(sheets: Sheets, key: Key, node: Node) -> Resource:
    program, address = sheets.program, Address(*key)
    body = head(sheets.target, program.project.project, key.kind, node)
    body |= Encoder(address, program, kinds=_KINDS).encode(node)
    if isinstance(node, Message):
        compiled = dict(_compiled(sheets, node))
        body |= {COMPILED: compiled} if compiled else {}
    depends = tuple(sorted(one for one in references(body) if _before(one, address)))
    return Resource(address, body, depends, node.place.name)


def _before(needed: Address, address: Address) -> bool:
    """Say whether one is written first: by the order of kinds, so that there are no circles."""
    same = needed.kind == address.kind == "segment"
    return same or _ORDER[needed.kind] < _ORDER[address.kind]


def _compiled(sheets: Sheets, message: Message) -> Iterator[tuple[str, object]]:
    """Yield the texts of a message by field, such as `subject`, or `ru.subject`."""
    for locale in sheets.messages.locales(message):
        for field, one in sheets.texts(message, locale).items():
            head = f"{locale}." if locale is not None else ""
            if one.text:
                yield f"{head}{field}", one.text


def _leads_out(folder: str) -> bool:
    """Say whether a path is absolute, or goes up further than it goes down."""
    path = normpath(folder.replace("\\", "/"))
    return path.startswith(("/", "~")) or path.split("/")[0] == ".." or path[1:2] == ":"


def _kept(folder: str) -> str | None:
    """Return the folder of git or of crmspec that a path is, or leads into, if any."""
    parts = normpath(folder.replace("\\", "/")).split("/")
    return next((one for one in parts if one.casefold() in _KEPT), None)


def audit(prepared: Prepared) -> Iterator[Diagnostic]:
    """Yield wrong settings, and what the template language cannot say."""
    sheets = prepared.sheets
    target = sheets.target
    yield from audit_dialect(target)
    for name in sorted(target.options.keys() - OPTIONS):
        yield finding(
            text("files have no option `{name}`", name=name),
            target.place.key("options", name),
            text("they are {known}", known=", ".join(f"`{one}`" for one in sorted(OPTIONS))),
        )
    if _leads_out(str(target.options.get("folder", "."))):
        yield finding(
            text("`folder` leads out of the project"),
            target.place.value("options", "folder"),
            text("name a folder below that of `crmspec.yaml`, such as `out/{id}`", id=target.id),
        )
    kept = _kept(str(target.options.get("folder", ".")))
    if kept is not None:
        yield finding(
            text("`folder` is in `{kept}`, which has files of its own", kept=kept),
            target.place.value("options", "folder"),
            text("name a folder of its own, such as `out/{id}`", id=target.id),
        )
    yield from settings(target, FILES)
    survey = prepared.lowered.survey
    yield from unheeded(survey, FILES, target, _UNHEEDED)
    yield from findings(survey, FILES)
    yield from map(noted, each(_notes(sheets)))
