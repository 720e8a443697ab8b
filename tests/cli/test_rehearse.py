"""`plan --rehearse`, and what a refused change says."""

from __future__ import annotations

import pytest

from tests.contract.braze import BrazeStandIn
from tests.contract.knock import KnockStandIn
from tests.contract.rest import CANARY

PROJECT = """
project: shop
on_unsupported: degrade
targets:
  main:
    platform: knock
    url: {url}
    credentials: {{env: KNOCK_TOKEN}}
    options: {{source: shop_events}}
"""
REFUSED = 'segments:\n  vip: {title: "REFUSED", attribute: score, gte: 80}\n'
TAKEN = REFUSED.replace("REFUSED", "VIP")
ATTRIBUTES = "attributes:\n  score: {title: Score, type: number}\n"


@pytest.fixture
def knock(tmp_path, monkeypatch):
    monkeypatch.setenv("KNOCK_TOKEN", CANARY)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "campaigns").mkdir()
    with KnockStandIn() as stand_in:
        head = PROJECT.format(url=stand_in.url)
        (tmp_path / "crmspec.yaml").write_text(head)
        yield tmp_path / "campaigns" / "all.yaml"


def test_what_would_be_refused_is_said_before_anything_is_written(crmspec, knock):
    knock.write_text(ATTRIBUTES + REFUSED)
    code, _, err = crmspec("plan", "--rehearse", "-o", "plan.json")
    assert code == 1
    assert "error[CRM803]: segment.vip: PUT /v1/audiences/shop-vip/validate → 422" in err
    assert "name: is not nice" in err
    assert "--> campaigns/all.yaml:4:3" in err
    assert not (knock.parent.parent / "plan.json").exists()
    knock.write_text(ATTRIBUTES + TAKEN)
    assert crmspec("plan", "--rehearse")[0] == 0


def test_a_refused_change_names_its_line(crmspec, knock):
    knock.write_text(ATTRIBUTES + REFUSED)
    code, _, err = crmspec("apply", "--yes")
    assert code == 4
    assert "failed segment.vip: PUT /v1/audiences/shop-vip → 422" in err
    assert "--> campaigns/all.yaml:4" in err


BRAZE = """
project: shop
on_unsupported: manual
targets:
  main:
    platform: braze
    url: {url}
    credentials: {{env: BRAZE_KEY}}
    manages: [segments]
    naming: "[{{project}}] {{title}}"
"""


def test_what_was_confirmed_has_to_be_there(crmspec, tmp_path, monkeypatch):
    monkeypatch.setenv("BRAZE_KEY", CANARY)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns" / "all.yaml").write_text(ATTRIBUTES + TAKEN)
    with BrazeStandIn() as stand_in:
        (tmp_path / "crmspec.yaml").write_text(BRAZE.format(url=stand_in.url))
        assert crmspec("plan", "--rehearse")[0] == 0  # nobody said that it is done
        assert crmspec("confirm", "segment.vip")[0] == 0
        code, _, err = crmspec("plan", "--rehearse")
        assert code == 1
        assert "error[CRM803]: Braze has no segment `[shop] VIP`" in err
        assert "--> campaigns/all.yaml:4:3" in err
        stand_in.named["segments"] = [{"id": str(n), "name": f"S{n}"} for n in range(150)]
        stand_in.named["segments"].append({"id": "vip", "name": "[shop]  VIP"})
        assert crmspec("plan", "--rehearse")[0] == 0
