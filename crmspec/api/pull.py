"""`pull`: write what people changed on a target into the project's files, comments and all kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmspec.api.check import analyse
from crmspec.api.edit import CannotEditError, Editor, applied
from crmspec.api.examine import READ_ONLY
from crmspec.api.fix import Change, encode, write
from crmspec.diagnostics import Text, text
from crmspec.document import Mapping
from crmspec.engine.body import same
from crmspec.ir.message import Message
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.api.deploy import Deployment
    from crmspec.diagnostics import Edit
    from crmspec.engine.body import Body
    from crmspec.engine.plan import Plan
    from crmspec.engine.resource import Address
    from crmspec.ir import Program
    from crmspec.source import Source

_TEMPLATE = "source"
_UI = "ui"


@dataclass(frozen=True)
class Left:
    """A field (or object, if None) that could not be brought into the project, and why."""

    address: Address
    field: str | None
    reason: Text


@dataclass(frozen=True)
class Pulled:
    """The files before and after, the fields that they now have, and what is left."""

    changes: tuple[Change, ...]
    fields: tuple[tuple[Address, str], ...]
    left: tuple[Left, ...]


@dataclass(frozen=True)
class _Field:
    """A field of a body to bring over, and what becomes of the keys that an author writes for it.

    `keys` lead from what they say in the project to what they say on the target; None is absent.
    """

    address: Address
    name: str
    keys: dict[str, tuple[object, object]]


@dataclass(frozen=True)
class _State:
    """Files and templates as they would be, the program they make, and its bodies."""

    files: dict[str, bytes]
    templates: dict[str, str]
    program: Program
    bodies: dict[Address, Body]
    sources: dict[str, Source]


def pull(deployment: Deployment, select: Sequence[str] = (), *, keep: bool = False) -> Pulled:
    """Bring edits by hand into the files, of the selected resources or all; `keep` the files.

    Each is tried in the smallest edit first, then as a field written anew; what would then not
    compile to what is on the target, or would change anything else, is left as it was.
    """
    plan = deployment.plan(select)
    puller = _Puller(deployment, plan)
    left, done = list(_gone(plan)), []
    for field in _fields(plan, deployment):
        if puller.bring(field):
            done.append((field.address, field.name))
        else:
            left.append(Left(field.address, field.name, _REASON))
    changes = tuple(puller.changes())
    if not keep:
        for change in changes:
            path = deployment.result.workspace.root / change.path
            write(path, deployment.result.workspace.files.get(change.path, b""), change.after)
    return Pulled(changes, tuple(done), tuple(left))


_REASON = text("the project has no words for it, or uses its own in several places")


def _gone(plan: Plan) -> Iterator[Left]:
    for change in plan.changes:
        if change.remote is None and change.conflicts:
            reason = text("deleted there: delete it here, or apply with `--overwrite`")
            yield Left(change.address, None, reason)
        elif change.desired is None and change.conflicts:
            yield Left(change.address, None, text("changed there, and deleted here"))


def _fields(plan: Plan, deployment: Deployment) -> Iterator[_Field]:
    edited = {c.address: [one.path for one in c.conflicts] for c in plan.changes if c.desired}
    for address, wanted in sorted(plan.wanted.items()):
        remote = plan.actual.get(address)
        if remote is None:
            continue
        theirs = [name for name, owner in wanted.owners.items() if owner == _UI]
        names = dict.fromkeys((*edited.get(address, ()), *theirs))
        changed = [n for n in names if not same(wanted.body.get(n), remote.body.get(n))]
        for name in changed:
            yield _Field(address, name, _keys(deployment, address, name, wanted.body, remote.body))


def _keys(
    deployment: Deployment, address: Address, name: str, wanted: Body, there: Body
) -> dict[str, tuple[object, object]]:
    """Return the keys that differ when one field of a body is as it is on the target.

    A body's own words may be an author's or a vendor's: `filters` are `all` and `any` in YAML.
    """
    body = {key: value for key, value in wanted.items() if key != name}
    if name in there:
        body[name] = there[name]
    before = deployment.provider.decode(address, wanted)
    after = deployment.provider.decode(address, body)
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
        for whole in (False,) if field.address in self._partial else (False, True):
            made = self._tried(field, whole=whole)
            if made is not None and self._right(made, field):
                self._now = made
                return True
        return False

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
        there = self._plan.actual[field.address].body
        expected = dict(self._now.bodies)
        body = {k: v for k, v in expected[field.address].items() if k != field.name}
        if field.name in there:
            body[field.name] = there[field.name]
        expected[field.address] = body
        return same(made.bodies, expected)

    def changes(self) -> Iterator[Change]:
        """Yield the files that differ."""
        first, now = self._first, self._now
        for path, source in now.sources.items():
            if path in first.sources and first.sources[path].text != source.text:
                yield Change(path, first.sources[path].text, source.text)
