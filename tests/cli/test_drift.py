"""`drift` against the embedded sandbox."""

import json

import pytest

from tests.cli import people


@pytest.mark.usefixtures("project")
def test_drift(crmspec):
    crmspec("apply", "--yes")
    code, out, _ = crmspec("drift", "--exit-code")
    assert (code, out) == (0, "no edits by hand: the target is as it was applied\n")
    people.edit("templates", "Hello", subject="By hand")
    code, out, _ = crmspec("drift")
    assert code == 0
    assert "subject: Hello → By hand" in out
    assert "campaigns/all.yaml:8" in out
    code, out, _ = crmspec("drift", "--json", "--exit-code")
    assert code == 5
    (edit,) = json.loads(out)["edits"]
    assert edit["address"] == "message.hello"
    assert edit["since"].startswith("20")
    assert crmspec("drift", "--exit-code", "--select", "kind:chain")[0] == 0


@pytest.mark.usefixtures("project")
def test_it_promises_of_pull_what_pull_keeps(crmspec):
    crmspec("apply", "--yes")
    people.edit("templates", "Hello", subject="By hand")
    assert "1 edited by hand: `crmspec pull` keeps it" in crmspec("drift")[1]
    assert "  = `crmspec pull` brings them into the project\n" in crmspec("apply", "--yes")[2]
    channel = people.found("templates", "Hello")["definition"]["channel"]
    people.edit("templates", "Hello", channel=channel | {"from": {"name": "X"}})
    out = crmspec("drift")[1]
    assert "      ! channel: the project has no words for it" in out
    assert "! subject" not in out
    assert "1 edited by hand: `crmspec pull` keeps all but `!`" in out
    (edit,) = json.loads(crmspec("drift", "--json")[1])["edits"]
    assert edit["left"] == ["channel"]
    people.edit("templates", "Hello", subject="Hello")
    assert "1 edited by hand: `crmspec pull` cannot keep it\n" in crmspec("drift")[1]
    people.edit("templates", "Hello", subject="By hand")
    err = crmspec("apply", "--yes")[2]
    assert "`message.hello.channel`: the project has no words for it" in err
    assert "`crmspec pull` brings the others into the project" in err
