"""`pull`: write what people changed on a target into the project's files, comments and all kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from crmspec.api.check import analyse
from crmspec.api.edit import CannotEditError, Editor, applied
from crmspec.api.examine import READ_ONLY
from crmspec.api.fix import Change, encode, write
from crmspec.diagnostics import Text, text
from crmspec.document import Mapping
from crmspec.engine.body import same
from crmspec.engine.three_way import Clash, Merged, merge
from crmspec.ir.message import Message
from crmspec.ir.plain import plain
from crmspec.ir.project import Paths
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.api.deploy import Deployment
    from crmspec.diagnostics import Edit
    from crmspec.engine.body import Body
    from crmspec.engine.plan import Plan
    from crmspec.engine.port import Provider
    from crmspec.engine.resource import Address
    from crmspec.ir import Program
    from crmspec.source import Source

_TEMPLATE = "source"
_STEPS = "steps"
_UI = "ui"


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
class _Field:
    """A field of a body to bring over, and what becomes of the keys that an author writes for it.

    `body` is the project's with the field as it is to be, `keys` lead from what they say now to
    what they say then; None is absent. It is `merged` if it was changed here as well; `known` says
    that the state tells who changed what.
    """

    address: Address
    name: str
    body: Body
    keys: dict[str, tuple[object, object]]
    clashes: tuple[Clash, ...] = ()
    merged: bool = False
    known: bool = True


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
            before = workspace.files.get(change.path, b"")
            write(workspace.root / change.path, before, change.after)
    return pulled


def tried(deployment: Deployment, plan: Plan, *, theirs: bool = False) -> Pulled:
    """Return what `pull` would do about the edits in a plan; nothing is written."""
    left, done = list(_gone(plan)), []
    fields = list(_fields(plan, deployment.provider))
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
_BOTH = text("it was changed here as well; `--theirs` takes what is there")
_UNKNOWN = text("the state does not tell who changed it; `--theirs` takes what is there")


def _gone(plan: Plan) -> Iterator[Left]:
    for change in plan.changes:
        if change.remote is None and change.conflicts:
            reason = text("deleted there: delete it here, or apply with `--overwrite`")
            yield Left(change.address, None, reason)
        elif change.desired is None and change.conflicts:
            yield Left(
                change.address,
                None,
                text("changed there, and deleted here: apply with `--overwrite`"),
            )


def _fields(plan: Plan, provider: Provider) -> Iterator[_Field]:
    edited = _edited(plan)
    for address, wanted in sorted(plan.wanted.items()):
        remote, bases = plan.actual.get(address), edited.get(address, {})
        if remote is None:
            continue
        theirs = [name for name, owner in wanted.owners.items() if owner == _UI]
        for name in dict.fromkeys((*bases, *theirs)):
            here, there = _only(name, wanted.body), _only(name, remote.body)
            base = bases.get(name, wanted.body)
            if not same(here, there):
                made = _merged(name, base, here, there)
                body = {key: value for key, value in wanted.body.items() if key != name}
                body |= cast("Body", made.value)
                keys = _keys(provider, address, wanted.body, body)
                both = base is not None and not same(_only(name, base), here)
                yield _Field(address, name, body, keys, made.clashes, both, base is not None)


def _edited(plan: Plan) -> dict[Address, dict[str, Body | None]]:
    """Return the fields that people edited, each with the body that was applied, if known."""
    found: dict[Address, dict[str, Body | None]] = {}
    for change in plan.changes:
        base = change.entry.body if change.entry is not None else None
        if change.desired is not None:
            found.setdefault(change.address, {}).update((c.path, base) for c in change.conflicts)
    return found


def _only(name: str, body: Body) -> Body:
    """Return a body with one of its fields."""
    return {key: value for key, value in body.items() if key == name}


def _merged(name: str, base: Body | None, here: Body, there: Body) -> Merged:
    if base is None:
        return Merged(there, (Clash(None, here.get(name), there.get(name)),))
    return merge(_only(name, base), here, there)


def _keys(
    provider: Provider, address: Address, wanted: Body, body: Body
) -> dict[str, tuple[object, object]]:
    """Return the keys that differ between a body and another.

    A body's own words may be an author's or a vendor's: `filters` are `all` and `any` in YAML.
    """
    before, after = provider.decode(address, wanted), provider.decode(address, body)
    return {
        key: (before.get(key), after.get(key))
        for key in dict.fromkeys((*after, *before))
        if not same(before.get(key), after.get(key))
    }


class _Puller:
    """Brings one field after another into the files, and looks each time what came of it."""

    def __init__(self, deployment: Deployment, plan: Plan) -> None:
        self._deployment, self._plan = deployment, plan
        self._memory = Memory()
        workspace = deployment.result.workspace
        self._first = self._now = self._made(workspace.files, workspace.templates)
        self._partial = {remark.address for remark in plan.remarks}

    def bring(self, field: _Field) -> bool:
        """Say whether the files now have the field as it is on the target."""
        if not field.keys:
            return False
        for whole in (False, True) if self._told_whole(field) else (False,):
            made = self._tried(field, whole=whole)
            if made is not None and self._right(made, field):
                self._now = made
                return True
        return False

    def _told_whole(self, field: _Field) -> bool:
        """Say whether a field may be written anew: the target tells all that the files say of it.

        Steps may have names, notes and reasons that the target does not get.
        """
        node = self._now.program.find(field.address.kind, field.address.id)
        if field.address in self._partial or node is None:
            return False
        return _STEPS not in field.keys or same(plain(node).get(_STEPS), field.keys[_STEPS][0])

    def _tried(self, field: _Field, *, whole: bool) -> _State | None:
        node = self._now.program.find(field.address.kind, field.address.id)
        if _TEMPLATE in field.keys and isinstance(node, Message):
            return self._template(node, *field.keys[_TEMPLATE])
        entry = node.place.entry if node is not None else None
        if entry is None or not isinstance(entry.value, Mapping):
            return None
        files = dict(self._now.files)
        try:
            for path, text in self._edited(entry.value, field, whole=whole):
                files[path] = encode(files[path], text)
        except CannotEditError:
            return None
        return self._made(files, self._now.templates)

    def _edited(self, body: Mapping, field: _Field, *, whole: bool) -> Iterator[tuple[str, str]]:
        """Yield the texts of the files with a field's keys; an overlay may be in another file."""
        homes: dict[str, list[str]] = {}
        for key in field.keys:
            homes.setdefault((body.child(key) or body).path, []).append(key)
        for path, keys in homes.items():
            source = self._now.sources[path].text
            editor = Editor(source, whole=whole)
            edits = [e for key in keys for e in editor.field(body, key, *field.keys[key])]
            if any(edit.span.path != path or self._varies(source, edit) for edit in edits):
                raise CannotEditError
            yield path, applied(source, edits)

    def _varies(self, source: str, edit: Edit) -> bool:
        """Say whether an edit would write one environment's value of a variable into all others."""
        written = source[edit.span.start : edit.span.end]
        return self._deployment.result.environment is not None and "${vars." in written

    def _template(self, node: Message, before: object, after: object) -> _State | None:
        file = node.content.file
        if file is None or self._now.templates.get(file) != before:
            return None
        templates = self._now.templates | {file: str(after)}
        return self._made(self._now.files, templates)

    def _made(self, files: dict[str, bytes], templates: dict[str, str]) -> _State:
        here = self._deployment.result.environment
        program, reading = analyse(files, templates, (), self._memory, READ_ONLY, environment=here)
        provider = self._deployment.provider
        bodies: dict[Address, Body] = {}
        if not reading.lost:
            for one in provider.compile(program).resources:
                bodies[one.address] = provider.normalise(one.address, one.body)
        return _State(files, templates, program, bodies, reading.sources)

    def _right(self, made: _State, field: _Field) -> bool:
        """Say whether the field is as on the target, and nothing else is another than before."""
        body = {k: v for k, v in self._now.bodies[field.address].items() if k != field.name}
        body |= _only(field.name, field.body)
        return same(made.bodies, self._now.bodies | {field.address: body})

    def refused(self, field: _Field) -> Left:
        """Return what is to be said of a field that was changed here and there."""
        reason = _BOTH if field.known else _UNKNOWN
        return Left(field.address, field.name, reason, field.clashes, self._where(field))

    def _where(self, field: _Field) -> str:
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
