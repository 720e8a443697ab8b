"""A folder as a provider: JSON, texts in a template language, and build sheets to hand over."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.engine.attempt import gone
from crmspec.engine.body import REFERENCE, is_reference
from crmspec.engine.change import Cost, Kind
from crmspec.engine.encode import kept, written
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.file_name import file_name
from crmspec.engine.resource import Address, Remote, references
from crmspec.engine.survey import Seen, marked
from crmspec.engine.task import Deed
from crmspec.ir.program import KEYS, KINDS
from crmspec.lower.name import author_title, tidy
from crmspec.providers.files.compile import COMPILED, audit, compiled, prepared
from crmspec.providers.files.folder import Folder, Found
from crmspec.providers.last import Last
from crmspec.render.sheet import markdown, page
from crmspec.render.sheet.build import Builder
from crmspec.render.sheet.speech import Speech
from crmspec.render.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from crmspec.diagnostics import Diagnostic
    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Desired
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.lower.capability import Budget

_SHEETS: Final = (".sheet.md", ".sheet.html")
_SENT: Final = frozenset({"chain", "broadcast"})
_KINDS: Final = {key: kind for kind, key in KEYS.items()}
_FILE: Final = "$file"


class FilesProvider:
    """One folder, for one project; every resource is a JSON file with others beside it."""

    version = "files 1"
    width = 1
    budgets: tuple[Budget, ...] = ()

    def __init__(
        self, project: str, target: Target, root: Path, within: Path | None = None
    ) -> None:
        self._project, self._target = project, target
        self._marker = f"crmspec:{project}/"
        self._folder = Folder(root, within)
        self._last = Last(partial(prepared, target=target))
        self._builder = Last(self._building)
        self._swept = False
        self._addresses: dict[str, Address] = {}

    def whoami(self) -> str:
        """Return the name of the folder, which is the same on every machine."""
        return f"files in {self._target.options.get('folder', self._target.id)}"

    def audit(self, program: Program) -> Iterator[Diagnostic]:
        """Yield wrong settings, and what the template language cannot say."""
        return audit(self._last.of(program))

    def compile(self, program: Program) -> Desired:
        """Return what the project wants in the folder."""
        return compiled(self._last.of(program))

    def normalise(self, address: Address, body: Body) -> Body:
        """Return the body with the name as it is written, without superfluous spaces."""
        body = body | {"title": tidy(str(body["title"]))}
        if address.kind not in _SENT or self._target.activate == "manual":
            body.pop("status", None)
        return body

    def decode(self, address: Address, body: Body) -> Body:
        """Return a body as an author writes it; compiled texts lead back nowhere."""
        own = {key: value for key, value in body.items() if key != COMPILED}
        named = author_title(str(body["title"]), address.id, self._target, self._project)
        return written(own, address) | named

    def parts(self, address: Address, body: Body) -> dict[Address, Body]:  # noqa: ARG002 - a port
        """Return nothing: each resource has a file of its own."""
        return {}

    def keeps(self, address: Address, field: str, body: Body) -> tuple[str, ...]:
        """Return where bodies of the language's own form keep a field."""
        return kept(address, field, body)

    def survey(self) -> Iterator[Seen]:
        """Yield all objects of the folder.

        Raises:
            TargetError: the folder cannot be read.
        """
        for one in self._folder.every():
            yield _seen(one)

    def rehearse(
        self,
        changes: Sequence[Change],  # noqa: ARG002 - as the port has it
        ids: Mapping[Address, str],  # noqa: ARG002
    ) -> Iterator[Diagnostic]:
        """Yield nothing: nobody judges here."""
        return iter(())

    def missing(self, addresses: Sequence[Address]) -> Iterator[Diagnostic]:  # noqa: ARG002
        """Yield nothing: nobody makes anything by hand there."""
        return iter(())

    def people(self, address: Address, id_: str) -> int | None:  # noqa: ARG002 - a port
        """Return nothing: nobody is on the way in files."""
        return None

    def kind(self, change: Change) -> Kind:
        """Return the kind as it is: files are replaced and deleted in place."""
        return change.kind

    def cost(self, change: Change) -> Cost:
        """Return the one object that is written."""
        return Cost({"files": 1}) if change.writes else Cost()

    def read(self, known: Mapping[Address, str]) -> dict[Address, Remote]:
        """Return the project's objects.

        Raises:
            TargetError: the folder cannot be read, or holds two objects with one marker.
        """
        by_path = {path: a for a, path in known.items() if _of_kind(path, a.kind)}
        found: dict[Address, Found] = {}
        for one in self._folder.every():
            address = by_path.get(one.path) or self._marked(one)
            if address is None:
                continue
            if address in found:
                raise self._twice(address, found[address], one)
            found[address] = one
        seen = {one.path for one in found.values()}
        for path in by_path.keys() - seen:
            lost = self._folder.known(path)
            if lost is not None:
                found.setdefault(by_path[path], lost)
        self._addresses = {one.path: address for address, one in found.items()}
        return {address: self._remote(address, one) for address, one in found.items()}

    def closely(self, remotes: Mapping[Address, Remote]) -> dict[Address, Remote]:  # noqa: ARG002 - a port
        """Return nothing: `read` tells all."""
        return {}

    def find(self, address: Address, id_: str | None) -> Remote | None:
        """Return one object afresh."""
        if id_ is None:
            return self.read({}).get(address)
        found = self._folder.known(id_)
        return self._remote(address, found) if found is not None else None

    def apply(self, change: Change, ids: Mapping[Address, str]) -> Remote | None:
        """Write or remove one object; a moved one keeps its files."""
        if not self._swept:
            self._folder.sweep()
            self._swept = True
        remote, address = change.remote, change.address
        if change.kind is Kind.DELETE or change.desired is None:
            if remote is not None:
                self._folder.remove(remote.id, remote.revision, _written(remote.id, change))
            return None
        path = remote.id if remote is not None else self._free(address)
        if remote is not None and self._folder.known(path) is None:
            raise gone(change)
        body = change.desired.body
        self._addresses[path] = address
        own = {key: value for key, value in body.items() if key != COMPILED}
        payload = {key: _to_files(value, ids) for key, value in own.items()}
        texts = dict(_texts(path, body)) | self._pages(path, change)
        before = remote.revision if remote is not None else None
        key, known = self._key(address), _written(path, change)
        found = self._folder.write(path, key, payload, texts, before, written=known)
        return self._remote(address, found)

    def _free(self, address: Address) -> str:
        """Return where a new object goes: beside one that another project keeps there."""
        path = _path(address)
        taken = self._folder.find(path) is not None
        return f"{path}.{file_name(self._project)}" if taken else path

    def _pages(self, path: str, change: Change) -> dict[str, str]:
        """Return the build sheets of an object, for those who set it up by hand."""
        made, address = self._last.made, change.address
        node = made.sheets.program.find(address.kind, address.id) if made is not None else None
        if made is None or node is None or change.desired is None:
            return {}
        builder = self._builder.of(made.sheets.program)
        built = builder.sheet(made.sheets.sheet(address.kind, node))
        sheet = replace(built, deed=Deed.BUILD, command="", source="")
        stem = path.rpartition("/")[2]
        pages = (markdown.page(sheet, builder.speech), page.page(sheet, builder.speech))
        return {f"{stem}{end}": text for end, text in zip(_SHEETS, pages, strict=True)}

    def _building(self, program: Program) -> Builder:
        """Return what makes all sheets: who uses what is found once for them."""
        lang = str(self._target.options.get("lang", "en"))
        return Builder(self._last.of(program).sheets, Speech(View(program, lang), frozenset()))

    def _key(self, address: Address) -> str:
        return f"{self._marker}{address.kind}/{address.id}"

    def _marked(self, found: Found) -> Address | None:
        key = found.object.marker or ""
        kind, _, id_ = key.removeprefix(self._marker).partition("/")
        ours = key.startswith(self._marker) and kind in KEYS and id_
        return Address(kind, id_) if ours else None

    def _remote(self, address: Address, found: Found) -> Remote:
        if found.damaged:
            return Remote(
                id=found.path,
                revision=found.revision,
                body={"title": address.id},
                changed_at=found.changed_at,
                unreadable=True,
            )
        body = {key: self._from_files(it) for key, it in found.object.payload.items()}
        compiled = {
            field: found.texts[name]
            for name in found.object.files
            if (field := _field(found.path, name)) is not None and name in found.texts
        }
        if compiled:
            body[COMPILED] = compiled
        body.setdefault("title", address.id)
        whose = _seen(found).project
        return Remote(
            id=found.path,
            revision=found.revision,
            body=self.normalise(address, body),
            depends=tuple(sorted(references(body))),
            changed_at=found.changed_at,
            unmarked=found.object.marker != self._key(address),
            project=whose if whose != self._project else None,
        )

    def _from_files(self, value: object) -> object:
        if isinstance(value, dict):
            if value.keys() == {_FILE}:
                path = str(value[_FILE])
                return {REFERENCE: str(self._addresses.get(path) or _address(path))}
            return {key: self._from_files(item) for key, item in value.items()}
        return [self._from_files(item) for item in value] if isinstance(value, list) else value

    def _twice(self, address: Address, one: Found, other: Found) -> TargetRejectedError:
        return TargetRejectedError(
            text(
                "the target holds two objects for `{address}`: {one} and {other}",
                address=str(address),
                one=one.path,
                other=other.path,
            ),
            text("delete the one that is not in use"),
            status=409,
            fatal=True,
        )


def _seen(found: Found) -> Seen:
    kind, *_ = KINDS.get(found.path.partition("/")[0], ("",))
    title = str(found.object.payload.get("title"))
    return marked(Seen(kind=kind, title=title, id=found.path), found.object.marker)


def _of_kind(path: str, kind: str) -> bool:
    return path.partition("/")[0] == KEYS[kind]


def _path(address: Address) -> str:
    return f"{KEYS[address.kind]}/{file_name(address.id)}"


def _address(path: str) -> Address:
    folder, _, name = path.partition("/")
    return Address(_KINDS.get(folder, folder), unquote(name))


def _to_files(value: object, ids: Mapping[Address, str]) -> object:
    """Return what a file says: references as the paths of other objects."""
    if isinstance(value, dict):
        if is_reference(value):
            address = Address.parse(str(value[REFERENCE]))
            return {_FILE: ids.get(address) or _path(address)}
        return {key: _to_files(item, ids) for key, item in value.items()}
    return [_to_files(item, ids) for item in value] if isinstance(value, list) else value


def _texts(path: str, body: Body) -> Iterator[tuple[str, str]]:
    """Yield the compiled texts by file name: `welcome.html`, `welcome.subject.txt`."""
    stem, compiled = path.rpartition("/")[2], body.get(COMPILED)
    for field, written_ in compiled.items() if isinstance(compiled, dict) else ():
        end = "" if field == "html" or field.endswith(".html") else ".txt"
        yield f"{stem}.{file_name(field)}{end}", str(written_)


def _written(path: str, change: Change) -> dict[str, str]:
    """Return the files that an object had when it was applied last; of build sheets, the names."""
    if change.entry is None:
        return {}
    sheets = {f"{path.rpartition('/')[2]}{end}": "" for end in _SHEETS}
    return sheets | dict(_texts(path, change.entry.body))


def _field(path: str, name: str) -> str | None:
    """Return the field that a file holds, or None for a build sheet."""
    end = name.removeprefix(path.rpartition("/")[2])
    if end in _SHEETS:
        return None
    return end.removeprefix(".").removesuffix(".txt")
