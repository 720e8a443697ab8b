import pytest

from crmspec.diagnostics import Edit, Fix, Label, Safety, text
from crmspec.source import Span
from tests.diagnostics.desk import REMARK, UNUSED, Desk


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def rich(desk):
    """A report with everything a finding can have."""
    first = desk.finding(
        "trigger",
        says=text("entered here"),
        message='`{x}` is entered twice: 100%, <b> & "so" on',
        related=(
            Label(desk.span("cart_updated"), text("by this event")),
            Label(desk.span("{max: 3, per: 1d}")),
        ),
        help=(text("make one of them wait"), text("or two\nlines of help")),
        fixes=(
            Fix(text("rename it"), (Edit(desk.span("waitt"), "wait"),)),
            Fix(text("drop it"), (Edit(desk.span("welcome"), ""),), Safety.UNSAFE),
        ),
    )
    second = desk.finding("daily", UNUSED)
    third = desk.finding(Span("campaigns/gone.yaml", 3, 4), REMARK)
    fourth = desk.finding(Span("", 0, 0), REMARK)
    return desk.report(
        first,
        second,
        third,
        fourth,
        summary=(text("2 files"),),
        notes=(text("proved: {x}", x="much"),),
    )
