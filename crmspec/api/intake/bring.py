"""Read an account into files, and try them until the next plan is empty."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.api.check import analyse, check_workspace
from crmspec.api.deploy import named_ids
from crmspec.api.examine import READ_ONLY
from crmspec.api.intake.choice import choose, selected
from crmspec.api.intake.layout import Layout, Written
from crmspec.api.intake.piece import Loss, Piece, hollow, joined
from crmspec.api.intake.stub import stubs, told
from crmspec.diagnostics import Diagnostic, Severity, Text, text
from crmspec.document import Mapping
from crmspec.engine import plan as planning
from crmspec.engine.apply import of_account
from crmspec.engine.body import same
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.policy import governed
from crmspec.engine.state import Entry, Recorded, State, replay
from crmspec.engine.way_back import UNTOLD, WordlessError
from crmspec.ir.convert import fields_of
from crmspec.ir.program import KEYS, KINDS
from crmspec.lower.survey import taken_kinds
from crmspec.providers.registry import table
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmspec.api.deploy import Deployment
    from crmspec.api.workspace import Workspace
    from crmspec.engine.body import Body
    from crmspec.engine.plan import Plan
    from crmspec.engine.resource import Address, Remote
    from crmspec.engine.survey import Seen
    from crmspec.ir import Program


_TEXTUAL = frozenset({"message", "block", "layout"})
_MARKS = ("{{", "{%")
_CODE = text("its texts hold template code of the target, which cannot be led back")


@dataclass
class Brought:
    """What an import makes: files to add, entries of the state, and what is lost.

    `errors` are what `check` still finds: `plan` refuses until they are corrected.
    """

    written: Written
    workspace: Workspace
    entries: dict[Address, Entry]
    seen: dict[Address, Seen]
    losses: list[Loss]
    kept: int
    errors: tuple[Diagnostic, ...] = ()
    pieces: dict[Address, Piece] = field(default_factory=dict)


@dataclass(frozen=True)
class _Fault:
    """Why an object cannot be as it is written; `field` is where, if one field is to blame."""

    address: Address
    field: str | None
    reason: Text
    there: object = None
    here: object = None


def bring(deployment: Deployment, folder: str, terms: Sequence[str] = ()) -> Brought:
    """Read what the project does not have yet; nothing is written, here or there.

    Raises:
        SelectionError: a term names nothing.
        TargetError: the target does not answer.
    """
    return _Bringing(deployment, folder).run(terms)


class _Bringing:
    """An import under way: pieces that are tried, and what had to be left out of them."""

    def __init__(self, deployment: Deployment, folder: str) -> None:
        self._deployment = deployment
        self._workspace = deployment.result.workspace
        head = f"Imported from `{deployment.target}` by `crmspec import`."
        layout = Layout(folder, self._workspace.files, self._workspace.templates)
        self._layout, self._memory = layout.headed(head), Memory()
        self._pieces: dict[Address, Piece] = {}
        self._actual: dict[Address, Remote] = {}
        self._losses: list[Loss] = []
        self._seen: dict[Address, Seen] = {}
        self._holders: dict[Address, set[Address]] = {}
        self._written = Written()
        self._kept = taken_kinds(table(deployment.settings))
        self._documents: list[Mapping] = []

    def run(self, terms: Sequence[str]) -> Brought:
        provider, state = self._deployment.provider, self._deployment.store.load()
        known = named_ids(self._deployment.settings) | planning.known(state)
        choice = choose(self._deployment, provider.survey(), known)
        ids = {address: one.id for address, one in choice.chosen.items()}
        self._actual = provider.read(known | ids)
        self._seen = selected(choice.chosen, self._actual, terms)
        self._losses += choice.left
        self._begin()
        while self._improved(state):
            pass
        made = Brought(
            self._written,
            self._whole(),
            self._entries(),
            self._seen,
            self._losses,
            choice.kept,
            pieces=self._pieces,
        )
        made.errors = self._judged(made)
        return made

    def _begin(self) -> None:
        """Make a piece of each object, and of what is folded into it."""
        provider, program = self._deployment.provider, self._deployment.result.program
        for address, one in self._seen.items():
            remote = self._actual.get(address)
            if remote is None:
                self._lose(_Fault(address, None, text("it was deleted meanwhile")))
                continue
            try:
                fields = provider.decode(address, remote.body)
            except WordlessError as error:
                self._lose(_Fault(address, None, error.reason))
                continue
            if hollow(address, fields):
                self._lose(_Fault(address, None, UNTOLD))
                continue
            note = one.id if remote.unmarked else ""
            self._pieces[address] = Piece(address, fields, remote, remark=note)
        for address in list(self._pieces):
            for own, part in provider.parts(address, self._actual[address].body).items():
                if program.find(own.kind, own.id) is None:
                    self._add(own, part)
                    self._holders.setdefault(own, set()).add(address)
                    self._pieces[own].users.add(address)

    def _add(self, address: Address, part: Body) -> None:
        """Add what is folded into an object; another object is completed by it.

        What several objects know a part of each, such as the properties of an event, is joined.
        """
        known = self._pieces.setdefault(address, Piece(address, part))
        if known.remote is not None:
            known.fields = part | known.fields
        else:
            known.fields = joined(known.fields, part)

    def _improved(self, state: State) -> bool:
        """Write all pieces; say whether one had to be changed for that."""
        self._written = self._layout.write(self._pieces)
        whole = self._whole()
        files, texts, here = whole.files, whole.templates, whole.environment
        program, reading = analyse(files, texts, (), self._memory, READ_ONLY, environment=here)
        found = list(stubs(program, self._pieces, self._kept))
        if found:
            for one in found:
                self._pieces[one.address] = one
                self._losses.append(told(one))
            return True
        self._documents = reading.documents
        faults = list(self._misread(reading.findings, program))
        faults = faults or list(self._refused(program)) or list(self._differing(program, state))
        for fault in faults:
            self._mend(fault)
        return bool(faults)

    def _whole(self) -> Workspace:
        """Return the project with the new files."""
        added = {path: one.encode() for path, one in self._written.files.items()}
        return structs.replace(
            self._workspace,
            files=self._workspace.files | added,
            templates=self._workspace.templates | self._written.templates,
            problems=(),
        )

    def _misread(self, findings: Iterable[Diagnostic], program: Program) -> Iterator[_Fault]:
        """Yield what in the new files is wrong before anything is compiled."""
        told: set[tuple[Address, str | None]] = set()
        for finding in findings:
            address = self._of(finding, program)
            if finding.level is Severity.ERROR and address is not None:
                name = self._field(address, finding)
                if (address, name) not in told:
                    told.add((address, name))
                    reason = _CODE if name is None and self._coded(address) else finding.message
                    yield _Fault(address, name, reason, self._there(address, name))

    def _coded(self, address: Address) -> bool:
        """Say whether texts of an object hold template code, so that some were not led back."""
        remote = self._pieces[address].remote
        texts = remote.body.values() if remote is not None else ()
        return address.kind in _TEXTUAL and any(
            mark in one for one in texts if isinstance(one, str) for mark in _MARKS
        )

    def _of(self, finding: Diagnostic, program: Program) -> Address | None:
        span = finding.label.span
        paths = program.project.paths
        folder = "templates/" if paths is None else f"{paths.templates}/"
        if span.path.startswith(folder):
            return self._written.sources.get(span.path.removeprefix(folder))
        return self._written.at(span.path, span.start)

    def _field(self, address: Address, finding: Diagnostic) -> str | None:
        for document in self._documents:
            found = document.descend([KEYS[address.kind], address.id])
            if document.path == finding.label.span.path and isinstance(found, Mapping):
                for entry in found:
                    if entry.key_start <= finding.label.span.start < entry.value.end:
                        return entry.key
        return None

    def _there(self, address: Address, name: str | None) -> object:
        piece = self._pieces[address]
        return piece.fields.get(name) if name is not None else piece.fields

    def _refused(self, program: Program) -> Iterator[_Fault]:
        """Yield what the target does otherwise, and the project has not accepted."""
        return self._misread(self._deployment.provider.audit(program), program)

    def _differing(self, program: Program, state: State) -> Iterator[_Fault]:
        """Yield what the next plan would change."""
        try:
            plan = self._planned(program, state)
        except TargetRejectedError as error:
            for address in [one for one, piece in self._pieces.items() if piece.remote]:
                if f"`{address}`" in error.message.english():
                    yield _Fault(address, None, error.message)
            return
        reasons = {one.address: one.reason for one in plan.remarks}
        for one in plan.remarks:
            if one.effect == "manual" and one.address in self._pieces:
                yield _Fault(one.address, None, one.reason)
        for change in plan.changes:
            address = change.address
            if address not in self._pieces:
                continue
            if change.desired is None:
                missing = text("the project would not bring it to the target")
                yield _Fault(address, None, reasons.get(address, missing))
            else:
                yield from self._unlike(plan, address)

    def _planned(self, program: Program, state: State) -> Plan:
        provider, settings = self._deployment.provider, self._deployment.settings
        entries = {str(one): entry for one, entry in self._entries().items()}
        return planning.make(
            governed(provider.compile(program), program, settings, provider.keeps),
            structs.replace(state, entries=state.entries | entries),
            self._actual,
            normalise=provider.normalise,
            kind=provider.kind,
            cost=provider.cost,
        )

    def _unlike(self, plan: Plan, address: Address) -> Iterator[_Fault]:
        wanted, there = plan.wanted[address].body, plan.actual[address].body
        owners = plan.wanted[address].owners
        for name in dict.fromkeys((*there, *wanted)):
            here, now = wanted.get(name), there.get(name)
            if not same(here, now) and owners.get(name, "code") == "code":
                yield _Fault(address, name, text("the language says it otherwise"), now, here)

    def _mend(self, fault: _Fault) -> None:
        """Leave a field to the target, or else the whole object."""
        piece = self._pieces.get(fault.address)
        if piece is None:
            return
        if fault.there is None and fault.field is not None and piece.spell_out(fault.field):
            return
        if piece.remote is None and fault.address in self._holders:
            for holder in sorted(self._holders[fault.address] & self._pieces.keys()):
                self._mend(_Fault(holder, None, fault.reason, fault.there))
            return
        shared = self._shared(piece, fault)
        if shared is not None:
            self._lose(replace(fault, reason=_once(shared)), partly=True)
            piece.keep(shared.kind)
        elif fault.field is not None and self._may_leave(piece, fault.field):
            self._lose(fault, partly=True)
            piece.leave(self._ownable(piece, fault.field) or fault.field)
        else:
            self._lose(fault)
            del self._pieces[fault.address]
            self._unfold(fault.address)

    def _unfold(self, gone: Address) -> None:
        """Take away what was folded into nothing but an object that is left out."""
        for address, holders in self._holders.items():
            holders.discard(gone)
            piece = self._pieces.get(address)
            if not holders and piece is not None and piece.remote is None:
                del self._pieces[address]

    def _may_leave(self, piece: Piece, name: str) -> bool:
        """Say whether a field may be left to the target, and the project has a name to say so."""
        return piece.may_do_without(name) and self._ownable(piece, name) is not None

    def _shared(self, piece: Piece, fault: _Fault) -> Address | None:
        """Return what is folded into a field and comes once, if it is the same but for its parts.

        A message is another thing without its channel: it names it still, and has its own there.
        """
        name, here, there = fault.field, fault.here, fault.there
        if piece.remote is None or name not in piece.fields or name in piece.owners:
            return None
        if piece.may_do_without(name) or not isinstance(here, dict) or not isinstance(there, dict):
            return None
        parts = self._deployment.provider.parts(piece.address, piece.remote.body)
        alike = all(here.get(one) == there.get(one) for one in ("id", "type"))
        return next((own for own in parts if alike and own.kind == name), None)

    def _ownable(self, piece: Piece, name: str) -> str | None:
        """Return the field of the language that a field of a body is, or that has this name."""
        known = fields_of(KINDS[KEYS[piece.address.kind]][1])
        keeps, body = self._deployment.provider.keeps, piece.remote.body if piece.remote else {}
        found = (one for one in known if name in keeps(piece.address, one, body))
        return next(found, name if name in known else None)

    def _lose(self, fault: _Fault, *, partly: bool = False) -> None:
        """Tell of an object that is left out, or, `partly`, of a field of it."""
        seen = self._seen.get(fault.address)
        loss = Loss(
            "field" if partly else "object",
            fault.address.kind,
            seen.id if seen else "",
            seen.title if seen else fault.address.id,
            fault.reason,
            str(fault.address) if partly else None,
            fault.field,
            fault.there,
            fault.here,
        )
        self._losses.append(loss)

    def _entries(self) -> dict[Address, Entry]:
        now = self._deployment.clock.now().isoformat(timespec="seconds")
        return {
            address: Entry(
                one.remote.id,
                one.remote.revision,
                one.remote.fingerprint,
                one.remote.body,
                now,
                unmarked=one.remote.unmarked,
            )
            for address, one in self._pieces.items()
            if one.remote is not None
        }

    def _judged(self, made: Brought) -> tuple[Diagnostic, ...]:
        """Note at the pieces which errors they have there already; return those that remain."""
        errors = _errors(made.workspace)
        while any(list(map(self._ignored, errors))):
            self._written = made.written = self._layout.write(self._pieces)
            made.workspace = self._whole()
            errors = _errors(made.workspace)
        return errors

    def _ignored(self, finding: Diagnostic) -> bool:
        """Note a finding at the piece that it is about, if it has one, and not yet."""
        address = self._written.at(finding.label.span.path, finding.label.span.start)
        if address is None or finding.code.id in self._pieces[address].ignored:
            return False
        self._pieces[address].ignored.add(finding.code.id)
        return True


def _once(address: Address) -> Text:
    return text("`{address}` comes once, and is otherwise in this object", address=str(address))


def _errors(workspace: Workspace) -> tuple[Diagnostic, ...]:
    found = check_workspace(workspace).report.findings
    return tuple(one for one in found if one.level is Severity.ERROR)


def keep(deployment: Deployment, brought: Brought) -> State:
    """Note in the state that the objects are the project's, as they are; the lock is held."""
    state = of_account(deployment.store.load(), deployment.provider.whoami())
    for address, entry in sorted(brought.entries.items()):
        state = replay(state, Recorded(str(address), entry))
    return deployment.store.save(state)
