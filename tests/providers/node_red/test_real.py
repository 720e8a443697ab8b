"""The core of the contract over a real Node-RED."""

import json

import pytest

from crmspec.cli.main import run
from tests.contract import test_lifecycle as contract
from tests.contract.node_red import CASE
from tests.contract.rest import CANARY
from tests.contract.test_lifecycle import opened, settle

LAWS = [
    contract.test_create_then_the_next_plan_is_empty,
    contract.test_a_second_apply_does_nothing,
    contract.test_an_edit_by_hand_is_drift_and_is_put_back,
    contract.test_other_projects_are_left_alone,
    contract.test_a_lost_state_is_rebuilt,
    contract.test_going_live_is_a_line_of_its_own,
    contract.test_what_is_live_can_be_taken_back,
    contract.test_a_missing_or_wrong_secret,
]


@pytest.fixture
def account(server, tmp_path):
    return opened(server, tmp_path)


@pytest.mark.parametrize("law", [pytest.param(law, id=law.__name__[5:]) for law in LAWS])
def test_it_is_as_the_contract_says(law, account):
    law(account)


def test_each_change_is_made(account):
    settle(account)
    for title, source, address in CASE.changes:
        plan = settle(account, source)
        assert [str(change.address) for change in plan.changes], title
        assert address in {str(change.address) for change in plan.changes}, title
        settle(account)
    settle(account, "{}")
    assert account.stand_in.objects() == []


def test_the_account_is_the_user_of_the_token(account):
    with account.provider() as provider:
        assert provider.whoami() == f"deployer at 127.0.0.1:{account.stand_in.port}"


def test_what_crmspec_made_is_read_back(account, tmp_path, monkeypatch, capsys):
    settle(account)
    server, folder = account.stand_in, tmp_path / "new"
    monkeypatch.setenv("NODE_RED_TOKEN", CANARY)
    folder.mkdir()
    monkeypatch.chdir(folder)
    target = {"platform": "node_red", "url": server.url, "options": CASE.options}
    target["credentials"] = {"env": "NODE_RED_TOKEN"}
    (folder / "crmspec.yaml").write_text(
        json.dumps({"project": "shop", "targets": {"main": target}})
    )
    before = sorted(json.dumps(one, sort_keys=True) for one in server.objects())
    assert run(["import"]) == 0, capsys.readouterr()
    assert sorted(json.dumps(one, sort_keys=True) for one in server.objects()) == before
    assert (folder / "campaigns" / "chains" / "abandoned_cart.yaml").is_file()
    assert run(["plan", "--exit-code"]) == 0, capsys.readouterr()
