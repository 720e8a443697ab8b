"""What people edit in Tryton comes back into the project, and so does a whole database."""

from __future__ import annotations

import pytest

from tests.contract.rest import CANARY
from tests.contract.tryton import ACTIVITY, SCENARIO, TrytonStandIn
from tests.contract.tryton_shop import FILES, SHOP

PROJECT = """
project: shop
on_unsupported: degrade
targets:
  main:
    platform: tryton
    url: {url}
    credentials: {{env: TRYTON_KEY}}
    options: {{database: crm}}
"""


@pytest.fixture
def account(tmp_path, monkeypatch):
    monkeypatch.setenv("TRYTON_KEY", CANARY)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "templates").mkdir()
    with TrytonStandIn() as stand_in:
        (tmp_path / "crmspec.yaml").write_text(PROJECT.format(url=stand_in.url))
        yield stand_in, tmp_path


def written(folder):
    (folder / "campaigns" / "shop.yaml").write_text(SHOP)
    for name, page in FILES.items():
        (folder / "templates" / name).write_text(page)


def activity(stand_in, name):
    (row,) = (one for one in stand_in.kept[ACTIVITY].values() if one["name"] == name)
    return row


def test_edits_are_pulled_into_what_was_written(crmspec, account):
    stand_in, folder = account
    written(folder)
    assert crmspec("apply", "--yes")[0] == 0
    activity(stand_in, "first")["delay"] = {"__class__": "timedelta", "seconds": 7200.0}
    activity(stand_in, "reaction.late")["delay"] = {"__class__": "timedelta", "seconds": 86400.0}
    condition = activity(stand_in, "vip")["condition"]
    activity(stand_in, "vip")["condition"] = condition.replace("V1", "V2")
    branch = activity(stand_in, "branch.2")
    branch["condition"] = branch["condition"].replace("V1", "V2")
    code, out, err = crmspec("pull")
    assert (code, err) == (0, "chain.welcome: activities\nchain.world: activities\n"), out
    text = (folder / "campaigns" / "shop.yaml").read_text()
    expected = SHOP.replace("wait: 1h", "wait: 2h").replace("timeout: 2d", "timeout: 1d")
    assert text == expected.replace("eq: V1", "eq: V2")
    assert crmspec("plan", "--exit-code")[0] == 0


def test_a_letter_that_was_edited_is_pulled_into_its_message(crmspec, account):
    stand_in, folder = account
    written(folder)
    assert crmspec("apply", "--yes")[0] == 0
    activity(stand_in, "first")["email_title"] = "Добрый день, ${record.name}!"
    code, out, err = crmspec("pull")
    assert (code, err) == (0, "chain.welcome: activities\n"), out
    text = (folder / "campaigns" / "shop.yaml").read_text()
    assert '    subject: "Добрый день, {{ profile.name }}!"\n' in text
    assert crmspec("plan", "--exit-code")[0] == 0


def test_a_letter_of_several_chains_is_not_edited_for_one(crmspec, account):
    stand_in, folder = account
    written(folder)
    assert crmspec("apply", "--yes")[0] == 0
    activity(stand_in, "mail")["email_title"] = "Ура"
    assert crmspec("pull")[0] == 4
    assert (folder / "campaigns" / "shop.yaml").read_text() == SHOP


PAGE = "<html><head><title>Hi</title></head><body><p>Hello, ${record.name}</p></body></html>"


def letter(name, **more):
    fields = {"email_title": "Hi", "email_template": PAGE, "action": "send_email"}
    return {"name": name, **fields, **more}


def scenario(stand_in, name, domain, *activities):
    values = {"name": name, "model": "party.party", "domain": domain}
    return stand_in.make(SCENARIO, values | {"activities": [["create", list(activities)]]})


def test_what_people_made_there_is_read_and_stays_the_projects(crmspec, account):
    stand_in, folder = account
    later = letter(
        "Second letter", email_title="Again", delay={"__class__": "timedelta", "seconds": 86400.0}
    )
    first = letter("First letter", children=[["create", [later]]])
    scenario(stand_in, "Welcome!", '[["AND", ["name", "=", "VIP"], ["code", "!=", null]]]', first)
    scenario(stand_in, "Odd", '[["name", "ilike", "a%"]]', letter("Mail"))
    before = stand_in.objects()
    code, out, _ = crmspec("import")
    assert code == 4
    assert "chain Odd (4): the project has no words for the condition ['name', 'ilike'" in out
    assert stand_in.objects() == before
    chain = (folder / "campaigns" / "chains" / "welcome.yaml").read_text()
    assert "- {id: first_letter, send: welcome_first_letter}\n" in chain
    assert "- {wait: 1d}\n" in chain
    assert not list(folder.rglob("odd*"))
    assert crmspec("plan", "--exit-code")[0] == 0
    activity(stand_in, "Second letter")["delay"]["seconds"] = 3600.0
    activity(stand_in, "First letter")["email_title"] = "Good day"
    page = PAGE.replace("Hello", "Good day")
    activity(stand_in, "First letter")["email_template"] = page
    code, _, err = crmspec("pull")
    assert (code, err) == (0, "chain.welcome: activities\n")
    path = folder / "campaigns" / "chains" / "welcome.yaml"
    assert "- {wait: 1h}\n" in path.read_text()
    assert "subject: Good day\n" in path.read_text()
    (made,) = folder.rglob("welcome_first_letter.html")
    assert made.read_text() == page.replace("${record.name}", "{{ profile.name }}")
    assert crmspec("plan", "--exit-code")[0] == 0
    ids = set(stand_in.kept[ACTIVITY])
    path.write_text(path.read_text().replace("wait: 1h", "wait: 2h"))
    assert crmspec("apply", "--yes", "--overwrite")[0] == 0
    assert stand_in.kept[SCENARIO][1]["name"] == "Welcome! [shop/welcome]"
    assert activity(stand_in, "First letter")
    assert set(stand_in.kept[ACTIVITY]) == ids


def test_a_step_that_names_no_message_of_the_project_is_left_there(crmspec, account):
    stand_in, folder = account
    written(folder)
    assert crmspec("apply", "--yes")[0] == 0
    (id_,) = (id_ for id_, one in stand_in.kept[ACTIVITY].items() if one["name"] == "mail")
    stand_in.make(ACTIVITY, letter("more", parent=f"{ACTIVITY},{id_}"))
    code, _, err = crmspec("pull")
    assert code == 4
    assert "chain.buyers.activities: the project has no words for it" in err
    assert (folder / "campaigns" / "shop.yaml").read_text() == SHOP


def test_what_is_wrong_with_a_part_is_told_of_the_scenario(crmspec, account):
    stand_in, folder = account
    scenario(stand_in, "Known", '[["name", "=", "A"]]', letter("Mail"))
    scenario(stand_in, "Odd", '[["name", "=", "${vars.none}"]]', letter("Mail"))
    code, out, _ = crmspec("import")
    assert code == 4
    assert "chain Odd (3): " in out
    assert "segment" not in out.partition("not in the project")[2]
    written = "".join(one.read_text() for one in folder.rglob("*.yaml"))
    assert ("known_mail" in written, "odd" in written) == (True, False)
    assert crmspec("plan", "--exit-code")[0] == 0
