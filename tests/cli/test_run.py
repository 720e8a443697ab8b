"""`crmspec run`: what one customer receives."""

import json

import pytest

EVENTS = "- {event: signup, at: 0m}\n- {event: order_placed, at: 30m}\n"


@pytest.fixture
def events(story):
    path = story / "events.yaml"
    path.write_text(EVENTS)
    return path


def test_events_of_a_persona(events, crmspec):
    code, out, _ = crmspec("run", "--events", str(events), "--customer", "anna")
    assert code == 0
    assert "Mon 2027-03-01  09:00  · `signup`" in out
    assert "10:00  ✉ `hello` by `email`" in out
    assert "does not enter `care`: the customer is not in its audience" in out
    assert out.endswith("2 messages sent (UTC, reference)\n")


def test_only_the_named_chains_live(events, crmspec):
    _, out, _ = crmspec("run", "welcome", "--events", str(events), "--customer", "anna")
    assert "care" not in out


def test_waits_are_told_on_demand(events, crmspec):
    _, out, _ = crmspec("run", "--events", str(events), "--customer", "anna", "-v")
    assert "`welcome` waits until 2027-03-01 10:00" in out


@pytest.mark.usefixtures("story")
def test_without_events_somebody_is_made_up(crmspec):
    code, out, _ = crmspec("run", "care")
    assert code == 0
    assert "who: " in out
    assert "✉ `thanks` by `sms`" in out


def test_json(events, crmspec):
    code, out, _ = crmspec("run", "--events", str(events), "--format", "json")
    data = json.loads(out)
    assert (code, data["version"], data["timezone"], data["sent"]) == (0, 1, "UTC", 0)
    assert data["lost"] == 2
    assert data["timeline"][0]["text"] == "`signup`"
    assert data["timeline"][1]["place"]["path"] == "campaigns/all.yaml"


def test_markdown(events, crmspec):
    _, out, _ = crmspec("run", "--events", str(events), "--format", "markdown")
    assert "| Mon 2027-03-01 | 09:00 | · `signup` |  |" in out


def test_a_customer_file_and_another_start(story, events, crmspec):
    who = story / "who.json"
    who.write_text('{"consents": {"news": "subscribed"}, "reachable": ["email", "sms"]}')
    arguments = ["--events", str(events), "--customer", str(who), "--start", "2027-05-05T10:00"]
    _, out, _ = crmspec("run", *arguments, "--until", "2h")
    assert "Wed 2027-05-05  10:00" in out
    assert out.endswith("1 message sent (UTC, reference)\n")


def test_a_journey_test_is_a_script_too(story, crmspec):
    script = story / "one.test.yaml"
    script.write_text(
        "tests: {t: {start: '2027-03-01T09:00', customer: {reachable: email},"
        " events: {event: signup, at: 5m}, profile: braze, expect: {}}}"
    )
    _, out, _ = crmspec("run", "--events", str(script))
    assert "09:05  · `signup`" in out
    assert "braze" in out


def test_the_first_date_is_the_start(story, crmspec):
    script = story / "one.yaml"
    script.write_text("events: {event: signup, at: '2027-06-01T08:00'}\n")
    _, out, _ = crmspec("run", "--events", str(script))
    assert "Tue 2027-06-01  08:00  · `signup`" in out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("- {evnt: signup, at: 0m}\n", "events.yaml:1:4", id="a wrong key"),
        pytest.param("- {event: sigup, at: 0m}\n", "unknown event `sigup`", id="an unknown event"),
        pytest.param("- {event: signup, at: soon}\n", "`soon` is", id="a wrong moment"),
        pytest.param("- {event: signup\n", "events.yaml:", id="no YAML"),
        pytest.param("- {event: signup, at: 2027-03-28 02:30}\n", "`2027-03-28 02:30`", id="blank"),
        pytest.param("null\n", "write a list of what happens", id="null"),
        pytest.param("42\n", "write a list of what happens", id="a number"),
        pytest.param(
            "- {event: signup, at: -5m}\n", "`-5m` is not a moment", id="before it begins"
        ),
        pytest.param("- &a [*a]\n", "CRM009", id="a circle"),
        pytest.param(
            "events: {event: signup, at: 0m}\n---\nevents: {event: signup, at: 1m}\n",
            "`events` is given twice",
            id="two lists of events",
        ),
        pytest.param(
            "tests: {a: {start: 2027-03-01, expect: {}}, b: {start: 2027-03-01, expect: {}}}\n",
            "one journey test is run at a time; this is another",
            id="two tests",
        ),
        pytest.param("tests: {a: 1}\n", "`events` must be a", id="a test that is a number"),
    ],
)
def test_a_bad_script_is_explained(story, crmspec, content, said):
    (story / "events.yaml").write_text(content)
    code, out, _ = crmspec("run", "--events", "events.yaml")
    assert code == 1
    assert said in out
    assert out.count("= see:") == out.count("-->")


@pytest.mark.parametrize("content", ["", "[]", "# nothing yet\n"])
def test_a_script_in_which_nothing_happens(story, crmspec, content):
    (story / "events.yaml").write_text(content)
    code, out, _ = crmspec("run", "--events", "events.yaml")
    assert (code, out) == (0, "0 messages sent (UTC, reference)\n")


@pytest.mark.parametrize("content", ["null", "42"])
def test_a_bad_customer_is_explained(story, events, crmspec, content):
    (story / "who.yaml").write_text(content)
    code, out, _ = crmspec("run", "--events", str(events), "--customer", "who.yaml")
    assert code == 1
    assert "write a map such as `reachable: [email]`" in out


def test_nobody_comes_into_a_chain(story, crmspec):
    path = story / "campaigns" / "all.yaml"
    path.write_text(path.read_text().replace("{attribute: city, eq: Omsk}", "{all: [new, buyers]}"))
    code, _, err = crmspec("run", "greeting")
    assert code == 2
    assert "no customer was found who comes into greeting" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param([], "name a CHAIN", id="nothing to run"),
        pytest.param(["welcom"], "there is no chain welcom; did you mean welcome?", id="chain"),
        pytest.param(
            ["welcome", "--customer", "ann"], "there is no persona ann; did you mean anna", id="who"
        ),
        pytest.param(["welcome", "--profile", "x"], "there is no profile x", id="profile"),
        pytest.param(["--witness", "CRM306-zzzz"], "there is no witness", id="witness"),
        pytest.param(["--witness", "nonsense"], "there is no witness", id="no code"),
        pytest.param(["welcome", "--start", "soon"], "--start: 'soon' is no moment", id="start"),
        pytest.param(["welcome", "--start", "1d"], "--start: '1d' is no moment", id="a length"),
        pytest.param(["welcome", "--start", "2027-02-30"], "--start: '2027-02-30'", id="no day"),
        pytest.param(["welcome", "--until", "-1d"], "--until: '-1d' is no moment", id="until"),
        pytest.param(
            ["welcome", "--until", "1999-01-01"], "--until: 1999-01-01 is before", id="too early"
        ),
        pytest.param(
            ["welcome", "--customer", "anna", "--until", "1999-01-01"],
            "--until: 1999-01-01 is before the start",
            id="before the start of a script",
        ),
        pytest.param(
            ["welcome", "--start", "2027-03-01"], "--start needs --events", id="a made-up start"
        ),
        pytest.param(
            ["welcome", "--witness", "CRM302-7f3a"], "--witness says it all", id="two things"
        ),
    ],
)
@pytest.mark.usefixtures("story")
def test_names_that_lead_nowhere(crmspec, arguments, said):
    code, _, err = crmspec("run", *arguments)
    assert code == 2
    assert said in err


def test_a_broken_project_is_told(story, crmspec):
    (story / "campaigns" / "bad.yaml").write_text(
        "chains: {c: {trigger: nowhere, steps: [{note: x}]}}"
    )
    code, out, _ = crmspec("run", "welcome")
    assert code == 1
    assert "CRM201" in out


@pytest.mark.usefixtures("story")
def test_a_witness_of_a_finding(crmspec):
    _, report, _ = crmspec("check", "--format", "json")
    found = [f["evidence"] for f in json.loads(report)["findings"] if f["evidence"]]
    names = [one["replay"] for one in found if one["replay"]]
    assert names
    for name in names:
        code, out, _ = crmspec("run", "--witness", name.lower())
        assert code == 0
        assert "Mon 2027-03-01" in out
