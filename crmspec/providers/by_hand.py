"""A target where people do everything: nothing is called, all is a matter of build sheets."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.dialect.registry import DIALECTS
from crmspec.engine.change import Cost
from crmspec.engine.encode import kept
from crmspec.engine.error import TargetUnusableError
from crmspec.engine.resource import Address, Desired
from crmspec.engine.sheet import Sheets
from crmspec.lower.finding import finding, findings, settings, unheeded
from crmspec.lower.lowering import lower
from crmspec.lower.whole import BY_HAND
from crmspec.providers.desired import remarks, undeployed
from crmspec.providers.last import Last

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from crmspec.diagnostics import Diagnostic
    from crmspec.engine.body import Body
    from crmspec.engine.change import Change, Kind
    from crmspec.engine.resource import Remote
    from crmspec.engine.survey import Seen
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.lower.capability import Budget


class ByHandProvider:
    """Any platform, even one that crmspec has no provider for."""

    version = "by hand 1"
    width = 1
    budgets: tuple[Budget, ...] = ()

    def __init__(self, target: Target) -> None:
        self._target = target
        self._last = Last(partial(lower, capabilities=BY_HAND, target=target))

    def whoami(self) -> str:
        """Return the target's own name: there is no account to ask."""
        return self._target.id

    def audit(self, program: Program) -> Iterator[Diagnostic]:
        """Yield wrong settings, and references to what is meant for other targets."""
        yield from audit_dialect(self._target)
        yield from settings(self._target, BY_HAND)
        survey = self._last.of(program).survey
        yield from unheeded(survey, BY_HAND, self._target, ())
        yield from findings(survey, BY_HAND)

    def compile(self, program: Program) -> Desired:
        """Return a build sheet for each resource, and nothing to call anybody for."""
        survey = self._last.of(program).survey
        return Desired(
            (),
            tuple(remarks(survey)),
            tuple(undeployed(survey, BY_HAND, self._target)),
            kinds=frozenset(),
            sheets=Sheets(program, self._target).of(Address(*key) for key in survey.wanted),
            sheet_kinds=survey.kinds,
        )

    def normalise(self, address: Address, body: Body) -> Body:  # noqa: ARG002 - a port
        """Return the body as it is."""
        return body

    def decode(self, address: Address, body: Body) -> Body:  # noqa: ARG002 - a port
        """Return the body as it is: nothing is ever read from people."""
        return body

    def parts(self, address: Address, body: Body) -> dict[Address, Body]:  # noqa: ARG002 - a port
        """Return nothing: nothing is ever read from people."""
        return {}

    def keeps(self, address: Address, field: str, body: Body) -> tuple[str, ...]:
        """Return where bodies of the language's own form keep a field."""
        return kept(address, field, body)

    def survey(self) -> Iterator[Seen]:
        """Yield nothing: nothing can be seen."""
        yield from ()

    def rehearse(
        self,
        changes: Sequence[Change],  # noqa: ARG002 - as the port has it
        ids: Mapping[Address, str],  # noqa: ARG002
    ) -> Iterator[Diagnostic]:
        """Yield nothing: nobody judges here."""
        return iter(())

    def missing(self, addresses: Sequence[Address]) -> Iterator[Diagnostic]:  # noqa: ARG002
        """Yield nothing: nothing can be seen."""
        return iter(())

    def people(self, address: Address, id_: str) -> int | None:  # noqa: ARG002 - a port
        """Return nothing: nobody is on the way here."""
        return None

    def kind(self, change: Change) -> Kind:
        """Return the kind as it is."""
        return change.kind

    def cost(self, change: Change) -> Cost:  # noqa: ARG002 - a port
        """Return that nothing is called."""
        return Cost()

    def read(self, known: Mapping[Address, str]) -> dict[Address, Remote]:  # noqa: ARG002 - a port
        """Return that nothing can be seen."""
        return {}

    def closely(self, remotes: Mapping[Address, Remote]) -> dict[Address, Remote]:  # noqa: ARG002 - a port
        """Return nothing: `read` tells all."""
        return {}

    def find(self, address: Address, id_: str | None) -> Remote | None:  # noqa: ARG002 - a port
        """Return that nothing can be seen."""
        return None

    def apply(self, change: Change, ids: Mapping[Address, str]) -> Remote | None:  # noqa: ARG002
        """Never called: no plan for this target has changes.

        Raises:
            TargetUnusableError: always.
        """
        raise TargetUnusableError(
            text("target `{id}` is set up by hand: nothing is called there", id=self._target.id)
        )


def open_by_hand(target: Target) -> AbstractContextManager[ByHandProvider]:
    """Give a provider for a target that says `mode: build_sheet`."""
    return nullcontext(ByHandProvider(target))


def audit_dialect(target: Target) -> Iterator[Diagnostic]:
    """Yield a finding if `options: {dialect: …}` names no template language."""
    named = target.options.get("dialect")
    if named is not None and named not in DIALECTS:
        known = ", ".join(f"`{one}`" for one in DIALECTS)
        yield finding(
            text("there is no template language `{name}`", name=str(named)),
            target.place.value("options", "dialect"),
            text("they are {known}", known=known),
        )
