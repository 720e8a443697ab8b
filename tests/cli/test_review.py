"""What a plan shows to whoever reviews it, against the embedded sandbox."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli import people

SCHEMA = Path(__file__).parents[2] / "schemas" / "plan.schema.json"
LIVE = "targets:\n  sandbox: {platform: sandbox, activate: live}\n"
BODY = "body: |\n      Hello, dear customer\n      of the shop\n"
LETTER = "messages:\n  hello:\n    title: Hello\n    channel: email\n    subject: Hello\n    "


@pytest.fixture
def letter(project, edit, crmspec):
    """A letter of two lines, as it was applied."""
    edit("messages:\n  hello: {title: Hello, channel: email, subject: Hello, body: Hello}\n", "")
    path = project / "campaigns" / "letter.yaml"
    path.write_text(LETTER + BODY)
    assert crmspec("apply", "--yes")[0] == 0
    return path


@pytest.fixture
def live(project, crmspec):
    """A chain that is live, with 14 people in it."""
    path = project / "crmspec.yaml"
    path.write_text(path.read_text() + LIVE)
    assert crmspec("apply", "--yes", "--activate")[0] == 0
    people.populate(Welcome=14)
    return project


def changed(crmspec, address, *arguments):
    saved = json.loads(crmspec("plan", "--json", *arguments)[1])
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(saved)
    return next(one for one in saved["plan"]["changes"] if one["address"] == address)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_both_sides_of_a_conflict_are_seen(letter, crmspec, form):
    letter.write_text(letter.read_text().replace("of the shop", "of the new shop"))
    people.edit("templates", "Hello", body="Hello, my customer\nof the shop\n")
    _, out, _ = crmspec("plan", *(["--markdown"] if form == "markdown" else []))
    lines = [line.strip() for line in out.splitlines()]
    start = lines.index(next(line for line in lines if line.startswith("✗ body:")))
    assert lines[start + 1 : start + 5] == [
        "- Hello, my customer",
        "+ Hello, dear customer",
        "- of the shop",
        "+ of the new shop",
    ]
    (conflict,) = changed(crmspec, "message.hello")["conflicts"]
    assert conflict["before"] == "Hello, my customer\nof the shop\n"
    assert conflict["after"] == "Hello, dear customer\nof the new shop\n"


@pytest.mark.usefixtures("live")
def test_steps_in_conflict_are_told_apart(edit, crmspec):
    steps = people.found("chains", "Welcome")["definition"]["steps"]
    people.edit("chains", "Welcome", steps=[{"wait": {"for": "3h"}}, *steps[1:]])
    edit("wait: 1h", "wait: 2h")
    _, out, _ = crmspec("plan")
    assert "✗ steps: - as on the target, + as in the project" in out
    assert "steps[#1].wait.for: 3h → 2h" in out


@pytest.mark.usefixtures("letter")
def test_a_change_has_its_line(edit, crmspec):
    edit("wait: 1h", "wait: 2h")
    _, out, _ = crmspec("plan")
    assert out.splitlines()[1].endswith("campaigns/all.yaml:12")
    assert [one["source"] for one in changed(crmspec, "chain.welcome")["fields"]] == [
        "campaigns/all.yaml:12"
    ]


def test_a_deletion_has_its_file(letter, edit, crmspec):
    letter.unlink()
    edit("      - send: hello\n", "")
    _, out, _ = crmspec("plan")
    (line,) = [line for line in out.splitlines() if "- message.hello" in line]
    assert line.endswith("campaigns/letter.yaml")
    assert changed(crmspec, "message.hello")["source"] == "campaigns/letter.yaml"


@pytest.mark.usefixtures("live")
def test_a_change_of_what_is_live_says_who_is_in_it(edit, crmspec):
    edit("      - send: hello\n", "      - {send: hello, title: The first letter}\n")
    for arguments in ([], ["--markdown"]):
        assert "live, 14 people on their way" in crmspec("plan", *arguments)[1]
    found = changed(crmspec, "chain.welcome")
    assert (found["live"], found["people"], found["risk"]) == (True, 14, "safe")
    assert crmspec("apply", "--yes")[0] == 0


@pytest.mark.usefixtures("letter")
def test_a_change_of_a_draft_says_nothing_of_people(edit, crmspec):
    edit("wait: 1h", "wait: 2h")
    assert "on their way" not in crmspec("plan")[1]
    found = changed(crmspec, "chain.welcome")
    assert (found["live"], found["people"]) == (False, None)


@pytest.mark.usefixtures("live")
def test_what_a_live_chain_would_send_anew_is_agreed_to(edit, crmspec):
    edit("      - send: hello", "      - send: hello\n      - wait: 9d\n      - send: hello")
    _, out, _ = crmspec("plan")
    assert "it is live, and sends something new" in out
    assert "`--activate` agrees to it" in out
    assert changed(crmspec, "chain.welcome")["risk"] == "irreversible"
    code, _, err = crmspec("apply", "--yes", "--allow-destructive")
    assert code == 4
    assert "CRM723" in err
    code, out, _ = crmspec("apply", "--yes", "--activate")
    assert code == 0
    assert "agrees to it" not in out


AUDIENCE = "    trigger: signup\n    audience: {attribute: age, gte: 18}\n"


@pytest.fixture
def adult(project, live, edit, crmspec):
    """The same chain, for adults alone."""
    more = "attributes: {age: {type: number}}\nevents: {order: {title: Order}}\n"
    (project / "campaigns" / "more.yaml").write_text(more)
    edit("    trigger: signup\n", AUDIENCE)
    assert crmspec("apply", "--yes")[0] == 0  # fewer are reached: nothing to agree to
    return live


@pytest.mark.usefixtures("adult")
@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        pytest.param(AUDIENCE, "    trigger: signup\n", "audience", id="no audience"),
        pytest.param("gte: 18", "gte: 16", "audience", id="a wider audience"),
        pytest.param("trigger: signup", "trigger: [signup, order]", "trigger", id="a trigger more"),
        pytest.param("wait: 1h", "wait: 2h", "steps", id="another wait"),
    ],
)
def test_whom_a_live_chain_may_reach_besides_is_agreed_to(old, new, key, edit, crmspec):
    edit(old, new)
    _, out, _ = crmspec("plan")
    assert f"it is live, and may reach others (`{key}`)" in out
    assert "`--activate` agrees to it" in out
    found = changed(crmspec, "chain.welcome")
    assert (found["risk"], found["reaches"]) == ("irreversible", [key])
    code, _, err = crmspec("apply", "--yes")
    assert (code, "CRM723" in err) == (4, True)
    assert crmspec("apply", "--yes", "--activate")[0] == 0
    assert "no changes" in crmspec("plan")[1]


@pytest.mark.usefixtures("adult")
def test_a_segment_that_something_live_needs_is_judged_by_whom_it_reaches(project, edit, crmspec):
    path = project / "campaigns" / "segment.yaml"
    path.write_text("segments:\n  grown: {title: Grown, attribute: age, gte: 18}\n")
    edit("audience: {attribute: age, gte: 18}", "audience: grown")
    assert crmspec("apply", "--yes", "--activate")[0] == 0
    path.write_text(path.read_text().replace("title: Grown", "title: Of age"))
    assert changed(crmspec, "segment.grown")["risk"] == "safe"
    path.write_text(path.read_text().replace("gte: 18", "gte: 16"))
    assert "what is live may reach others by it (`condition`)" in crmspec("plan")[1]
    assert changed(crmspec, "segment.grown")["risk"] == "irreversible"
    assert crmspec("apply", "--yes")[0] == 4
    edit("    trigger: signup", "    status: paused\n    trigger: signup")
    assert changed(crmspec, "segment.grown")["risk"] == "safe"


@pytest.mark.usefixtures("adult")
def test_another_segment_of_the_old_name_is_another(project, edit, crmspec):
    path = project / "campaigns" / "segment.yaml"
    path.write_text("segments:\n  grown: {title: Grown, attribute: age, gte: 18}\n")
    edit("audience: {attribute: age, gte: 18}", "audience: grown")
    assert crmspec("apply", "--yes", "--activate")[0] == 0
    moved = "moved: [{from: segment.grown, to: segment.adults}]\n"
    settings = project / "crmspec.yaml"
    before = settings.read_text()
    settings.write_text(before + moved)
    path.write_text("segments:\n  adults: {title: Grown, attribute: age, gte: 18}\n")
    edit("audience: grown", "audience: adults")
    assert crmspec("apply", "--yes")[0] == 0  # a new name for the same
    edit("    title: Welcome\n", "    title: Hello again\n")
    assert changed(crmspec, "chain.welcome")["risk"] == "safe"
    settings.write_text(before)
    path.write_text(path.read_text() + "  grown: {title: All, attribute: age, gte: 1}\n")
    edit("audience: adults", "audience: grown")
    found = changed(crmspec, "chain.welcome")
    assert (found["risk"], found["reaches"]) == ("irreversible", ["audience"])
    assert crmspec("apply", "--yes")[0] == 4


@pytest.mark.usefixtures("adult")
def test_what_an_attribute_of_something_live_means_is_agreed_to(project, crmspec):
    path = project / "campaigns" / "more.yaml"
    path.write_text(
        path.read_text().replace("age: {type: number", "age: {title: Age, type: number")
    )
    assert changed(crmspec, "attribute.age")["risk"] == "safe"
    path.write_text(path.read_text().replace("type: number", "type: number, missing_as: 20"))
    found = changed(crmspec, "attribute.age")
    assert (found["risk"], found["reaches"]) == ("irreversible", ["missing_as"])


@pytest.mark.usefixtures("live")
def test_new_words_need_no_option(edit, crmspec):
    edit("subject: Hello", "subject: Welcome")
    assert crmspec("apply", "--yes")[0] == 0


@pytest.mark.usefixtures("letter")
def test_what_is_agreed_to_is_not_asked_for(crmspec):
    people.edit("templates", "Hello", subject="By hand")
    assert "`--overwrite` undoes them" in crmspec("plan")[1]
    code, out, _ = crmspec("apply", "--yes", "--overwrite")
    assert code == 0
    assert "--overwrite" not in out


def test_to_adopt_and_to_overwrite_are_two_things(project, letter, crmspec):
    (project / ".crmspec" / "sandbox.state.json").unlink()
    letter.write_text(letter.read_text().replace("subject: Hello", "subject: Bye"))
    assert "2 to adopt, 1 to adopt and update" in crmspec("plan")[1]


def test_what_a_plan_calls_nothing_an_apply_does_not_tell(letter, crmspec):
    people.edit("templates", "Hello", subject="Bye")
    letter.write_text(letter.read_text().replace("subject: Hello", "subject: Bye"))
    assert "no changes" in crmspec("plan")[1]
    assert "message.hello" not in crmspec("plan", "--markdown")[1]
    code, out, err = crmspec("apply", "--yes")
    assert code == 0
    assert "message.hello" not in out + err
    people.edit("templates", "Hello", subject="Again")
    assert "⟳ message.hello" in crmspec("plan")[1]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["plan"], id="plan"),
        pytest.param(["targets"], id="targets"),
        pytest.param(["compile", "--target", "sandbox"], id="compile"),
    ],
)
@pytest.mark.usefixtures("project")
def test_two_forms_of_output_are_a_misuse(crmspec, command):
    code, out, err = crmspec(*command, "--json", "--markdown")
    assert (code, out) == (2, "")
    assert "choose one form of output: json, markdown" in err
    assert json.loads(crmspec(*command, "--json")[1])
    assert crmspec(*command, "--markdown")[0] == 0


@pytest.mark.usefixtures("project")
def test_targets_as_markdown(crmspec):
    assert "| `wait` |" in crmspec("targets", "--markdown")[1]
    assert crmspec("targets", "knock", "--markdown")[1].startswith("## `knock`")


@pytest.mark.usefixtures("project")
def test_a_comment_says_what_the_target_does_not_keep(crmspec):
    assert "- `≈ consent (1)` the sandbox keeps no consents" in crmspec("plan", "--markdown")[1]


def test_a_quiet_plan_says_only_what_needs_attention(letter, edit, crmspec):
    assert crmspec("plan", "-q")[1] == ""
    edit("wait: 1h", "wait: 2h")
    assert crmspec("plan", "-q")[1].splitlines() == [
        "1 to update · 2 unchanged · 1 call, about 1 s · safe"
    ]
    letter.unlink()
    edit("      - send: hello\n", "")
    quiet = crmspec("plan", "-q")[1]
    assert "- message.hello" in quiet
    assert "chain.welcome" not in quiet


@pytest.mark.usefixtures("project")
def test_an_interrupted_apply_says_how_far_it_came(crmspec, monkeypatch):
    from crmspec.providers.sandbox.client import Client

    create = Client.create

    def cut(self, collection, *arguments):
        if collection == "chains":
            raise KeyboardInterrupt
        return create(self, collection, *arguments)

    monkeypatch.setattr(Client, "create", cut)
    code, _, err = crmspec("apply", "--yes")
    assert code == 130
    assert "2 of 3 done and noted" in err
    assert "cut off, and looked up by the next run: `chain.welcome`" in err
    assert "apply again: it goes on with the rest" in err
    monkeypatch.setattr(Client, "create", create)
    assert crmspec("apply", "--yes")[0] == 0
    assert crmspec("plan", "--exit-code")[0] == 0
