"""`pull`: write what people changed on a target into the project's files, comments and all kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Literal, TypeAlias

from crmspec.api.check import analyse
from crmspec.api.edit import CannotEditError, Editor, applied
from crmspec.api.examine import READ_ONLY
from crmspec.api.fix import Change, encode, write
from crmspec.api.hand_edit import Field, only
from crmspec.api.hand_edit import fields as edited_fields
from crmspec.api.step_edit import by_ids
from crmspec.diagnostics import Text, text
from crmspec.document import Mapping
from crmspec.engine.body import same
from crmspec.engine.difference import is_unreadable
from crmspec.engine.resource import Address
from crmspec.ir import Ref, walk
from crmspec.ir.message import Message
from crmspec.ir.plain import plain
from crmspec.ir.project import Paths
from crmspec.resolve.codes import UNKNOWN_REFERENCE
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.api.deploy import Deployment
    from crmspec.api.hand_edit import Keys
    from crmspec.diagnostics import Edit
    from crmspec.engine.body import Body
    from crmspec.engine.plan import Plan
    from crmspec.engine.three_way import Clash
    from crmspec.ir import Program
    from crmspec.source import Source

Manner: TypeAlias = Literal["in place", "by ids", "anew"]
_MANNERS: tuple[Manner, ...] = ("in place", "by ids", "anew")
"""How a field is edited: step by step, only in steps that have ids, or as a whole."""
_TEMPLATE = "source"
_STEPS = "steps"
_WAYS = 16
"""How many ways are tried to lead a field back to resources that are folded into it."""


@dataclass(frozen=True)
class Left:
    """A field (or object, if None) that could not be brought into the project, and why.

    `clashes` are the parts of it that were changed on both sides, at `place` (`file:line`).
    """

    address: Address
    field: str | None
    reason: Text
    clashes: tuple[Clash, ...] = ()
    place: str = ""

    @property
    def where(self) -> str:
        """Return the address of the field, as `message.hello.subject`."""
        return f"{self.address}.{self.field}" if self.field else str(self.address)


@dataclass(frozen=True)
class Taken:
    """A field that the files now have from the target, `merged` with what was changed here."""

    address: Address
    field: str
    merged: bool


@dataclass(frozen=True)
class Pulled:
    """The files before and after, the fields that they now have, and what is left."""

    changes: tuple[Change, ...]
    fields: tuple[Taken, ...]
    left: tuple[Left, ...]


@dataclass(frozen=True)
class _State:
    """Files and templates as they would be, the program they make, and its bodies."""

    files: dict[str, bytes]
    templates: dict[str, str]
    program: Program
    bodies: dict[Address, Body]
    sources: dict[str, Source]


def pull(
    deployment: Deployment, select: Sequence[str] = (), *, keep: bool = False, theirs: bool = False
) -> Pulled:
    """Bring edits by hand into the files, of the selected resources or all; `keep` the files.

    What was changed here as well is merged; where both changed the same, nothing is written for
    the field, unless `theirs` is to win. Each is tried in the smallest edit first, then as a field
    written anew; what would then not compile to what is wanted, or would change anything else, is
    left as it was.
    """
    plan = deployment.plan(select, closely=True)
    pulled = tried(deployment, plan, theirs=theirs)
    if not keep:
        workspace = deployment.result.workspace
        for change in pulled.changes:
            write(workspace.root / change.path, change.after)
    return pulled


def tried(deployment: Deployment, plan: Plan, *, theirs: bool = False) -> Pulled:
    """Return what `pull` would do about the edits in a plan; nothing is written."""
    left, done = list(_gone(plan)), []
    fields = list(edited_fields(plan, deployment.provider))
    if not fields:
        return Pulled((), (), tuple(left))
    puller = _Puller(deployment, plan)
    for field in fields:
        if field.clashes and not theirs:
            left.append(puller.refused(field))
        elif puller.bring(field):
            done.append(Taken(field.address, field.name, field.merged))
        else:
            left.append(Left(field.address, field.name, _REASON))
    return Pulled(tuple(puller.changes()), tuple(done), tuple(left))


def ways_out(deployment: Deployment, plan: Plan) -> tuple[Text, ...]:
    """Return how to keep the edits by hand that a plan would undo: what `pull` would bring."""
    if deployment.back is not None:  # an old commit: what it lacks is nothing to bring into it
        return ()
    pulled = tried(deployment, plan)
    others = text("`crmspec pull` brings the others into the project")
    brings = text("`crmspec pull` brings them into the project") if not pulled.left else others
    said = [
        text("`{where}`: {reason}", where=one.where, reason=one.reason)
        for one in pulled.left[:_LISTED]
    ]
    return (*said, *([brings] if pulled.fields else []))


_LISTED = 5
_REASON = text(
    "the project has no words for it, or uses its own in several places: write the same here by"
    " hand, or apply with `--overwrite`"
)


def _gone(plan: Plan) -> Iterator[Left]:
    for change in plan.changes:
        if change.remote is None and change.conflicts:
            reason = text("deleted there: delete it here, or apply with `--overwrite`")
            yield Left(change.address, None, reason)
        elif any(map(is_unreadable, change.conflicts)):
            reason = text("it cannot be read there: apply with `--overwrite`")
            yield Left(change.address, None, reason)
        elif change.desired is None and change.conflicts:
            yield Left(
                change.address,
                None,
                text("changed there, and deleted here: apply with `--overwrite`"),
            )


def _edits(
    editor: Editor, body: Mapping, name: str, pair: tuple[object, object], manner: Manner
) -> Iterator[Edit]:
    if manner == "by ids" and name == _STEPS:
        return by_ids(editor, body, *pair)
    return iter(editor.field(body, name, *pair))


class _Puller:
    """Brings one field after another into the files, and looks each time what came of it."""

    def __init__(self, deployment: Deployment, plan: Plan) -> None:
        self._deployment, self._plan = deployment, plan
        self._memory = Memory()
        workspace = deployment.result.workspace
        self._first = self._now = self._made(workspace.files, workspace.templates)
        self._partial = {remark.address for remark in plan.remarks}

    def bring(self, field: Field) -> bool:
        """Say whether the files now have the field as it is on the target."""
        if not field.keys and not field.folded:
            return False
        for manner in _MANNERS if self._told_whole(field) else _MANNERS[:-1]:
            for made in self._ways(field, manner):
                if self._right(made, field):
                    self._now = made
                    return True
        return False

    def _ways(self, field: Field, manner: Manner) -> Iterator[_State]:
        """Yield the files with the field; what is folded into it may be any that it refers to."""
        homes = [list(self._below(field.address, kind)) for kind, _ in field.folded]
        for chosen in islice(product(*homes), _WAYS):
            made: _State | None = self._now
            edits = [(field.address, field.keys)] if field.keys else []
            for own, keys in (
                *edits,
                *zip(chosen, (keys for _, keys in field.folded), strict=True),
            ):
                made = made and self._tried(made, own, keys, manner)
            if made is not None:
                yield made

    def _below(self, address: Address, kind: str) -> Iterator[Address]:
        """Yield what of a kind a resource refers to, itself or by what it refers to."""
        program, seen, rest = self._now.program, {address}, [address]
        while rest:
            one = rest.pop(0)
            node = program.find(one.kind, one.id)
            if one.kind == kind:
                yield one
            refs = [ref for ref in walk(node) if isinstance(ref, Ref)] if node is not None else []
            new = dict.fromkeys(Address(ref.kind, ref.id) for ref in refs)
            rest += [one for one in new if one not in seen]
            seen.update(new)

    def _told_whole(self, field: Field) -> bool:
        """Say whether a field may be written anew: the target tells all that the files say of it.

        Steps may have names, notes and reasons that the target does not get.
        """
        node = self._now.program.find(field.address.kind, field.address.id)
        if field.address in self._partial or node is None:
            return False
        return _STEPS not in field.keys or same(plain(node).get(_STEPS), field.keys[_STEPS][0])

    def _tried(self, now: _State, address: Address, keys: Keys, manner: Manner) -> _State | None:
        node = now.program.find(address.kind, address.id)
        if _TEMPLATE in keys and isinstance(node, Message):
            rest = {name: pair for name, pair in keys.items() if name != _TEMPLATE}
            made = self._template(now, node, *keys[_TEMPLATE])
            return made and (self._tried(made, address, rest, manner) if rest else made)
        entry = node.place.entry if node is not None else None
        if entry is None or not isinstance(entry.value, Mapping):
            return None
        files = dict(now.files)
        try:
            for path, text in self._edited(now, entry.value, keys, manner):
                files[path] = encode(files[path], text)
        except CannotEditError:
            return None
        return self._made(files, now.templates)

    def _edited(
        self, now: _State, body: Mapping, keys: Keys, manner: Manner
    ) -> Iterator[tuple[str, str]]:
        """Yield the texts of the files with some keys; an overlay may be in another file."""
        homes: dict[str, list[str]] = {}
        for key in keys:
            homes.setdefault((body.child(key) or body).path, []).append(key)
        for path, names in homes.items():
            source = now.sources[path].text
            editor = Editor(source, whole=manner == "anew")
            edits = [e for key in names for e in _edits(editor, body, key, keys[key], manner)]
            if any(edit.span.path != path or self._varies(source, edit) for edit in edits):
                raise CannotEditError
            yield path, applied(source, edits)

    def _varies(self, source: str, edit: Edit) -> bool:
        """Say whether an edit would write one environment's value of a variable into all others."""
        written = source[edit.span.start : edit.span.end]
        return self._deployment.result.environment is not None and "${vars." in written

    def _template(self, now: _State, node: Message, before: object, after: object) -> _State | None:
        file = node.content.file
        if file is None or now.templates.get(file) != before:
            return None
        return self._made(now.files, now.templates | {file: str(after)})

    def _made(self, files: dict[str, bytes], templates: dict[str, str]) -> _State:
        here = self._deployment.result.environment
        program, reading = analyse(files, templates, (), self._memory, READ_ONLY, environment=here)
        provider = self._deployment.provider
        bodies: dict[Address, Body] = {}
        if not reading.lost and all(one.code is not UNKNOWN_REFERENCE for one in reading.findings):
            for one in provider.compile(program).resources:
                bodies[one.address] = provider.normalise(one.address, one.body)
        return _State(files, templates, program, bodies, reading.sources)

    def _right(self, made: _State, field: Field) -> bool:
        """Say whether the field is as on the target, and nothing else is another than before."""
        body = {k: v for k, v in self._now.bodies[field.address].items() if k != field.name}
        body |= only(field.name, field.body)
        return same(made.bodies, self._now.bodies | {field.address: body})

    def refused(self, field: Field) -> Left:
        """Return what is to be said of a field that was changed here and there."""
        command = f"crmspec pull {field.address} --theirs"
        reason = text(
            "the state does not tell who changed it; `{command}` takes what is there",
            command=command,
        )
        if field.known:
            reason = text(
                "it was changed here as well; `{command}` takes what is there", command=command
            )
        return Left(field.address, field.name, reason, field.clashes, self._where(field))

    def _where(self, field: Field) -> str:
        """Return where the project says a field, as `file:line`."""
        node = self._first.program.find(field.address.kind, field.address.id)
        file = node.content.file if isinstance(node, Message) and _TEMPLATE in field.keys else None
        if file is not None:
            paths = self._first.program.project.paths or Paths()
            return f"{paths.templates}/{file}:{field.clashes[0].line or 1}"
        if node is None:
            return ""
        span = next((node.place.key(key) for key in field.keys), node.place.name)
        return self._deployment.where(span)

    def changes(self) -> Iterator[Change]:
        """Yield the files that differ."""
        first, now = self._first, self._now
        for path, source in now.sources.items():
            if path in first.sources and first.sources[path].text != source.text:
                yield Change(path, first.sources[path].text, source.text)
