"""Where in the project the cause of an error of the engine stands."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import (
    MissingCredentialError,
    TargetRejectedError,
    UnknownTargetError,
    WrongAccountError,
)
from crmspec.secret.source import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmspec.diagnostics import Text
    from crmspec.engine.change import Change
    from crmspec.engine.error import EngineError
    from crmspec.engine.port import Reporter
    from crmspec.ir.storage import Storage
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource
    from crmspec.source import Source, Span

_LOGIN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def at(span: Span, sources: Mapping[str, Source]) -> str:
    """Return a place as `file:line`."""
    source = sources.get(span.path)
    return f"{span.path}:{source.position(span.start).line}" if source else span.path


@contextmanager
def chosen(declared: Iterable[Resource], sources: Mapping[str, Source]) -> Iterator[None]:
    """Have an error of a choice say where what can be chosen is declared."""
    try:
        yield
    except UnknownTargetError as error:
        first = next(iter(declared), None)
        error.at = error.at or (at(first.place.name, sources) if first is not None else "")
        raise


@contextmanager
def blamed(one: Target | Storage, sources: Mapping[str, Source]) -> Iterator[None]:
    """Have an error of the settings of an account or a store say where these stand."""
    try:
        yield
    except (MissingCredentialError, UnknownTargetError) as error:
        secret = isinstance(error, MissingCredentialError) and one.credentials
        error.at = error.at or at(_setting(one, "credentials" if secret else "url"), sources)
        raise


@contextmanager
def trusted(target: Target, sources: Mapping[str, Source]) -> Iterator[None]:
    """Have a target that refuses the secret say which it is and where that is from, not what.

    One that is another account than before says what to look at.
    """
    try:
        yield
    except WrongAccountError as error:
        place = _setting(target, "credentials" if _secret(target) else "options")
        error.at = error.at or at(place, sources)
        error.help = (_way_back(target), *error.help)
        raise
    except TargetRejectedError as error:
        if _locked_out(error) and target.credentials:
            error.at = error.at or at(_setting(target, "credentials"), sources)
            error.help = (*error.help, _origin(target))
        raise


def _secret(target: Target) -> bool:
    return bool(target.credentials) and target.mode == "api"


def _way_back(target: Target) -> Text:
    """Return how a target comes to be the account again that it was."""
    if _secret(target):
        return text("see that the secret and the address are those of this target, not of another")
    if target.platform == "sandbox" and target.mode == "api":
        return text("put the file of the sandbox back, or the settings that the target had")
    return text("put the settings of the target back, or declare the new ones as another target")


class Trusted:
    """A reporter that says of a secret that is refused amid an apply where it is from, not what."""

    def __init__(self, target: Target, reporter: Reporter) -> None:
        self._target, self._reporter = target, reporter
        self.started, self.waiting = reporter.started, reporter.waiting
        self.done, self.skipped = reporter.done, reporter.skipped

    def failed(self, change: Change, error: EngineError) -> None:
        """Tell that a change failed for good."""
        if _locked_out(error) and self._target.credentials:
            error.help = (*error.help, _origin(self._target))
        self._reporter.failed(change, error)


def _locked_out(error: EngineError) -> bool:
    return isinstance(error, TargetRejectedError) and error.status in _LOGIN


def _origin(target: Target) -> Text:
    return text(
        "target `{id}` takes it from {origin}", id=target.id, origin=named(target.credentials)
    )


def _setting(one: Target | Storage, field: str) -> Span:
    return one.place.key(field) if getattr(one, field) else one.place.name
