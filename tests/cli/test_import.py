"""`import`: an account comes into the files as it is, and the next plan is empty."""

import json
import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from crmspec.api.deploy import deployment
from crmspec.engine.body import same
from crmspec.engine.merge import owned
from crmspec.providers.sandbox.service import Answer, Service
from tests.cli import people
from tests.fuzz.__main__ import ROOT
from tests.logic.small_project import files

MILD = {"severity": [{"codes": ["CRM3", "CRM4"], "level": "warning", "reason": "random"}]}
SETTINGS = "project: shop\n"
SHOP = """\
events:
  signup: {title: Signed up}
  order_placed: {title: Ordered}
attributes:
  city: {title: City, type: string}
goals:
  purchase: {title: Bought, event: order_placed}
consents:
  news: {title: News, channel: email}
  texts: {title: Texts, channel: sms}
channels:
  email: {title: E-mail, type: email, from: "Shop <hello@shop.example>", consent: news}
  sms: {title: SMS, type: sms, consent: texts}
messages:
  hello: {title: Hello, channel: email, category: service, subject: Hello, body: Hello}
  nudge: {title: Nudge, channel: email, category: service, subject: Buy, body: Buy}
  thanks: {title: Thanks, channel: sms, category: service, text: Thanks}
segments:
  buyers: {title: Buyers, event: order_placed}
  loyal: {title: Loyal, event: order_placed, count: {gte: 3}}
  omsk: {title: In Omsk, attribute: city, eq: Omsk}
chains:
  welcome:
    title: Welcome
    trigger: signup
    goal: {goal: purchase, exits: false}
    steps: [{wait: 1h}, {send: hello}, {wait: 2d}, {send: nudge}]
  care:
    title: Care
    trigger: order_placed
    audience: {all: [buyers, omsk]}
    steps: [{wait: 1d}, {send: thanks}]
  club:
    title: Club
    trigger: order_placed
    audience: loyal
    steps: [{wait: 40d}, {send: hello}]
"""


@pytest.fixture(autouse=True)
def shop(project):
    """A project whose account can be read anew into a folder beside it."""
    (project / "crmspec.yaml").write_text(SETTINGS)
    (project / "campaigns" / "all.yaml").write_text(SHOP)
    return project


@pytest.fixture
def anew(project, crmspec, tmp_path_factory, monkeypatch):
    """Apply the project, and go to an empty one with the same account."""

    def go(mark=None):
        code, _, err = crmspec("apply", "--yes")
        assert code == 0, err
        new = tmp_path_factory.mktemp("new")
        shutil.copy(project / "crmspec.yaml", new)
        (new / ".crmspec").mkdir()
        if mark is not None:
            mark(project / ".crmspec" / "sandbox.db")
        for file in (project / ".crmspec").glob("sandbox.db*"):
            shutil.copy(file, new / ".crmspec")
        monkeypatch.chdir(new)
        return new

    return go


def unmarked(database, keep=("attributes", "events")):
    """Make the account look as if people had made it: no marker, names for machines only."""
    with closing(sqlite3.connect(database)) as link, link:
        rows = link.execute("SELECT id, collection, document FROM objects").fetchall()
        for id_, collection, document in rows:
            made = json.loads(document)
            key = made.pop("external_key").rpartition("/")[2]
            if collection in keep:
                made["external_key"] = key
            link.execute(
                "UPDATE objects SET document = ?, external_key = ? WHERE id = ?",
                (json.dumps(made), made.get("external_key"), id_),
            )


def bodies(folder):
    with deployment(folder, None) as opened:
        plan = opened.plan()
        return {
            address: owned(one.body, plan.actual[address].body, one.owners)
            for address, one in plan.wanted.items()
        }


def planned(crmspec):
    code, out, err = crmspec("plan", "--exit-code")
    return code, out + err


@pytest.mark.parametrize("seed", range(4))
def test_what_is_read_from_a_random_account_is_what_was_applied(project, crmspec, anew, seed):
    for name, data in files(random.Random(seed)).items():
        (project / name).write_bytes(data)
    settings = json.loads((project / "crmspec.yaml").read_bytes()) | {"diagnostics": MILD}
    (project / "crmspec.yaml").write_text(json.dumps(settings))
    new = anew()
    code, out, _ = crmspec("import", "--json")
    told = json.loads(out)
    assert {one["field"] for one in told["losses"] if one["effect"] != "name"} <= {"goal"}
    assert code in {0, 4}
    assert planned(crmspec)[0] == 0
    assert same(bodies(new), bodies(project))


def test_the_example_project_comes_back(project, crmspec, anew):
    for name in ("crmspec.yaml", "campaigns", "templates"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (project / "campaigns" / "all.yaml").unlink(missing_ok=True)
        copy(
            ROOT / name,
            project / name,
            **({"dirs_exist_ok": True} if copy is not shutil.copy else {}),
        )
    shutil.rmtree(project / "templates" / "init")
    new = anew()
    code, out, _ = crmspec("import", "--json")
    assert code == 4
    losses = [one for one in json.loads(out)["losses"] if one["effect"] != "name"]
    assert {(one["effect"], one["field"]) for one in losses} == {("field", "goal")}
    assert planned(crmspec)[0] == 0
    assert (new / "templates" / "layouts" / "base.mjml").is_file()
    chain = (new / "campaigns" / "chains" / "welcome.yaml").read_text()
    assert "\n      - {send: welcome_hello}\n      - {wait: 1d}\n" in chain


def test_what_people_made_gets_ids_from_its_titles(crmspec, anew):
    new = anew(unmarked)
    code, out, _ = crmspec("import")
    assert code == 4
    assert "chain.care" not in out
    text = (new / "campaigns" / "chains" / "care.yaml").read_text()
    assert "  care:  # ch_" in text
    assert "  thanks:  # tpl_" in text
    assert "send: thanks" in text
    assert planned(crmspec)[0] == 0
    path = new / "campaigns" / "chains" / "care.yaml"
    path.write_text(text.replace("wait: 1d", "wait: 2d"))
    code, plan = planned(crmspec)
    assert code == 3
    assert "1 to update" in plan
    assert "marker" not in plan
    assert crmspec("apply", "--yes")[0] == 0
    assert people.found("chains", "Care")["external_key"] == "crmspec:shop/chain/care"
    assert planned(crmspec)[0] == 0


def test_the_same_title_twice_gives_two_ids(shop, crmspec, anew):
    (shop / "campaigns" / "all.yaml").write_text(
        SHOP.replace("title: Buyers", "title: Старые клиенты").replace(
            "title: Loyal", "title: Старые клиенты"
        )
    )
    new = anew(unmarked)
    crmspec("import")
    text = (new / "campaigns" / "segments.yaml").read_text()
    assert "  starye_klienty: {" in text
    assert "  starye_klienty_2: {" in text
    assert planned(crmspec)[0] == 0


@pytest.mark.parametrize("id_", ["null", "yes", "on", "no", "y", "true"])
def test_ids_that_others_read_otherwise_are_in_quotes(shop, crmspec, anew, id_):
    (shop / "campaigns" / "all.yaml").write_text(SHOP.replace("title: Buyers", f'title: "{id_}"'))
    new = anew(unmarked)
    crmspec("import")
    text = (new / "campaigns" / "segments.yaml").read_text()
    assert f'  "{id_}": {{' in text
    assert "  loyal: {" in text
    assert f'"{id_}"' in (new / "campaigns" / "chains" / "care.yaml").read_text()
    assert planned(crmspec)[0] == 0


def test_no_call_writes(crmspec, anew, monkeypatch):
    anew()
    handle, asked = Service.handle, []

    def reading(self, request):
        asked.append(request.method)
        return handle(self, request) if request.method == "GET" else Answer(403, {})

    monkeypatch.setattr(Service, "handle", reading)
    assert crmspec("import")[0] == 4
    assert set(asked) == {"GET"}
    assert planned(crmspec)[0] == 0


def test_local_work_stays_as_it_is(crmspec, anew):
    new = anew(unmarked)
    (new / "campaigns").mkdir()
    mine = "segments:\n  buyers: {title: Mine, attribute: city, eq: Omsk}\n"
    (new / "campaigns" / "segments.yaml").write_text(mine)
    assert crmspec("import")[0] == 4
    assert (new / "campaigns" / "segments.yaml").read_text() == mine
    text = (new / "campaigns" / "segments_2.yaml").read_text()
    assert "  buyers_2: {title: Buyers, event: order_placed}  # seg_" in text
    code, plan = planned(crmspec)
    assert code == 3
    assert "1 to create" in plan


def test_what_the_project_has_is_left_to_the_plan(shop, crmspec, anew):
    new = anew()
    shutil.copytree(shop / "campaigns", new / "campaigns")
    code, out, _ = crmspec("import")
    assert (code, out) == (0, "0 read from `sandbox` into 0 new files; 12 were here already\n")
    assert crmspec("state", "list")[1] == ""


def test_a_second_import_has_nothing_to_do(crmspec, anew):
    new = anew()
    crmspec("import")
    before = {path: path.read_bytes() for path in new.rglob("*.yaml")}
    assert crmspec("import")[0] == 0
    assert {path: path.read_bytes() for path in new.rglob("*.yaml")} == before


def test_a_dry_run_writes_nothing(crmspec, anew):
    new = anew()
    code, out, _ = crmspec("import", "--dry-run")
    assert code == 4
    assert "campaigns/events.yaml" in out
    assert not (new / "campaigns").exists()
    assert crmspec("state", "list")[1] == ""


def test_other_projects_are_left_alone(crmspec, anew):
    new = anew()
    (new / "crmspec.yaml").write_text("project: other\n")
    code, out, _ = crmspec("import", "--markdown")
    assert code == 0
    assert "## none of this project's" in out
    assert "it belongs to project `shop`" in out
    assert not (new / "campaigns").exists()


def test_kinds_that_the_target_does_not_manage_are_left_alone(crmspec, anew):
    new = anew()
    target = "targets: {main: {platform: sandbox, manages: [events, attributes]}}\n"
    (new / "crmspec.yaml").write_text(SETTINGS + target)
    code, out, _ = crmspec("import")
    assert code == 0
    assert "the target does not manage `chains`" in out
    assert planned(crmspec)[0] == 0


@pytest.mark.parametrize(
    ("terms", "kinds"),
    [
        pytest.param(["events"], {"event"}, id="a kind by its key"),
        pytest.param(["attribute"], {"attribute"}, id="a kind"),
        pytest.param(
            ["chain.care"],
            {"chain", "event", "attribute", "segment", "message"},
            id="an address and its needs",
        ),
    ],
)
def test_a_part_of_the_account(crmspec, anew, terms, kinds):
    anew()
    told = json.loads(crmspec("import", "--json", *terms)[1])
    assert {one.partition(".")[0] for one in told["adopted"]} == kinds
    assert planned(crmspec)[0] == 0


def test_a_part_brings_the_attributes_that_its_texts_speak_of(shop, crmspec, anew):
    (shop / "campaigns" / "all.yaml").write_text(
        SHOP.replace("body: Hello", "body: 'Hello {{ profile.city }}'")
    )
    anew()
    told = json.loads(crmspec("import", "--json", "message.hello")[1])
    assert set(told["adopted"]) == {"message.hello", "attribute.city"}
    assert told["errors"] == []
    assert planned(crmspec)[0] == 0


def test_a_term_that_names_nothing(crmspec, anew):
    anew()
    code, _, err = crmspec("import", "chain.nothing")
    assert code == 2
    assert "error[CRM724]: nothing new on the target is `chain.nothing`" in err


def test_a_folder_below_the_campaigns(crmspec, anew):
    new = anew()
    assert crmspec("import", "events", "-o", "campaigns/old")[0] == 0
    assert (new / "campaigns" / "old" / "events.yaml").is_file()
    code, _, err = crmspec("import", "-o", "elsewhere")
    assert code == 2
    assert "`elsewhere` is not where the project has its campaigns" in err


def test_a_broken_project_is_not_added_to(crmspec, anew):
    new = anew()
    (new / "campaigns").mkdir()
    (new / "campaigns" / "a.yaml").write_text("segments: {vip: {}}\n")
    assert crmspec("import")[0] == 1
    assert [path.name for path in sorted(new.rglob("*.yaml"))] == ["a.yaml", "crmspec.yaml"]


def test_what_cannot_be_said_is_told_and_left_as_it_is(crmspec, anew):
    new = anew()
    chain = people.found("chains", "Care")
    with people.account() as call:
        body = {key: chain[key] for key in ("name", "external_key", "definition")}
        revision = {"If-Match": str(chain["revision"])}
        call("PUT", f"chains/{chain['id']}", body | {"status": "active"}, **revision)
    people.edit("segments", "Loyal", weather="rain")
    people.edit("templates", "Thanks", ttl="soon")
    told = json.loads(crmspec("import", "--json")[1])
    found = {(one["effect"], one["kind"], one["title"], one["field"]) for one in told["losses"]}
    assert ("object", "segment", "Loyal", "weather") in found
    assert ("field", "chain", "Care", "status") in found
    assert ("field", "message", "Thanks", "ttl") in found
    text = (new / "campaigns" / "chains" / "care.yaml").read_text()
    assert "ownership: {status: create_only}" in text
    assert planned(crmspec)[0] == 0
    assert people.found("chains", "Care")["status"] == "active"


def test_errors_that_are_there_already_are_ignored_with_a_reason(shop, crmspec, anew):
    (shop / "crmspec.yaml").write_text(
        SETTINGS + "diagnostics: {severity: [{codes: [CRM4], level: warning, reason: old}]}\n"
    )
    text = SHOP.replace("subject: Buy, body: Buy", "subject: Buy, body: '{{ nobody.name }}'")
    (shop / "campaigns" / "all.yaml").write_text(text)
    new = anew()
    (new / "crmspec.yaml").write_text(SETTINGS)
    code, out, _ = crmspec("import")
    assert code == 4, out
    text = (new / "campaigns" / "chains" / "welcome.yaml").read_text()
    assert "  # crmspec: ignore[CRM403] as it was on the target\n  nudge:\n" in text
    assert planned(crmspec)[0] == 0


def test_errors_in_a_template_are_for_people(shop, crmspec, anew):
    (shop / "crmspec.yaml").write_text(
        SETTINGS + "diagnostics: {severity: [{codes: [CRM4], level: warning, reason: old}]}\n"
    )
    (shop / "templates").mkdir()
    (shop / "templates" / "buy.html").write_text("<p>{{ nobody.name }}</p>\n")
    text = SHOP.replace("subject: Buy, body: Buy", "subject: Buy, file: buy.html")
    (shop / "campaigns" / "all.yaml").write_text(text)
    new = anew()
    (new / "crmspec.yaml").write_text(SETTINGS)
    code, out, _ = crmspec("import")
    assert code == 1
    assert "to correct before the next plan" in out
    assert "CRM403 templates/messages/nudge.html" in out
    assert planned(crmspec)[0] == 1
    (new / "templates" / "messages" / "nudge.html").write_text("<p>You</p>\n")
    code, plan = planned(crmspec)
    assert (code, "1 to update" in plan) == (3, True)


def test_defaults_of_the_project_do_not_change_what_is_there(shop, crmspec, anew):
    (shop / "campaigns" / "all.yaml").write_text(
        SHOP.replace(
            "category: service, subject: Hello, body: Hello",
            "subject: Hello, body: '<a href=\"{{ links.unsubscribe }}\">Leave</a>'",
        )
    )
    new = anew()
    defaults = "defaults: {message: {category: service, utm: {source: crm}}}\n"
    (new / "crmspec.yaml").write_text(SETTINGS + defaults)
    crmspec("import")
    text = (new / "campaigns" / "messages.yaml").read_text()
    assert "category: marketing" in text
    assert "ownership: {utm: create_only}" in text
    assert planned(crmspec)[0] == 0


def test_no_name_of_the_account_leads_out_of_the_project(crmspec, anew):
    new = anew()
    folded = {"id": "../../../out", "channel": "email", "source": "<p></p>"}
    locales = {"../../../out": {"source": "<p>Out</p>"}}
    people.edit("templates", "Nudge", layout=folded, locales=locales)
    thanks = people.found("templates", "Thanks")
    with people.account() as call:
        body = {key: thanks[key] for key in ("name", "definition")}
        body["external_key"] = "crmspec:shop/message/../../../out"
        revision = {"If-Match": str(thanks["revision"])}
        call("PUT", f"templates/{thanks['id']}", body, **revision)
    told = json.loads(crmspec("import", "--json")[1])
    assert "message.thanks" in told["adopted"]
    for outside in (new.parent, new.parent.parent):
        assert not [*outside.glob("out"), *outside.glob("out.*")]
    assert planned(crmspec)[0] == 0


def test_one_object_is_adopted_by_its_id(crmspec, anew):
    new = anew(unmarked)
    crmspec("import", "events")
    id_ = people.found("segments", "Buyers")["id"]
    target = f"targets: {{sandbox: {{platform: sandbox, ids: {{segments: {{mine: {id_}}}}}}}}}\n"
    (new / "crmspec.yaml").write_text(SETTINGS + target)
    mine = "segments: {mine: {title: Buyers, event: order_placed}}\n"
    (new / "campaigns" / "mine.yaml").write_text(mine)
    assert "= segment.mine" in planned(crmspec)[1]
    assert crmspec("apply", "--yes")[0] == 0
    found = people.found("segments", "Buyers")
    assert (found["id"], found["external_key"]) == (id_, "crmspec:shop/segment/mine")
    assert planned(crmspec)[0] == 0


def test_a_new_id_for_what_was_read(crmspec, anew):
    new = anew(unmarked)
    crmspec("import", "segment.buyers")
    path = new / "campaigns" / "segments.yaml"
    path.write_text(path.read_text().replace("  buyers:", "  customers:"))
    moved = "moved: [{from: segment.buyers, to: segment.customers}]\n"
    (new / "crmspec.yaml").write_text(SETTINGS + moved)
    code, plan = planned(crmspec)
    assert (code, "1 to move" in plan) == (3, True)
    assert crmspec("apply", "--yes")[0] == 0
    assert planned(crmspec)[0] == 0


def test_a_file_that_cannot_be_written_leaves_nothing_behind(crmspec, anew):
    new = anew()
    (new / "campaigns" / "messages.yaml").mkdir(parents=True)
    assert crmspec("import")[0] == 2
    assert [one.name for one in new.rglob("*.yaml")] == ["crmspec.yaml", "messages.yaml"]
    assert crmspec("state", "list")[1] == ""


def test_a_state_of_another_account_is_not_added_to(crmspec, anew, monkeypatch):
    new = anew()
    crmspec("import", "events")
    monkeypatch.setattr("crmspec.providers.sandbox.client.Client.account", lambda _: "other")
    code, _, err = crmspec("import")
    assert code == 4
    assert "CRM725" in err
    assert [one.name for one in new.rglob("*.yaml")] == ["crmspec.yaml", "events.yaml"]


def test_what_needs_an_object_of_a_kind_that_is_not_managed_is_left_out(crmspec, anew, project):
    path = project / "campaigns" / "all.yaml"
    path.write_text(SHOP.replace("[{wait: 1h},", "[{update: {set: {city: Omsk}}}, {wait: 1h},"))
    new = anew(unmarked)
    (new / "campaigns").mkdir()
    mine = "attributes: {city: {title: City, type: string}}\n"
    (new / "campaigns" / "mine.yaml").write_text(mine)
    target = (
        "targets: {sandbox: {platform: sandbox, manages: [events, segments, chains, messages]}}"
    )
    (new / "crmspec.yaml").write_text(f"{SETTINGS}{target}\n")
    told = json.loads(crmspec("import", "--json")[1])
    assert "chain.welcome" not in told["adopted"]
    assert "chain.club" in told["adopted"]
    assert planned(crmspec)[0] == 0


def test_a_channel_that_the_project_has_is_not_written_again(crmspec, anew):
    new = anew()
    (new / "campaigns").mkdir()
    mine = (
        "consents: {news: {title: News, channel: email}}\n"
        'channels: {email: {type: email, from: "Shop <hello@shop.example>", consent: news}}\n'
    )
    (new / "campaigns" / "mine.yaml").write_text(mine)
    crmspec("import")
    assert "email" not in (new / "campaigns" / "channels.yaml").read_text()
    assert planned(crmspec)[0] == 0


BARE = {"id": "email", "type": "email"}


@pytest.mark.parametrize(
    ("title", "channel"),
    [
        pytest.param("Hello", BARE, id="the first has less"),
        pytest.param("Nudge", BARE, id="another has less"),
        pytest.param(
            "Nudge", {**BARE, "from": {"email": "me@shop.example"}}, id="another has its own"
        ),
    ],
)
def test_a_channel_that_differs_between_messages_comes_once(crmspec, anew, title, channel):
    new = anew()
    people.edit("templates", title, channel=channel)
    code, out, err = crmspec("import", "--json")
    told = json.loads(out)
    found = [(one["effect"], one["kind"], one["title"], one["field"]) for one in told["losses"]]
    assert ("field", "message", title, "channel") in found, found
    assert (code, "object" in {effect for effect, *_ in found}) == (4, False), err
    assert {"message.hello", "message.nudge"} <= {*told["adopted"]}
    texts = "".join(path.read_text() for path in (new / "campaigns").rglob("*.yaml"))
    assert texts.count("ownership: {channel: create_only}") == 1, texts
    assert texts.count("type: email") == 1
    assert planned(crmspec)[0] == 0
    there = people.found("templates", title)["definition"]["channel"]
    assert there == channel


def test_a_channel_of_another_type_is_another_one(crmspec, anew):
    anew()
    people.edit("templates", "Nudge", channel=BARE | {"type": "mobile_push"})
    told = json.loads(crmspec("import", "--json")[1])
    assert ("object", "Nudge") in {(one["effect"], one["title"]) for one in told["losses"]}
    assert "message.nudge" not in told["adopted"]
    assert planned(crmspec)[0] == 0


def test_what_the_target_itself_would_not_take_is_left_out(crmspec, anew):
    def odd(database):
        with closing(sqlite3.connect(database)) as link, link:
            link.execute(
                'UPDATE objects SET document = replace(document, \'{"wait": {"for": "40d"}}\','
                ' \'{"code": {"file": "a.py"}}\')'
            )

    anew(odd)
    told = json.loads(crmspec("import", "--json")[1])
    assert "chain.club" not in told["adopted"]
    code, said = planned(crmspec)
    assert code == 0, said


def test_a_report_for_people_and_one_to_keep(crmspec, anew):
    anew()
    code, out, _ = crmspec("import", "--dry-run", "--lang", "en")
    assert code == 4
    assert out.startswith("12 read from `sandbox` into 9 new files; 0 were here already\n")
    assert "\n  ! chain.welcome: goal: unknown goal `purchase`\n      there: [{goal:" in out
    out = crmspec("import", "--dry-run", "events")[1]
    assert out.startswith("2 read from `sandbox` into 1 new file; 0 were here already\n")
    out = crmspec("import", "--dry-run", "--markdown")[1]
    assert out.startswith("# import from `sandbox`\n")
    assert "- `campaigns/events.yaml`: events 2\n" in out
    assert "- `chain.welcome: goal`: unknown goal `purchase`\n" in out
