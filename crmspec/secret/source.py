"""Find the secrets that a project names: in the environment, a file, a keyring, or by a command."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmspec.diagnostics import Text

LARGEST = 65_536
"""The most bytes that a file or a command may give."""

ALONE = ""
"""The name of a secret that is the only one."""


def unheard(_: Text) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Place:
    """Where to look: the project's folder and the environment; neither it nor they are shown.

    `remark` is told what is not as it should be, but does not stop anything.
    """

    root: Path = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    remark: Callable[[Text], None] = field(default=unheard, repr=False)


@dataclass(frozen=True)
class Held:
    """A secret that no message and no traceback shows."""

    value: str = field(repr=False)


def secrets(credentials: Mapping[str, object], owner: Text, place: Place) -> dict[str, Held]:
    """Return the secrets that `credentials` name, by part; a single one is called `ALONE`.

    `owner` is who needs them, for errors. Only what is named is looked at: there is no fallback.

    Raises:
        MissingCredentialError: one is not there, is empty, or has several lines.
    """
    named = {key: item for key, item in credentials.items() if not key.startswith("x-")}
    sources = named.keys() & SOURCES.keys()
    if not sources:
        return {part: _one(source, owner, place) for part, source in named.items()}
    if len(named) > 1:
        raise MissingCredentialError(
            text("`credentials` of {owner} name several places for one secret", owner=owner),
            text("keep one of them, or give each part its own: `key: {{env: NAME}}`"),
        )
    return {ALONE: _one(named, owner, place)}


def _one(source: object, owner: Text, place: Place) -> Held:
    entries = source.items() if isinstance(source, dict) else ()
    for kind, name in entries:
        if kind in SOURCES:
            found = SOURCES[kind](name, owner, place)
            problem = _problem(found)
            if problem is None:
                return found
            raise MissingCredentialError(
                text("the secret of {owner} {problem}", owner=owner, problem=problem),
                text("it is taken from {source}", source=_described(kind, name)),
            )
    raise MissingCredentialError(
        text("`credentials` of {owner} do not say where a secret is", owner=owner),
        text("write `{{env: NAME}}`, `{{file: PATH}}`, `{{command: […]}}` or `{{keyring: …}}`"),
    )


def _problem(found: Held) -> Text | None:
    if not found.value.strip():
        return text("is empty")
    if len(found.value.splitlines()) > 1:
        return text("has several lines, and only one can be sent")
    return None if found.value.isprintable() else text("holds what cannot be sent")


def named(credentials: Mapping[str, object]) -> str:
    """Return where secrets are taken from, such as `env: ESP_TOKEN`; never what they are."""
    found = [
        f"`{kind}: {_program(name) if kind == 'command' else name}`"
        for one in (credentials, *credentials.values())
        for kind, name in (one.items() if isinstance(one, dict) else ())
        if kind in SOURCES and isinstance(name, str if kind != "command" else (str, list))
    ]
    return ", ".join(found)


def _described(kind: str, name: object) -> Text:
    if kind == "command":
        return text("the output of the command `{name}`", name=_program(name))
    return text("`{kind}: {name}`", kind=kind, name=str(name))


def _from_environment(name: object, owner: Text, place: Place) -> Held:
    found = Held(place.environment.get(str(name), ""))
    if found.value:
        return found
    raise MissingCredentialError(
        text("{owner} needs the environment variable `{name}`", owner=owner, name=str(name)),
        text("set it for this command; it is stored nowhere"),
    )


def _from_file(name: object, owner: Text, place: Place) -> Held:
    path = place.root / Path(str(name)).expanduser()
    found = _content(path)
    if found is None:
        raise MissingCredentialError(
            text("{owner} needs the secret in the file `{path}`", owner=owner, path=str(path)),
            text("it must be there, readable, and hold nothing else"),
        )
    if _open_to_all(path):
        place.remark(
            text(
                "warning: everybody on this machine can read the secret in `{path}`: chmod 600",
                path=str(path),
            )
        )
    return found


def _content(path: Path) -> Held | None:
    try:
        with path.open("rb") as file:
            return _decoded(file.read(LARGEST + 1))
    except OSError:
        return None


def _decoded(data: bytes) -> Held | None:
    """Return the text of a file or an output; None if it is none.

    The space around it, and the mark of the byte order that some editors begin with, are left out.
    """
    try:
        return Held(data.decode("utf-8-sig").strip()) if len(data) <= LARGEST else None
    except UnicodeDecodeError:
        return None


def _open_to_all(path: Path) -> bool:
    """Say whether a file of the user's own can be read by everybody: only they can change it."""
    if os.name != "posix":
        return False
    found = path.stat()
    return found.st_uid == os.geteuid() and bool(found.st_mode & stat.S_IROTH)


def _from_command(words: object, owner: Text, place: Place) -> Held:
    arguments = [str(word) for word in words] if isinstance(words, list) else [str(words)]
    found = _printed(arguments, place.root)
    if isinstance(found, Held):
        return found
    raise MissingCredentialError(
        text("{owner} needs the output of the command `{name}`", owner=owner, name=_program(words)),
        _REASONS[found],
        text("what it prints besides is not shown: it may hold the secret"),
    )


def _printed(arguments: list[str], folder: Path) -> Held | str:
    from crmspec.secret.command import output

    found = output(arguments, folder)
    return found if isinstance(found, str) else _decoded(found) or "large"


def _program(words: object) -> str:
    """Return the name of a program; what stands behind it may be the secret itself."""
    first = str(words[0]) if isinstance(words, list) and words else str(words)
    name, *more = first.split(maxsplit=1) or [""]
    return f"{name} …" if more else name


def _from_keyring(name: object, owner: Text, _: Place) -> Held:
    from crmspec.secret.ring import password

    service, entry = str(name).rsplit("/", 1)
    found = password(service, entry)
    if isinstance(found, Held):
        return found
    raise MissingCredentialError(
        text("{owner} needs the entry `{name}` of the keyring", owner=owner, name=str(name)),
        _REASONS[found],
    )


_REASONS: dict[str, Text] = {
    "absent": text("there is no such program"),
    "failed": text("it did not end well"),
    "slow": text("it did not end in time"),
    "large": text("it must print the secret and nothing else"),
    "no keyring": text("install `crmspec[keyring]`"),
    "locked": text("the keyring cannot be read: see that it is unlocked"),
    "no entry": text("put it there: `keyring set SERVICE NAME`"),
}

SOURCES: dict[str, Callable[[object, Text, Place], Held]] = {
    "env": _from_environment,
    "file": _from_file,
    "command": _from_command,
    "keyring": _from_keyring,
}
"""What a secret can be taken from."""
