"""Personal data that goes to a system in another country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.data import Attribute
    from crmspec.ir.program import Program
    from crmspec.ir.target import Target
    from crmspec.logic.portfolio import Portfolio

CODE = Code(
    "CRM411",
    "personal-data-abroad",
    text("personal data goes to a system in another country"),
    Severity.WARNING,
)
SHOWN = 3
EEA: Final = frozenset(
    "at be bg hr cy cz dk ee fi fr de gr hu is ie it lv li lt lu mt nl no pl pt ro sk si es se "  # noqa: SIM905
    "eu eea".split()
)
"""Countries among which the law (GDPR, article 1.3) lets personal data pass, and their names."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each target that keeps personal data outside the project's region."""
    program = portfolio.program
    for target in program.targets.values():
        held = [one for one in program.attributes.values() if _holds(target, one)]
        home, away = program.project.region, target.region
        if held and home is not None and away is not None and not _is_one(home, away):
            yield _finding(program, target, held)


def _holds(target: Target, attribute: Attribute) -> bool:
    """Say whether a target keeps an attribute that tells who somebody is."""
    wanted = not attribute.targets or target.id in {one.id for one in attribute.targets}
    managed = not target.manages or "attributes" in target.manages
    return attribute.pii != "no" and wanted and managed


def _is_one(home: str, away: str) -> bool:
    pair = {home.casefold().partition("-")[0], away.casefold().partition("-")[0]}
    return len(pair) == 1 or pair <= EEA


def _finding(program: Program, target: Target, held: list[Attribute]) -> Diagnostic:
    return Diagnostic(
        code=CODE,
        message=text(
            "personal data of customers in `{home}` goes to `{target}` in `{away}`",
            home=program.project.region or "",
            target=target.id,
            away=target.region or "",
        ),
        label=Label(target.place.value("region")),
        related=tuple(Label(one.place.name, text("personal")) for one in held[:SHOWN]),
        help=(
            text("name in `targets` of such attributes the systems that may have them"),
            text("where the law allows the transfer, turn this code off here and say why"),
        ),
    )
