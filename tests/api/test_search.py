"""What the search for customers to whom something happens has to try, and what it may not say."""

from pathlib import Path

import pytest

from crmspec.api.check import check_files, check_workspace
from crmspec.api.examine import Wanted
from crmspec.api.workspace import Workspace

PROJECT = "project: shop\ntimezone: UTC\n"
BASE = """
events: {added: {}, viewed: {}, bought: {}}
consents: {mail_ok: {channel: email, purpose: marketing}}
channels: {email: {type: email, consent: mail_ok}}
messages:
  a: {channel: email, subject: Hello, body: BYE}
  b: {channel: email, subject: Hello, body: BYE}
  c: {channel: email, subject: Hello, body: BYE}
""".replace("BYE", """ "<p>Hello, <a href='{{ links.unsubscribe }}'>unsubscribe</a></p>" """)
CAP = "frequency: {cap: {applies_to: {categories: [marketing]}, limits: [1 per 1d]}}"
DELAY = CAP.replace("1d]", "1d], exceed: delay")
TWO = """
chains:
  x: {trigger: added, reentry: after 30d, steps: [{wait: 1d}, {send: a}]}
  y: {trigger: viewed, reentry: after 30d, steps: [{send: b}]}
"""
GROUP = """
exclusive: {g: {chains: [x, y]}}
chains:
  x: {trigger: added, priority: 20, reentry: after 30d, steps: [{send: a}, {wait: 1d}]}
  y: {trigger: viewed, priority: 90, reentry: after 30d, steps: [{send: b}, {wait: 1d}]}
"""
TAGS = """
tags: {sale: {title: Sale}, sorry: {incompatible: [sale]}}
chains:
  x: {trigger: added, tags: sale, steps: [{wait: 1d}, {send: a}, {wait: 5d}, {send: c}]}
  y: {trigger: viewed, tags: sorry, exit: added, steps: [{wait: 3d}, {send: b}]}
"""
CHANCE = """
segments: {few: {random: 10%, salt: global}}
chains:
  x: {trigger: added, audience: few, HOLDOUT reentry: after 30d, steps: [{send: a}]}
  y: {trigger: viewed, reentry: after 30d, steps: [{send: b}]}
"""


def held(holdout):
    return CHANCE.replace("HOLDOUT", f"holdout: {holdout}, " if holdout else "")


def report(*sources, profile=None):
    files = {f"{n}.yaml": one.encode() for n, one in enumerate((BASE, *sources))}
    files["crmspec.yaml"] = PROJECT.encode()
    workspace = Workspace(Path(), files, {})
    return check_workspace(workspace, wanted=Wanted(profile=profile)).report


def told(*sources, profile=None, code="CRM3"):
    """Return the codes of the findings, and all fixes and advice as one text."""
    found = [
        one
        for one in report(*sources, profile=profile).findings
        if one.code.id.startswith(code) and one.code.id not in QUIET
    ]
    words = [fix.title.english() for one in found for fix in one.fixes]
    words += [one.english() for finding in found for one in finding.help]
    return [one.code.id for one in found], " / ".join(words)


QUIET = {"CRM306", "CRM304", "CRM311"}
"""Rules that have something to say of the small projects here, but not about them."""


@pytest.mark.parametrize(
    ("limits", "proofs"),
    [
        pytest.param("[1 per 0d]", 0, id="no time at all"),
        pytest.param("[9 per 1d]", 1, id="a day"),
    ],
)
def test_an_error_proves_nothing(limits, proofs):
    found = report(TWO, CAP.replace("[1 per 1d]", limits))
    assert len(found.proofs) == proofs
    assert found.failed == (not proofs)


def test_an_error_elsewhere_proves_nothing_either():
    found = report(TWO.replace("added", "nothing"), CAP.replace("[1", "[9"))
    assert "CRM201" in [one.code.id for one in found.findings]
    assert not found.proofs


@pytest.mark.parametrize(
    "reentry", [pytest.param("after 0d", id="an error"), pytest.param("after 1d", id="fine")]
)
def test_a_window_that_lasts_no_time(reentry):
    chain = "chains: {x: {trigger: added, reentry: R, steps: [{send: a}]}}".replace("R", reentry)
    found = report(chain, "frequency: {r: {limits: [0 per 1d]}, s: {limits: [1 per 0d]}}")
    assert {"CRM107", "CRM215"} <= {one.code.id for one in found.findings}


@pytest.mark.parametrize(
    ("rule", "profile", "codes", "is_offered"),
    [
        pytest.param(CAP, None, ["CRM302"], True, id="dropped, but need not be"),
        pytest.param(CAP, "customer_io", ["CRM302"], False, id="a system that always drops"),
        pytest.param(CAP, "klaviyo", ["CRM302"], False, id="another one"),
        pytest.param(DELAY, None, [], False, id="delayed"),
        pytest.param(DELAY, "klaviyo", ["CRM302"], False, id="the system cannot delay"),
        pytest.param(DELAY, "customer_io", ["CRM302"], False, id="nor can this one"),
    ],
)
def test_what_a_system_does_over_a_limit(rule, profile, codes, is_offered):
    found, words = told(TWO, rule, profile=profile)
    assert found == codes
    assert ("hold messages back" in words) == is_offered
    assert "exceed: delay" not in words


SURE = (
    "chains: {x: {trigger: added, reentry: after 30d, steps: [{send: a}, {wait: 1h}, {send: b}]}}"
)
ABOVE = """
chains:
  x: {trigger: added, priority: 90, reentry: after 30d, steps: [{send: a}]}
  y: {trigger: added, priority: 20, reentry: after 30d, steps: [{send: b}]}
"""


@pytest.mark.parametrize(
    ("rule", "profile", "codes", "is_offered"),
    [
        pytest.param(CAP, None, ["CRM312"], True, id="never any room"),
        pytest.param(CAP, "klaviyo", ["CRM312"], False, id="and no waiting for it"),
        pytest.param(DELAY, None, [], False, id="delayed"),
        pytest.param(DELAY, "klaviyo", ["CRM312"], False, id="the system cannot delay"),
    ],
)
def test_what_a_system_never_leaves_room_for(rule, profile, codes, is_offered):
    found, words = told(SURE, rule, profile=profile, code="CRM312")
    assert found == codes
    assert ("exceed: delay" in words) == is_offered


def test_no_wait_is_offered_where_none_is_kept():
    assert "put messages off" in told(ABOVE, CAP, code="CRM312")[1]
    assert "put messages off" not in told(ABOVE, CAP, profile="customer_io", code="CRM312")[1]


@pytest.mark.parametrize(
    ("chains", "codes"),
    [
        pytest.param(GROUP, ["CRM320"], id="the higher one takes the place and is lost"),
        pytest.param(
            GROUP.replace("[x, y]}", "[x, y], on_conflict: newest}"),
            ["CRM320"],
            id="the newest does",
        ),
        pytest.param(
            GROUP.replace("[x, y]}", "[x, y], on_conflict: first}"), [], id="the first one stays"
        ),
        pytest.param(
            GROUP.replace("[x, y]}", "[x, y], on_conflict: first}").replace("1d", "9h"),
            ["CRM320"],
            id="and has ended",
        ),
        pytest.param(GROUP.replace("90", "20"), [], id="nobody is above"),
        pytest.param(
            GROUP.replace("{send: b}, {wait: 1d}", "{wait: 1d}, {send: b}, {wait: 1d}"),
            [],
            id="a day later",
        ),
    ],
)
def test_one_chain_of_a_group_after_another(chains, codes):
    assert told(chains, CAP)[0] == codes


def test_nobody_can_keep_a_place_for_a_chain_that_begins_later():
    assert "began only then: let the rule hold messages back" in told(GROUP, CAP)[1]
    assert "began only then" not in told(GROUP, CAP, profile="customer_io")[1]


def test_nobody_yields_where_the_system_drops():
    raised = TWO.replace("x: {trigger: added", "x: {trigger: added, priority: 90")
    assert "exceed: yield" in told(raised, CAP)[1]
    found, words = told(raised, CAP, profile="customer_io")
    assert (found, "exceed: yield" in words) == (["CRM320"], False)


@pytest.mark.parametrize(
    ("chains", "codes"),
    [
        pytest.param(TAGS, ["CRM301"], id="only the second comer is kept out"),
        pytest.param(
            TAGS.replace("tags: sale, ", "tags: sale, exit: viewed, "), [], id="in both orders"
        ),
        pytest.param(TAGS.replace("exit: added, ", ""), ["CRM301"], id="in none"),
        pytest.param(TAGS.replace("x: {trigger: added", "x: {trigger: viewed").replace(
            "exit: added", "exit: bought"), ["CRM301"], id="one thing starts both"),
    ],
)  # fmt: skip
def test_an_exit_that_works_in_one_order(chains, codes):
    assert told(chains, code="CRM301")[0] == codes


@pytest.mark.parametrize(
    ("holdout", "code"),
    [
        pytest.param("{percent: 10%, salt: global}", "CRM308", id="the very same"),
        pytest.param("{percent: 20%, salt: global}", "CRM308", id="more"),
        pytest.param("100%", "CRM308", id="everybody"),
        pytest.param("{percent: 5%, salt: global}", "CRM302", id="some of them"),
        pytest.param("10%", "CRM302", id="drawn anew"),
        pytest.param("", "CRM302", id="nobody"),
    ],
)
def test_those_held_out_lose_nothing(holdout, code):
    assert told(held(holdout), CAP)[0] == [code]


def experiment(more=""):
    return f"experiments: {{quiet: {{type: holdout, percent: 10%, salt: global{more}}}}}"


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        pytest.param(experiment(), [], id="held out of everything"),
        pytest.param(experiment().replace("global", "other"), ["CRM302"], id="others are"),
        pytest.param(experiment(", status: draft"), ["CRM302"], id="not yet"),
        pytest.param(experiment(", exclude: {chains: [x, y]}"), ["CRM302"], id="not of these"),
        pytest.param(experiment(", rotate: 1d"), ["CRM302"], id="another day others are"),
    ],
)
def test_those_in_a_holdout_experiment_lose_nothing(source, codes):
    assert told(held(""), CAP, source)[0] == codes


def test_an_example_says_where_chance_put_the_customer():
    found = next(one for one in report(held("5%"), CAP).findings if one.code.id == "CRM302")
    facts = " / ".join(one.english() for one in found.evidence.who)
    assert "has the id `customer-" in facts
    assert "of 10,000 for `global`" in facts
    assert found.evidence.test["customer"]["id"].startswith("customer-")
    plain = next(one for one in report(TWO, CAP).findings if one.code.id == "CRM302")
    assert "id" not in plain.evidence.test["customer"]


def test_a_project_in_memory_is_told_the_same():
    files = {"a.yaml": BASE.encode(), "b.yaml": TWO.encode(), "c.yaml": CAP.encode()}
    assert "CRM302" in [one.code.id for one in check_files(files).report.findings]
