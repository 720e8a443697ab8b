"""What an import did and what is lost in it: as text, JSON and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.api.intake.account import homes
from crmspec.diagnostics import Text, text
from crmspec.document.write import flow
from crmspec.ir.program import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.api.intake.bring import Brought
    from crmspec.api.intake.piece import Effect, Loss

    Say = Callable[[Text], str]

FORMAT = "crmspec-import"
VERSION = 1
_LONGEST = 160
_HEADS: dict[Effect, Text] = {
    "object": text("not in the project, since it cannot be said"),
    "field": text("left to the target, since it cannot be said"),
    "name": text("only the name is known"),
    "left": text("none of this project's"),
}


def plain(made: Brought, target: str) -> dict[str, object]:
    """Return the report as JSON data."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "target": target,
        "kept": made.kept,
        "files": {path: [str(one) for one in listed] for path, listed in homes(made).items()},
        "templates": sorted(made.written.templates),
        "adopted": {str(address): entry.id for address, entry in sorted(made.entries.items())},
        "losses": [_loss(one) for one in made.losses],
        "errors": [
            {"code": one.code.id, "path": one.label.span.path, "message": one.message.english()}
            for one in made.errors
        ],
    }


def _loss(loss: Loss) -> dict[str, object]:
    fields = {name: getattr(loss, name) for name in loss.__dataclass_fields__}
    return fields | {"reason": loss.reason.english()}


def as_json(made: Brought, target: str) -> str:
    """Return the report as a JSON document."""
    encoded = msgspec.json.encode(plain(made, target))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def as_text(made: Brought, target: str, say: Say) -> str:
    """Return the report as people read it in a terminal."""
    lines = [say(_count(made, target))]
    for path, listed in homes(made).items():
        lines.append(f"  + {path:<44} {_kinds([one.kind for one in listed])}")
    lines += [f"  + {path}" for path in sorted(made.written.templates)]
    for head, losses in _groups(made):
        lines += ["", f"{say(head)}:"]
        for loss in losses:
            lines.append(f"  ! {_name(loss)}: {say(loss.reason)}")
            lines += [f"      {line}" for line in _values(loss, say)]
    lines += _errors(made, say)
    return "\n".join(lines) + "\n"


def as_markdown(made: Brought, target: str, say: Say) -> str:
    """Return the report as a document to keep."""
    lines = [f"# {say(text('import from {target}', target=f'`{target}`'))}", ""]
    lines += [say(_count(made, target)), ""]
    for path, listed in homes(made).items():
        lines.append(f"- `{path}`: {_kinds([one.kind for one in listed])}")
    for head, losses in _groups(made):
        lines += ["", f"## {say(head)}", ""]
        for loss in losses:
            lines.append(f"- `{_name(loss)}`: {say(loss.reason)}")
            lines += [f"  - `{line}`" for line in _values(loss, say)]
    lines += _errors(made, say)
    return "\n".join(lines) + "\n"


def _count(made: Brought, target: str) -> Text:
    count, kept = len(made.entries), made.kept
    files = len(made.written.files) + len(made.written.templates)
    if files == 1:
        return text(
            "{count} read from `{target}` into 1 new file; {kept} were here already",
            count=count,
            target=target,
            kept=kept,
        )
    return text(
        "{count} read from `{target}` into {files} new files; {kept} were here already",
        count=count,
        target=target,
        files=files,
        kept=kept,
    )


def _kinds(kinds: list[str]) -> str:
    return ", ".join(f"{KEYS[kind]} {kinds.count(kind)}" for kind in dict.fromkeys(kinds))


def _groups(made: Brought) -> Iterator[tuple[Text, list[Loss]]]:
    for effect, head in _HEADS.items():
        found = [loss for loss in made.losses if loss.effect == effect]
        if found:
            yield head, found


def _name(loss: Loss) -> str:
    name = loss.address or f"{loss.kind} {loss.title} ({loss.id})"
    return f"{name}: {loss.field}" if loss.field else name


def _values(loss: Loss, say: Say) -> Iterator[str]:
    for head, value in ((text("there"), loss.there), (text("here"), loss.here)):
        if value is not None:
            written = flow(value)
            yield f"{say(head)}: {written[:_LONGEST]}{'…' if len(written) > _LONGEST else ''}"


def _errors(made: Brought, say: Say) -> Iterator[str]:
    if made.errors:
        yield ""
        yield say(text("to correct before the next plan, as `crmspec check` says:"))
    for one in made.errors:
        yield f"  ! {one.code.id} {one.label.span.path}: {say(one.message)}"
