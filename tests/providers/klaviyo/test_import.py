"""What our own encoders wrote comes back: an import of it, and a plan that has nothing to do."""

from __future__ import annotations

import json

import pytest

from crmspec.cli.main import run
from tests.contract import example
from tests.contract.klaviyo import KlaviyoStandIn
from tests.contract.test_import import fill


@pytest.fixture
def account(tmp_path, monkeypatch):
    with KlaviyoStandIn(tmp_path / "old") as stand_in:
        fill(stand_in, tmp_path / "old", "case")
        new = example.bare(tmp_path / "new", stand_in)
        target = example.block({"targets": {example.TARGET: example.settings(stand_in)}}, 0)
        head = f"project: shop\ntimezone: UTC\non_unsupported: degrade\n{target}\n"
        (new / "crmspec.yaml").write_text(head, encoding="utf-8")
        monkeypatch.chdir(new)
        monkeypatch.setenv("CRMSPEC_LANG", "en")
        yield stand_in


def crmspec(capsys, *arguments):
    code = run([*arguments, "--target", example.TARGET])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.usefixtures("account")
def test_all_that_we_write_comes_back(capsys):
    code, out, err = crmspec(capsys, "import", "--json")
    told = json.loads(out)
    lost = [one for one in told["losses"] if one["effect"] != "name"]
    assert [(one["kind"], one["reason"]) for one in lost if one["kind"] != "block"] == [], err
    assert "chain.abandoned_cart" in told["adopted"]
    assert told["templates"] == ["messages/cart_1.html"]
    assert code in {0, 1, 4}
    code, out, err = crmspec(capsys, "plan", "--exit-code")
    assert (code, "no changes" in out) == (0, True), out + err
