"""What a proof takes for granted of attributes is said with it."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.assumption import assumed
from crmspec.logic.portfolio import Portfolio

SHOP = """
attributes:
  age: {type: integer, minimum: 18, maximum: 99, nullable: false}
  plan: {type: enum, values: [free, plus]}
  free: {type: string}
segments: {asked: %s}
"""


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param(
            "{attribute: age, gte: 5}",
            ["`age` is at least 18", "`age` is at most 99", "`age` is never missing"],
            id="limits",
        ),
        pytest.param(
            "{none: [{attribute: plan, eq: free}]}",
            ["`plan` has one of its declared values"],
            id="values",
        ),
        pytest.param("{attribute: free, contains: x}", [], id="nothing declared"),
        pytest.param("{attribute: unheard, missing: true}", [], id="an unknown attribute"),
        pytest.param("{event: order}", [], id="no attribute"),
    ],
)
def test_declarations(condition, expected):
    portfolio = Portfolio(build(read("a.yaml", (SHOP % condition).encode()).documents))
    found = assumed(portfolio, [portfolio.space.segment("asked").formula])
    assert [one.english() for one in found] == expected
