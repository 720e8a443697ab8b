"""Answers and silences of a target as errors of the engine, in words."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from crmspec.diagnostics import Text, text
from crmspec.engine.error import (
    RevisionConflictError,
    TargetBusyError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnreachableError,
    TargetUnusableError,
)
from crmspec.providers.http.transport import Failure

if TYPE_CHECKING:
    from crmspec.engine.error import TargetError

_NOT_DONE = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})
_LOGIN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def refused(
    call: str, status: int, words: str, *, wait: float | None = None, scope: str = ""
) -> TargetError:
    """Return the error for a status that says the call failed.

    A 503 that says when to come back was not carried out; one that does not say may have been.
    """
    said = text("{call} → {status} {problems}", call=call, status=status, problems=words)
    if status in _NOT_DONE or (status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None):
        # Who asks to come back at once gets the usual pauses.
        return TargetBusyError(said, status=status, retry_after=wait or None)
    if status == HTTPStatus.INSUFFICIENT_STORAGE:
        return TargetUnusableError(
            said, text("make room where the target keeps its data"), status=status
        )
    if status == HTTPStatus.PRECONDITION_FAILED:
        advice = text("make a new plan to see what it looks like now")
        return RevisionConflictError(said, advice, status=status)
    if status in _LOGIN:
        return TargetRejectedError(said, _login(status, scope), status=status, fatal=True)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TargetUncertainError(said, status=status)
    return TargetRejectedError(said, status=status)


def _login(status: int, scope: str) -> Text:
    if scope:
        return text(
            "see that the target's secret is right and has the scope `{scope}`", scope=scope
        )
    if status == HTTPStatus.FORBIDDEN:
        return text("see that the target's secret is right and may do this")
    return text("see that the target's secret is right and not expired")


def silent(call: str, base: str, failure: Failure, *, reads: bool) -> TargetError:
    """Return the error for a call without an answer; a write that was sent is uncertain."""
    if failure is Failure.LARGE:
        return foreign(text("{call}: the answer is too large", call=call), reads=reads)
    kind, message, advice = _silence(call, base, failure)
    return kind(message, advice)


def _silence(call: str, base: str, failure: Failure) -> tuple[type[TargetError], Text, Text]:
    if failure is Failure.UNSAFE:
        scheme = text("see that `url` begins as it should (`http` or `https`), and the certificate")
        said = text("no safe connection to the target at {url}", url=base)
        return TargetUnusableError, said, scheme
    if failure is Failure.UNCONNECTED:
        there = text("see that it runs and that `url` of the target is right")
        said = text("no connection to the target at {url}", url=base)
        return TargetUnreachableError, said, there
    said, advice = _WORDS[failure]
    kind = TargetUnusableError if failure in _UNUSABLE else TargetUncertainError
    return kind, Text(said.template, {"call": call}), advice


def foreign(message: Text, *, reads: bool) -> TargetError:
    """Return the error for an answer that cannot be understood."""
    advice = text("see that `url` of the target leads to its API and not to a web page")
    if reads:
        return TargetUnusableError(message, advice)
    return TargetUncertainError(message, advice)


_AGAIN = text("see that `url` leads to the target; apply again to go on where this ended")
_WORDS: dict[Failure, tuple[Text, Text]] = {
    Failure.UNMADE: (
        text("{call}: the request cannot be made"),
        text("see that `url` of the target and its secret are right"),
    ),
    Failure.ELSEWHERE: (
        text("{call}: the target sends us elsewhere, which is not followed"),
        text("see that `url` of the target is that of its API"),
    ),
    Failure.CIRCLE: (
        text("{call}: the target redirects in a circle, or too often"),
        text("see that `url` of the target is that of its API"),
    ),
    Failure.SLOW: (text("{call}: the answer did not come in time"), _AGAIN),
    Failure.BROKEN: (text("{call}: the connection broke before the answer came"), _AGAIN),
}
_UNUSABLE = frozenset({Failure.UNMADE, Failure.ELSEWHERE, Failure.CIRCLE})
