"""What can go wrong between a plan and a target, each with its code and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from crmspec.engine import codes

if TYPE_CHECKING:
    from crmspec.diagnostics import Code, Text


class EngineError(Exception):
    """The base: a translatable message without secrets, and help in the same form.

    `at` is the `file:line` that it is about, as far as it is known.
    """

    code: ClassVar[Code]

    def __init__(self, message: Text, *help_: Text) -> None:
        super().__init__(message.english())
        self.message = message
        self.help = help_
        self.at = ""


class StateCorruptError(EngineError):
    """The state file or its journal fails its digest or cannot be read."""

    code = codes.STATE_CORRUPT


class ForeignStateError(StateCorruptError):
    """The state is whole, but that of another project or target: it is never written over."""


class StateLockedError(EngineError):
    """Another process holds the lock."""

    code = codes.STATE_LOCKED


class StoreUnusableError(EngineError):
    """The store of the state refuses, lacks a setting or a package, or does not answer."""

    code = codes.STORE_UNUSABLE


class StoreDoubtfulError(StoreUnusableError):
    """No clear answer came back: what was asked may have been done, or not."""


class StateMovedError(EngineError):
    """What stands in the store is not what this run read or wrote last."""

    code = codes.STATE_MOVED


class StalePlanError(EngineError):
    """State, project, target or time moved since the plan was made."""

    code = codes.STALE_PLAN


class DependencyCycleError(EngineError):
    """Resources cannot be ordered."""

    code = codes.DEPENDENCY_CYCLE


class UnknownTargetError(EngineError):
    """No such target in the project, no provider for its platform, or no address that it has."""

    code = codes.UNKNOWN_TARGET


class UnknownEnvironmentError(UnknownTargetError):
    """The project has no such environment, or it has some and none is chosen."""

    code = codes.UNKNOWN_ENVIRONMENT


class BadPlanFileError(EngineError):
    """The file is no saved plan, is damaged, or was made by another version."""

    code = codes.BAD_PLAN_FILE


class MissingCredentialError(EngineError):
    """A named secret is absent; there is no fallback."""

    code = codes.MISSING_CREDENTIAL


class PlanRefusedError(EngineError):
    """The plan deletes what is protected, or more than the target allows at once."""

    code = codes.PLAN_REFUSED


class EditedByHandError(EngineError):
    """The plan would undo what people changed on the target."""

    code = codes.EDITED_BY_HAND


class NotAllowedError(EngineError):
    """The plan deletes, and nobody agreed to it."""

    code = codes.NOT_ALLOWED


class SelectionError(EngineError):
    """A selection chooses nothing, or leaves out what it needs."""

    code = codes.SELECTION


class WrongAccountError(EngineError):
    """The target is another account than the one that the state is about."""

    code = codes.WRONG_ACCOUNT


class NoWayBackError(EngineError):
    """The commit was not applied to this target, or what was applied then is not known."""

    code = codes.NO_WAY_BACK


class ApplyIncompleteError(EngineError):
    """Some changes failed or were skipped."""

    code = codes.APPLY_FAILED


class TargetError(EngineError):
    """An answer (or silence) of the target; `status` is the HTTP status, if there was one.

    `fatal` ends the run, since every further call would fail alike.
    """

    fatal = False

    def __init__(self, message: Text, *help_: Text, status: int | None = None) -> None:
        super().__init__(message, *help_)
        self.status = status


class RetryableError(TargetError):
    """Worth another try; `uncertain` when the call may have been carried out."""

    code = codes.TARGET_UNREACHABLE
    uncertain = False
    retry_after: float | None = None


class TargetBusyError(RetryableError):
    """The target declined for now (429, 503): nothing was done; `retry_after` is in seconds."""

    def __init__(
        self, message: Text, *help_: Text, status: int, retry_after: float | None = None
    ) -> None:
        super().__init__(message, *help_, status=status)
        self.retry_after = retry_after


class TargetUnreachableError(RetryableError):
    """No connection could be made, so nothing was done."""

    fatal = True


class TargetUncertainError(RetryableError):
    """The call was sent, but no clear answer came back (dropped, timed out, 5xx)."""

    uncertain = True


class TargetUnusableError(TargetError):
    """The target cannot be worked with as it is: nothing was done, and nothing will be."""

    code = codes.TARGET_UNREACHABLE
    fatal = True


class TargetRejectedError(TargetError):
    """The target refuses (4xx); trying again would not help."""

    code = codes.TARGET_REJECTED

    def __init__(self, message: Text, *help_: Text, status: int, fatal: bool = False) -> None:
        super().__init__(message, *help_, status=status)
        self.fatal = fatal


class RevisionConflictError(TargetError):
    """The object changed or vanished after it was read."""

    code = codes.REVISION_CONFLICT
