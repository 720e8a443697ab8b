"""The project's defaults reach the resources that leave them out."""

import pytest

from crmspec.document import read
from crmspec.ir import build

PROJECT = """
project: shop
defaults:
  chain: {timezone: profile, frequency: cap, quiet_hours: "22:00-08:00"}
  message: {category: service, utm: {source: crm, medium: "{channel}"}}
"""


def program(text):
    documents = []
    for name, content in (("crmspec.yaml", PROJECT), ("campaigns/a.yaml", text)):
        result = read(name, content.encode())
        assert not result.diagnostics
        documents += result.documents
    return build(documents)


def chain(text):
    return program(f"chains: {{c: {{trigger: e, steps: [{{note: x}}]{text}}}}}").chains["c"]


def message(text):
    return program(f"messages: {{m: {{channel: email{text}}}}}").messages["m"]


def test_what_a_chain_leaves_out_is_filled_in():
    made = chain("")
    assert made.timezone == "profile"
    assert [ref.id for ref in made.frequency] == ["cap"]
    assert made.quiet_hours.from_.minute == 22 * 60


@pytest.mark.parametrize(
    ("written", "field", "kept"),
    [
        (", timezone: Europe/Paris", "timezone", "Europe/Paris"),
        (", frequency: []", "frequency", ()),
        (', quiet_hours: "23:00-07:00"', "quiet_hours", None),
    ],
)
def test_what_a_chain_says_stays(written, field, kept):
    value = getattr(chain(written), field)
    if field == "quiet_hours":
        assert value.from_.minute == 23 * 60
    else:
        assert value == kept


def test_link_marks_are_filled_in_one_by_one():
    made = message(", utm: {source: shop, campaign: x}").utm
    assert (made.source, made.medium, made.campaign) == ("shop", "{channel}", "x")


def test_a_category_that_is_written_stays_even_if_it_is_the_usual_one():
    assert message("").category == "service"
    assert message(", category: marketing").category == "marketing"
