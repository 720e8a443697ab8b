"""`sheet` and `confirm`: what is to be done by hand, and that it was done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import structs

from crmspec.api.audit import note
from crmspec.diagnostics import text
from crmspec.diagnostics.suggestion import nearest
from crmspec.document import read
from crmspec.document.write import block
from crmspec.engine.encode import written
from crmspec.engine.error import StalePlanError, UnknownTargetError
from crmspec.engine.file_name import file_name
from crmspec.engine.sheet import MARKS, TEXTS
from crmspec.engine.state import replay
from crmspec.engine.task import Deed, version
from crmspec.engine.text import lines_of_differences
from crmspec.ir import build
from crmspec.ir.program import KEYS
from crmspec.render.sheet import markdown, page
from crmspec.render.sheet.build import Builder, command
from crmspec.render.sheet.changed import changes
from crmspec.render.sheet.model import Changed, Sheet
from crmspec.render.sheet.speech import Speech
from crmspec.render.view import View

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from pathlib import Path

    from crmspec.api.deploy import Deployment
    from crmspec.engine.resource import Address, Resource
    from crmspec.engine.state import Confirmation
    from crmspec.engine.task import Task
    from crmspec.ir import Program

Format: TypeAlias = Literal["markdown", "html"]
ENDINGS: dict[Format, str] = {"markdown": "md", "html": "html"}
_FORMER = "former.yaml"


@dataclass(frozen=True)
class Written:
    """The files that were written, the index first, and the pages that were removed."""

    paths: tuple[Path, ...]
    removed: tuple[Path, ...] = ()


class Desk:
    """The build sheets of a target, for one reader."""

    def __init__(self, deployment: Deployment, lang: str, format_: Format = "markdown") -> None:
        self._deployment, self._format = deployment, format_
        self.program = deployment.result.program
        self.tasks = {task.address: task for task in deployment.tasks()}
        self._resources = {sheet.address: sheet for sheet in deployment.wanted.sheets}
        self._view = View(self.program, lang, deployment.sources)
        self._linked = frozenset(map(str, self.tasks))

    def chosen(self, terms: Iterable[str]) -> list[Address]:
        """Return the addresses that the terms name, such as `chain.welcome` or `segment.*`.

        Raises:
            UnknownTargetError: a term names nothing that is done by hand.
        """
        known = {str(address): address for address in (*self.tasks, *self._resources)}
        found: dict[Address, None] = {}
        for term in terms:
            named = [address for name, address in known.items() if fnmatchcase(name, term)]
            if not named:
                raise _unknown(term, known)
            found.update(dict.fromkeys(named))
        return list(found)

    def sheet(self, address: Address) -> Sheet:
        """Return the sheet of one resource, whether or not it is done."""
        task, resource = self.tasks.get(address), self._resources.get(address)
        if task is not None and task.deed is Deed.REMOVE:
            return self._here(self._removal(task))
        if resource is None:
            raise _unknown(str(address), {})
        made = self._here(self._builder(self.program).sheet(resource))
        if task is None:
            return structs.replace(made, done=self._done(address))
        if task.deed is Deed.BUILD or task.before is None:
            return structs.replace(made, deed=task.deed)
        changed = self._changes(task, resource, made)
        done = self._confirmed(task.before)
        return structs.replace(made, deed=task.deed, changes=changed, done=done)

    def _here(self, sheet: Sheet) -> Sheet:
        """Return the sheet with the environment in its command."""
        environment = self._deployment.result.environment
        if environment is None:
            return sheet
        return structs.replace(sheet, command=f"{sheet.command} --environment {environment}")

    def page(self, sheet: Sheet) -> str:
        """Return a sheet as text in the desk's format."""
        make = page.page if self._format == "html" else markdown.page
        return make(sheet, self._speech(self.program))

    def write(self, folder: Path, addresses: Iterable[Address]) -> Written:
        """Write sheets and a page that lists them into a folder.

        Pages of this target that are no open sheets any more are removed.
        """
        chosen = list(addresses)
        self._linked = frozenset(map(str, chosen))
        sheets = [self.sheet(address) for address in chosen]
        make = page.index if self._format == "html" else markdown.index
        target = self._deployment.settings
        listed = make(sheets, self._speech(self.program), target.title or target.id)
        ending = ENDINGS[self._format]
        pages = {f"index.{ending}": listed}
        pages |= {file_name(f"{one.address}.{ending}"): self.page(one) for one in sheets}
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in pages.items():
            (folder / name).write_text(content, encoding="utf-8")
        removed = tuple(self._stale(folder, pages))
        for path in removed:
            path.unlink()
        return Written(tuple(folder / name for name in pages), removed)

    def _stale(self, folder: Path, pages: Container[str]) -> Iterator[Path]:
        """Yield the pages that were once written for this target, and are no open sheets."""
        ending = ENDINGS[self._format]
        still = {file_name(f"{address}.{ending}") for address in self.tasks}
        for path in sorted(folder.glob(f"*.*.{ending}")):
            if path.name in pages or path.name in still or path.is_symlink():
                continue
            confirms = self._confirms(path.name.removesuffix(f".{ending}"))
            if path.is_file() and confirms.search(path.read_text("utf-8", errors="replace")):
                yield path

    def _confirms(self, address: str) -> re.Pattern[str]:
        """Return what finds the command of the page of an address, which only crmspec writes."""
        environment = self._deployment.result.environment
        line = f"crmspec confirm {address} --target {self._deployment.settings.id} --sheet "
        after = "(?! --environment)" if environment is None else f" --environment {environment}\\b"
        return re.compile(rf"{re.escape(line)}\w+\b{after}")

    def _speech(self, program: Program) -> Speech:
        view = self._view
        if program is not self.program:
            view = View(program, view.lang, view.sources)
        return Speech(view, self._linked, ENDINGS[self._format])

    def _builder(self, program: Program) -> Builder:
        return Builder(self._deployment.sheets, self._speech(program))

    def _removal(self, task: Task) -> Sheet:
        target, speech = self._deployment.settings, self._speech(self.program)
        before = task.before
        return Sheet(
            address=str(task.address),
            kind=self._builder(self.program).kind(task.address.kind),
            title=str(before.body.get("title", task.address.id)) if before else task.address.id,
            target=target.title or target.id,
            platform=target.platform,
            deed=task.deed,
            command=command(task.address, target, None),
            version=version(None),
            done=self._confirmed(before) if before is not None else "",
            about=speech.view.say(task.reason),
        )

    def _changes(self, task: Task, resource: Resource, made: Sheet) -> tuple[Changed, ...]:
        """Return what differs in words; where the old state cannot be read, as data."""
        old = _former(task, self.program)
        speech = self._speech(self.program)
        found: tuple[Changed, ...] = ()
        if old is not None and task.before is not None:
            before = structs.replace(resource, body=task.before.body)
            found = changes(self._builder(old).sheet(before), made, speech)
        if found:
            return found
        lines = tuple(lines_of_differences(task.fields, speech.view.say))
        return (Changed(label=str(task.address), before="", after="\n".join(lines)),)

    def _done(self, address: Address) -> str:
        entry = self._deployment.store.load().entries.get(str(address))
        return self._confirmed(entry.by_hand) if entry is not None and entry.by_hand else ""

    def _confirmed(self, how: Confirmation) -> str:
        at = self._view.words.amount.date(how.at.removesuffix("+00:00"))
        return self._speech(self.program).word("confirmed", by=how.by, at=f"{at} UTC")


def _unknown(term: str, known: Iterable[str]) -> UnknownTargetError:
    close = nearest(term, known)
    listed = text("`crmspec sheet` lists what is done by hand")
    return UnknownTargetError(
        text("`{address}` is not done by hand on this target", address=term),
        text("did you mean `{name}`?", name=close) if close else listed,
    )


def _former(task: Task, program: Program) -> Program | None:
    """Return the program with the resource as it was when it was confirmed."""
    address, key = task.address, KEYS[task.address.kind]
    if task.before is None:
        return None
    body = {name: it for name, it in task.before.body.items() if name not in {TEXTS, MARKS}}
    file = block({key: {address.id: written(body, address)}}, 0)
    built = build(read(_FORMER, file.encode()).documents, frozenset(), program.files)
    old = built.find(address.kind, address.id)
    if old is None:
        return None
    return structs.replace(program, **{key: getattr(program, key) | {address.id: old}})


def confirm(
    deployment: Deployment, terms: Iterable[str], by: str, sheet: str | None = None
) -> list[Address]:
    """Note in the state that sheets were done as they are now; return those that were open.

    `sheet` is the version that was done; with it, a sheet that has changed since is refused.

    Raises:
        UnknownTargetError: a term names nothing that is done by hand.
        StalePlanError: the sheet is not the one that was done.
        StateLockedError: another run holds the state.
    """
    with deployment.store.lock():
        desk = Desk(deployment, "en")
        done = [desk.tasks[one] for one in desk.chosen(terms) if one in desk.tasks]
        for task in done:
            _same(task, sheet)
        state = deployment.store.load()
        if not state.lineage:
            state = deployment.store.save(state)
        at = deployment.clock.now().isoformat(timespec="seconds")
        for task in done:
            record = task.confirmed(by, at)
            deployment.store.append(record)
            state = replay(state, record)
            note(deployment, task, by)
        deployment.store.save(state)
    return [task.address for task in done]


def _same(task: Task, sheet: str | None) -> None:
    if sheet is None or sheet == version(task.body):
        return
    raise StalePlanError(
        text("the sheet of `{address}` changed since it was printed", address=str(task.address)),
        text("print it anew: `crmspec sheet {address}`", address=str(task.address)),
    )
