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
