"""Find environments that would use one secret, or write to one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, json

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.document.codes import SHARED_SECRET
from crmspec.document.given import environments, variables
from crmspec.document.node import Entry, Mapping
from crmspec.document.overlay import overlaid
from crmspec.document.variable import interpolate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Table

    from crmspec.document.node import Node
    from crmspec.source import Source

_WAYS: Final = frozenset({"env", "file", "command", "keyring"})
"""How a secret is named."""


class Use(Struct, frozen=True):
    """A target as an environment uses it, with its settings there."""

    environment: Entry
    target: Entry

    @property
    def place(self) -> Node:
        """Return where it is said which account it is."""
        value = self.target.value
        return value.child("credentials") or value.child("url") or value


def shared(documents: list[Mapping], sources: Table[str, Source]) -> Iterator[Diagnostic]:
    """Yield a finding for each target whose secret or account another environment uses as well."""
    known = environments(documents)
    if len(known) < 2:  # noqa: PLR2004 - two meet
        return
    first: dict[str, Use] = {}
    for environment in known.values():
        for use in _uses(documents, environment, sources):
            others = [first.setdefault(key, use) for key in _accounts(use.target.value)]
            other = next((one for one in others if one.environment is not environment), None)
            if other is not None:
                yield _finding(use, other)


def _uses(
    documents: list[Mapping], environment: Entry, sources: Table[str, Source]
) -> Iterator[Use]:
    """Yield the targets that an environment is deployed to."""
    given, _ = variables(documents, environment)
    values = {name: one.value for name, one in given.items()}
    parts = [_only(one, "targets") for one in documents] + [
        _only(one, "environments") for one in documents
    ]
    filled, _ = interpolate([one for one in parts if one.entries], values, sources)
    here = environments(filled).get(environment.key)
    if here is None:
        return
    chosen = here.value.child("targets")
    for document in filled:
        section = overlaid(document, here)[0].child("targets")
        for entry in section if isinstance(section, Mapping) else ():
            if chosen is None or entry.key in _names(chosen.data):
                yield Use(environment, entry)


def _only(document: Mapping, section: str) -> Mapping:
    kept = {key: entry for key, entry in document.entries.items() if key == section}
    return Mapping(document.path, document.start, document.end, kept)


def _names(data: object) -> list[object]:
    return data if isinstance(data, list) else [data]


def _accounts(target: Node) -> Iterator[str]:
    """Yield what tells the account of a target from others: its secrets, or else its address."""
    settings = target.data if isinstance(target.data, dict) else {}
    if settings.get("mode") == "build_sheet":
        return
    if settings.get("credentials"):
        yield from _secrets(settings["credentials"])
    elif settings.get("url") or settings.get("options"):
        place = [settings.get(key) for key in ("platform", "url", "options")]
        yield json.encode(place, order="deterministic").decode()


def _secrets(credentials: object) -> Iterator[str]:
    if not isinstance(credentials, dict):
        return
    for way, value in credentials.items():
        if isinstance(value, dict) and way not in _WAYS:
            yield from _secrets(value)
        else:
            yield json.encode([way, value], order="deterministic").decode()


def _finding(use: Use, other: Use) -> Diagnostic:
    mine, theirs = use.place, other.place
    related = [Label(use.environment.key_span, text("used here"))]
    if mine.span != theirs.span:
        related.append(Label(theirs.span, text("and for `{name}`", name=other.environment.key)))
    return Diagnostic(
        code=SHARED_SECRET,
        message=text(
            "`{one}` and `{two}` use the same account for `{target}`",
            one=other.environment.key,
            two=use.environment.key,
            target=use.target.key,
        ),
        label=Label(mine.span),
        related=tuple(related),
        help=(
            text(
                "give it credentials of its own: `overlay: {{targets: {{{target}: …}}}}`",
                target=use.target.key,
            ),
            text("if it is meant so: `# crmspec: ignore[CRM032] why`"),
        ),
    )
