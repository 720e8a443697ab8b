import random

import pytest

from crmspec.diagnostics import Severity, text
from crmspec.diagnostics.report import order
from crmspec.source import Span
from tests.diagnostics.desk import CONFLICT, REMARK, UNUSED


def test_findings_are_in_the_order_of_paths_offsets_and_codes(desk):
    expected = [
        desk.finding(Span("a.yaml", 5, 6), UNUSED),
        desk.finding(Span("a.yaml", 5, 6), CONFLICT),
        desk.finding(Span("a.yaml", 10, 11), UNUSED),
        desk.finding(Span("b.yaml", 0, 1), UNUSED),
    ]
    for seed in range(10):
        shuffled = expected.copy()
        random.Random(seed).shuffle(shuffled)
        assert list(order(shuffled)) == expected


@pytest.mark.parametrize(
    ("change", "left"),
    [
        pytest.param({}, 1, id="the same finding twice is one"),
        pytest.param({"help": (text("other"),)}, 2, id="a finding with other help is another"),
        pytest.param({"message": "other {x}"}, 2, id="a finding with another message is another"),
        pytest.param({"code": UNUSED}, 2, id="a finding with another code is another"),
    ],
)
def test_repeated_findings(desk, change, left):
    assert len(order([desk.finding("daily"), desk.finding("daily", **change)])) == left


def test_repeated_findings_need_not_be_neighbours(desk):
    one, other = desk.finding("daily"), desk.finding("daily", help=(text("other"),))
    assert order([one, other, one]) == (one, other)


def test_counts_and_failure(desk):
    report = desk.report(desk.finding("daily", UNUSED), desk.finding("cart", REMARK))
    assert [report.count(level) for level in Severity] == [0, 1, 1]
    assert not report.failed
    assert desk.report(desk.finding("daily")).failed


def test_a_severity_of_its_own_counts(desk):
    assert not desk.report(desk.finding("daily", severity=Severity.INFO)).failed


def test_text_at(desk):
    report = desk.report()
    assert report.text_at(desk.span("waitt")) == "waitt"
    assert report.text_at(Span("gone.yaml", 0, 5)) == ""
