"""From a program to what it wants in the folder, and what no template language of it can say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from crmspec.diagnostics import Diagnostic, Label, Severity, text
from crmspec.dialect.codes import code_of
from crmspec.engine.encode import Encoder
from crmspec.engine.naming import title
from crmspec.engine.resource import Address, Desired, Remark, Resource, Undeployed, references
from crmspec.engine.sheet import BUILT
from crmspec.ir.message import Message
from crmspec.ir.program import KINDS
from crmspec.providers.by_hand import audit_dialect
from crmspec.providers.codes import UNSUPPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.dialect.loss import Loss
    from crmspec.engine.body import Body
    from crmspec.engine.sheet import Sheets
    from crmspec.ir.value import OnUnsupported
    from crmspec.ir.value import Resource as Node

COMPILED: Final = "compiled"
OPTIONS: Final = frozenset({"dialect", "folder", "lang"})
_ACTIVATED: Final = frozenset({"chain", "broadcast"})
_KINDS: Final = frozenset(KINDS[key][0] for key in BUILT)
_ORDER: Final = {kind: at for at, (kind, _) in enumerate(KINDS.values())}


def compile_program(sheets: Sheets) -> Desired:
    """Return a body for each resource; messages that would lose something are left to people."""
    made: list[Resource] = []
    remarks: list[Remark] = []
    for kind, node in _meant(sheets):
        losses = sheets.losses(node) if isinstance(node, Message) else []
        if losses:
            address = Address(kind, node.id)
            remarks.append(Remark(address, "manual", losses[0].message, node.place.name))
        else:
            made.append(_resource(sheets, kind, node))
    there = {one.address for one in made}
    resources = (replace(one, depends=_those(one.depends, there)) for one in made)
    left = tuple(_left_alone(sheets))
    return Desired(tuple(resources), tuple(remarks), left, kinds=sheets.kinds)


def _those(needs: tuple[Address, ...], there: set[Address]) -> tuple[Address, ...]:
    """Return what is written first; a file may name what is in no file."""
    return tuple(one for one in needs if one in there)


def _left_alone(sheets: Sheets) -> Iterator[Undeployed]:
    for key in BUILT:
        kind, count = KINDS[key][0], len(getattr(sheets.program, key))
        if count and kind not in sheets.kinds:
            reason = text(
                "left alone: `{target}` does not manage `{kind}`", target=sheets.target.id, kind=key
            )
            yield Undeployed(kind, count, reason)


def _meant(sheets: Sheets) -> Iterator[tuple[str, Node]]:
    target = sheets.target
    for kind, node in sheets.program.resources():
        meant = not node.targets or target.id in {ref.id for ref in node.targets}
        if kind in sheets.kinds and meant:
            yield kind, node


def _resource(sheets: Sheets, kind: str, node: Node) -> Resource:
    program, target = sheets.program, sheets.target
    address = Address(kind, node.id)
    body: Body = {"title": title(target, program.project.project, node)}
    if node.description:
        body["description"] = node.description
    if kind in _ACTIVATED and target.activate != "manual":
        draft = target.activate == "draft" and node.status == "live"
        body["status"] = "draft" if draft else node.status
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


def audit(sheets: Sheets) -> Iterator[Diagnostic]:
    """Yield wrong settings, and what the template language cannot say."""
    target, default = sheets.target, sheets.program.project.on_unsupported
    yield from audit_dialect(target)
    for name in sorted(target.options.keys() - OPTIONS):
        yield Diagnostic(
            code=UNSUPPORTED,
            message=text("files have no option `{name}`", name=name),
            label=Label(target.place.key("options", name)),
            help=(text("they are {known}", known=", ".join(f"`{o}`" for o in sorted(OPTIONS))),),
        )
    for _, node in _meant(sheets):
        if isinstance(node, Message):
            wish = node.on_unsupported or default
            yield from (_loss(loss, node, wish) for loss in sheets.losses(node))


def _loss(loss: Loss, message: Message, wish: OnUnsupported) -> Diagnostic:
    name = f"message.{message.id}"
    error = wish == "error"
    advice = text("`{name}` is left out: set it up by hand", name=name)
    if error:
        advice = text("or set `on_unsupported: manual`: it becomes a build sheet then")
    return Diagnostic(
        code=code_of(loss),
        message=loss.message,
        label=Label(loss.span),
        help=(loss.rewrite, advice) if loss.rewrite is not None else (advice,),
        severity=Severity.ERROR if error else Severity.WARNING,
    )
