"""Of very many filters on one event, the counts without a filter are still related."""

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.law import MANY
from crmspec.logic.space import Space

SHOP = """
events: {order: {properties: {total: {type: number}}}}
segments:
  day: {event: order, within: 1d}
  month: {event: order, within: 30d}
"""


def space(many):
    filters = "".join(
        f"  s{n}: {{event: order, where: {{total: {{gte: {n}}}}}}}\n" for n in range(many)
    )
    return Space(build(read("a.yaml", (SHOP + filters).encode()).documents))


def implies(where, one, other):
    return where.implies(where.segment(one), where.segment(other)) is None


def test_windows_lie_in_each_other_however_many_filters_there_are():
    few, many = space(3), space(MANY + 1)
    for made in (few, many):
        assert implies(made, "day", "month")
        assert not implies(made, "month", "day")
    assert implies(few, "s2", "s1")
    assert not implies(many, "s2", "s1"), "left open, for the work would be too much"
    assert not implies(few, "s1", "s2")
