"""What people edit in OneSignal comes back into the project."""

from __future__ import annotations

import re

import pytest

from tests.contract.onesignal import APP, OneSignalStandIn
from tests.contract.rest import CANARY

PROJECT = """
project: shop
on_unsupported: degrade
targets:
  main:
    platform: onesignal
    url: {url}
    credentials: {{env: ONESIGNAL_KEY}}
    options: {{app_id: {app}}}
"""
ALL = """
attributes:
  tier: {title: Tier, type: enum, values: [gold, silver]}
  score: {title: Score, type: number}
channels:
  sms: {type: sms}
  mobile_push: {type: mobile_push}
segments:
  # the best of all
  best: {title: Best, all: [{attribute: tier, eq: gold}, {attribute: score, gte: 80}]}
messages:
  hello:
    title: Hello
    channel: sms
    category: transactional
    text: "Hello, {{ profile.tier }}"  # friendly
"""


PAGE = (
    "<!doctype html><html><head><title>A</title></head>"
    "<body><p>{{ user.tags.tier | escape }}</p></body></html>"
)


@pytest.fixture
def account(tmp_path, monkeypatch):
    monkeypatch.setenv("ONESIGNAL_KEY", CANARY)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "campaigns").mkdir()
    with OneSignalStandIn() as stand_in:
        (tmp_path / "crmspec.yaml").write_text(PROJECT.format(url=stand_in.url, app=APP))
        yield stand_in, tmp_path / "campaigns"


def test_edits_are_shown_and_pulled(crmspec, account):
    stand_in, folder = account
    path = folder / "all.yaml"
    path.write_text(ALL)
    assert crmspec("apply", "--yes")[0] == 0
    assert crmspec("drift", "--exit-code")[0] == 0
    for one in stand_in.named("segments", "Best [shop/best]")["filters"]:
        if one.get("value") == "80":
            one["value"] = "90"
    stand_in.named("templates", "Hello [shop/hello]")["content"]["contents"] = {
        "en": "Good day, {{ user.tags.tier }}"
    }
    code, out, _ = crmspec("drift", "--exit-code")
    assert code == 5
    assert "segment.best" in out
    assert "message.hello" in out
    code, out, err = crmspec("pull")
    assert (code, err) == (0, "message.hello: contents\nsegment.best: filters\n"), out
    text = path.read_text()
    assert "score, gte: 90" in text
    assert 'text: "Good day, {{ profile.tier }}"  # friendly' in text
    assert "# the best of all" in text
    assert crmspec("apply", "--yes")[0] == 0
    assert crmspec("plan", "--exit-code")[0] == 0


def test_an_account_is_read(crmspec, account):
    stand_in, folder = account
    path = folder / "all.yaml"
    path.write_text(ALL)
    assert crmspec("apply", "--yes")[0] == 0
    for one in (folder.parent / ".crmspec").rglob("*.json"):
        one.unlink()
    (folder.parent / "crmspec.yaml").write_text(
        PROJECT.format(url=stand_in.url, app=APP).replace("project: shop", "project: other")
    )
    path.write_text(ALL.partition("channels:")[0])
    letter = {"isEmail": True, "email_subject": "Hi", "email_body": PAGE}
    stand_in._new_template({"name": "Letter", "contents": {"en": "Hi"}} | letter)
    code, out, _ = crmspec("import")
    assert code == 4
    assert "segment Engaged Users (00000000-0000-0001-0000-000000000000)" in out
    assert re.search(r"message Hello \(\S+\): it belongs to project `shop`", out)
    assert "it belongs to project `blog`" in out
    told = (folder / "messages.yaml").read_text()
    assert "channel: mobile_push" in told
    assert "text: Hi" in told
    assert "mobile_push: {type: mobile_push}" in (folder / "channels.yaml").read_text()
    written = PAGE.replace("user.tags.tier | escape", "profile.tier")
    (letter,) = folder.parent.rglob("letter.html")
    assert letter.read_text().strip() == written
    code, out, err = crmspec("plan", "--exit-code")
    assert (code, err) == (0, ""), out
    theirs = stand_in.named("templates", "Letter")["content"]
    theirs["email_body"] = theirs["email_body"].replace("<title>A", "<title>B")
    crmspec("pull")
    assert letter.read_text().strip() == written.replace("<title>A", "<title>B")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(
            lambda filters: [one for one in filters if one.get("key") != "score"][:1],
            "best: {title: Best, attribute: tier, eq: gold}",
            id="another form",
        ),
        pytest.param(
            lambda _: [{"field": "session_count", "relation": ">", "value": "1"}],
            "all: [{attribute: tier, eq: gold}, {attribute: score, gte: 80}]",
            id="no words for it",
        ),
    ],
)
def test_what_is_pulled_of_a_segment(crmspec, account, edit, expected):
    stand_in, folder = account
    path = folder / "all.yaml"
    path.write_text(ALL)
    assert crmspec("apply", "--yes")[0] == 0
    theirs = stand_in.named("segments", "Best [shop/best]")
    theirs["filters"] = edit(theirs["filters"])
    crmspec("pull")
    assert expected in path.read_text()


CHAIN = """
events:
  signup: {title: Signed up}
chains:
  welcome:
    title: Welcome
    trigger: signup
    steps:
      - {id: first, wait: 24h}  # not at once
      - note: half of them
      - id: halves
        split:
          arms:
            control: {weight: 50}
            written: {weight: 50, steps: [{id: mail, send: hello}]}
      - {id: last, wait: 1h}
"""


def nodes(stand_in):
    return next(
        one["nodes"] for one in stand_in.kept["journeys"].values() if "[shop/" in one["name"]
    )


def test_an_edit_of_a_journey_comes_into_its_step(crmspec, account):
    stand_in, folder = account
    path = folder / "all.yaml"
    path.write_text(ALL + CHAIN)
    assert crmspec("apply", "--yes")[0] == 0
    nodes(stand_in)[0]["duration_seconds"] = 7200
    path.write_text((ALL + CHAIN).replace("wait: 1h", "wait: 3h"))
    assert "`crmspec pull` keeps it" in crmspec("drift")[1]
    code, _, err = crmspec("pull")
    assert (code, "chain.welcome: nodes, merged" in err) == (0, True), err
    mine = (ALL + CHAIN).replace("wait: 1h", "wait: 3h")
    assert path.read_text() == mine.replace("wait: 24h", "wait: 2h")
    assert crmspec("apply", "--yes")[0] == 0
    assert crmspec("plan", "--exit-code")[0] == 0


def test_what_would_cost_words_of_the_chain_is_left_alone(crmspec, account):
    stand_in, folder = account
    path = folder / "all.yaml"
    path.write_text(ALL + CHAIN)
    assert crmspec("apply", "--yes")[0] == 0
    nodes(stand_in).reverse()
    code, _, err = crmspec("pull")
    assert (code, "left alone chain.welcome.nodes" in err) == (4, True), err
    assert path.read_text() == ALL + CHAIN
