"""`pull`: edits by hand in the embedded sandbox come into the files, and nothing else moves."""

import pytest

from tests.cli import people

SHOP = """\
# The shop. Comments stay.
events:
  signup: {title: Signed up}
consents:
  news: {title: News, channel: email}
channels:
  email: {title: E-mail, type: email, from: "Shop <hello@shop.example>", consent: news}
segments:
  many: {title: Many, event: signup, count: {gte: 3}}  # how many
messages:
  hello:
    title: Hello   # the name there
    channel: email
    category: service
    subject: "Hello"
    body: |
      Hello,
      friend
  more: {title: More, channel: email, category: service, subject: More, file: more.html}
chains:
  welcome:
    title: Welcome
    trigger: signup
    # What happens:
    steps:
      - id: first
        wait: 1h  # not at once
      - {id: mail, send: hello}
      - id: later
        wait: 1d

      - send: more   # the end
"""
STEPS = [
    {"id": "first", "wait": {"for": "1h"}},
    {"id": "mail", "send": {"message": "HELLO"}},
    {"id": "later", "wait": {"for": "1d"}},
    {"send": {"message": "MORE"}},
]


@pytest.fixture
def shop(project, crmspec):
    (project / "campaigns" / "all.yaml").write_text(SHOP)
    (project / "templates").mkdir()
    (project / "templates" / "more.html").write_text("<p>More</p>\n")
    code, _, err = crmspec("apply", "--yes")
    assert code == 0, err
    return project


def steps(change):
    """Let people change the steps of the chain."""
    native = people.found("chains", "Welcome")["definition"]["steps"]
    people.edit("chains", "Welcome", steps=change(native))


def waiting(native):
    first, *rest = native
    return [first | {"wait": {"for": "3h"}}, *rest]


def without_a_wait(native):
    return [native[0], native[1], native[3]]


def with_one_more(native):
    return [*native[:3], {"id": "last", "wait": {"for": "2d"}}, native[3]]


def turned_round(native):
    return [native[2], native[1], native[0], native[3]]


def subject(text):
    return lambda: people.edit("templates", "Hello", subject=text)


EDITS = [
    pytest.param(subject("Hi: you"), 'subject: "Hello"', 'subject: "Hi: you"', id="a scalar"),
    pytest.param(
        lambda: people.edit("templates", "Hello", body="Hi,\nyou\n"),
        "      Hello,\n      friend\n",
        "      Hi,\n      you\n",
        id="a text of several lines",
    ),
    pytest.param(
        lambda: people.edit("templates", "Hello", "New name"),
        "title: Hello   # the name there",
        "title: New name   # the name there",
        id="the name",
    ),
    pytest.param(
        lambda: people.edit("templates", "Hello", preheader="Soon"),
        "      friend\n",
        "      friend\n    preheader: Soon\n",
        id="a field more",
    ),
    pytest.param(
        lambda: people.edit("segments", "Many", count={"gte": 5}),
        "count: {gte: 3}}",
        "count: {gte: 5}}",
        id="inside braces",
    ),
    pytest.param(lambda: steps(waiting), "wait: 1h  # not", "wait: 3h  # not", id="a short form"),
    pytest.param(
        lambda: steps(without_a_wait), "      - id: later\n        wait: 1d\n", "", id="a step less"
    ),
    pytest.param(
        lambda: steps(with_one_more),
        "        wait: 1d\n",
        "        wait: 1d\n      - {id: last, wait: {for: 2d}}\n",
        id="a step more",
    ),
]


@pytest.mark.parametrize(("by_hand", "before", "after"), EDITS)
def test_an_edit_comes_into_the_file_and_nothing_else_moves(shop, crmspec, by_hand, before, after):
    by_hand()
    code, _, err = crmspec("pull")
    assert code == 0, err
    assert (shop / "campaigns" / "all.yaml").read_text() == SHOP.replace(before, after)
    assert crmspec("plan", "--exit-code")[0] == 0
    assert crmspec("drift", "--exit-code")[0] == 0
    assert crmspec("apply", "--yes")[0] == 0
    assert crmspec("plan")[1].endswith("\nno changes: the target matches\n")


@pytest.mark.parametrize(("by_hand", "before", "after"), EDITS)
def test_line_breaks_of_windows_stay(shop, crmspec, by_hand, before, after):
    path = shop / "campaigns" / "all.yaml"
    path.write_bytes(SHOP.replace("\n", "\r\n").encode())
    by_hand()
    code, _, err = crmspec("pull")
    assert code == 0, err
    assert path.read_bytes() == SHOP.replace(before, after).replace("\n", "\r\n").encode()
    assert crmspec("plan", "--exit-code")[0] == 0


def test_a_template_is_a_file_of_its_own(shop, crmspec):
    people.edit("templates", "More", source="<p>Less</p>\n")
    assert crmspec("pull", "message.more")[0] == 0
    assert (shop / "templates" / "more.html").read_text() == "<p>Less</p>\n"
    assert (shop / "campaigns" / "all.yaml").read_text() == SHOP
    assert crmspec("plan", "--exit-code")[0] == 0


def test_what_cannot_be_edited_in_place_is_written_anew(shop, crmspec):
    steps(turned_round)
    assert crmspec("pull")[0] == 0
    text = (shop / "campaigns" / "all.yaml").read_text()
    assert "    # What happens:\n    steps:\n      - {id: later, wait: {for: 1d}}\n" in text
    assert crmspec("plan", "--exit-code")[0] == 0


def test_only_what_is_named_and_only_shown(shop, crmspec):
    subject("Hi")()
    people.edit("segments", "Many", "Lots")
    code, out, _ = crmspec("pull", "segment.many", "--diff")
    assert code == 0
    assert "+  many: {title: Lots, event: signup" in out
    assert (shop / "campaigns" / "all.yaml").read_text() == SHOP
    assert crmspec("pull", "segment.many")[0] == 0
    text = (shop / "campaigns" / "all.yaml").read_text()
    assert text == SHOP.replace("title: Many", "title: Lots")


def test_fields_of_people_are_pulled_too(shop, crmspec):
    path = shop / "campaigns" / "all.yaml"
    path.write_text(SHOP.replace('"Hello"', '"Hello"\n    ownership: {subject: ui}'))
    assert crmspec("plan", "--exit-code")[0] == 0
    subject("Hi")()
    assert crmspec("plan", "--exit-code")[0] == 0
    assert crmspec("pull")[0] == 0
    assert "subject: Hi\n" in path.read_text()


LINES = "Hello,\n      friend\n"
BOTH = [
    pytest.param(
        (LINES, "Hello,\n      dear friend\n"),
        lambda: people.edit("templates", "Hello", body="Hi,\nfriend\n"),
        ("Hello,\n      dear", "Hi,\n      dear"),
        id="lines of a text",
    ),
    pytest.param(
        ("wait: 1d", "wait: 2d"),
        lambda: steps(waiting),
        ("wait: 1h  # not", "wait: 3h  # not"),
        id="steps",
    ),
]


@pytest.mark.parametrize(("here", "by_hand", "there"), BOTH)
def test_what_was_changed_here_and_there_comes_together(shop, crmspec, here, by_hand, there):
    path = shop / "campaigns" / "all.yaml"
    mine = SHOP.replace(*here)
    path.write_text(mine)
    by_hand()
    code, _, err = crmspec("pull")
    assert (code, "merged with what changed here" in err) == (0, True), err
    assert mine != path.read_text() == mine.replace(*there)
    assert crmspec("drift", "--exit-code")[0] == 0
    assert "no edits by hand" in crmspec("pull")[2]
    assert crmspec("apply", "--yes")[0] == 0
    assert crmspec("plan", "--exit-code")[0] == 0
    assert path.read_text() == mine.replace(*there)


def test_another_field_that_was_changed_here_stays(shop, crmspec):
    path = shop / "campaigns" / "all.yaml"
    path.write_text(SHOP.replace('"Hello"', '"Dear"'))
    people.edit("templates", "Hello", body="Hi,\nyou\n")
    code, _, err = crmspec("pull")
    assert (code, "merged" in err) == (0, False), err
    mine = SHOP.replace('"Hello"', '"Dear"').replace(LINES, "Hi,\n      you\n")
    assert path.read_text() == mine


def test_a_template_is_merged_by_line(shop, crmspec):
    file = shop / "templates" / "more.html"
    file.write_text("<p>One</p>\n<p>Two</p>\n<p>Three</p>\n")
    assert crmspec("apply", "--yes")[0] == 0
    people.edit("templates", "More", source="<p>1</p>\n<p>Two</p>\n<p>Three</p>\n")
    file.write_text("<p>One</p>\n<p>Two</p>\n<p>3</p>\n")
    code, _, err = crmspec("pull")
    assert (code, "message.more: source, merged" in err) == (0, True), err
    assert file.read_text() == "<p>1</p>\n<p>Two</p>\n<p>3</p>\n"


def test_what_both_sides_changed_otherwise_is_left_alone(shop, crmspec):
    path, file = shop / "campaigns" / "all.yaml", shop / "templates" / "more.html"
    mine = SHOP.replace('subject: "Hello"', 'subject: "Mine"')
    path.write_text(mine)
    file.write_text("<p>Mine</p>\n")
    people.edit("templates", "Hello", subject="Theirs", preheader="Soon")
    people.edit("templates", "More", source="<p>Theirs</p>\n")
    code, _, err = crmspec("pull")
    assert code == 4
    assert "message.hello: preheader\n" in err
    assert "left alone message.hello.subject: it was changed here as well" in err
    assert "  --> campaigns/all.yaml:15\n      here: Mine\n      there: Theirs\n" in err
    assert "  --> templates/more.html:1\n      here: <p>Mine</p>\n      there: <p>Theirs" in err
    assert file.read_text() == "<p>Mine</p>\n"
    soon = "      friend\n    preheader: Soon\n"
    assert path.read_text() == mine.replace("      friend\n", soon)
    code, _, err = crmspec("apply", "--yes")
    assert (code, "`crmspec pull message.more --theirs` takes" in err) == (4, True), err
    assert crmspec("pull", "--theirs")[0] == 0
    assert file.read_text() == "<p>Theirs</p>\n"
    assert "subject: Theirs" in path.read_text()
    assert crmspec("plan", "--exit-code")[0] == 0


def test_without_a_state_nothing_is_taken_unasked(shop, crmspec):
    path = shop / "campaigns" / "all.yaml"
    for file in (shop / ".crmspec").glob("sandbox.state*"):
        file.unlink()
    subject("Hi")()
    code, _, err = crmspec("pull")
    assert (code, "the state does not tell who changed it" in err) == (4, True), err
    assert path.read_text() == SHOP
    told = "`crmspec pull message.hello --theirs` takes what is there"
    assert told in crmspec("apply", "--yes")[2]
    assert crmspec("pull", "--theirs")[0] == 0
    assert path.read_text() == SHOP.replace('subject: "Hello"', "subject: Hi")


TARGET = "{platform: sandbox}"


@pytest.mark.parametrize(
    ("settings", "options", "told"),
    [
        pytest.param(
            f"targets: {{sandbox: {TARGET}, other: {TARGET}}}\n",
            ["--target", "sandbox"],
            " --target sandbox`",
            id="targets",
        ),
        pytest.param(
            f"targets: {{sandbox: {TARGET}, other: {TARGET}}}\n"
            "environments: {staging: {targets: [sandbox]}}\n",
            ["-e", "staging"],
            " --environment staging`",
            id="environments",
        ),
    ],
)
def test_how_to_take_theirs_is_told_as_it_is_to_be_typed(project, crmspec, settings, options, told):
    (project / "campaigns" / "all.yaml").write_text(SHOP.replace("file: more.html", "body: More"))
    path = project / "crmspec.yaml"
    path.write_text(path.read_text() + settings)
    assert crmspec("apply", "--yes", *options)[0] == 0
    for file in (project / ".crmspec").rglob("*.state*"):
        file.unlink()
    (home,) = {file.parent for file in (project / ".crmspec").rglob("sandbox.db")}
    people.edit("templates", "Hello", folder=home, subject="Hi")
    err = crmspec("apply", "--yes", *options)[2]
    assert f"`crmspec pull message.hello --theirs{told}" in err


@pytest.mark.usefixtures("shop")
def test_nothing_to_pull(crmspec):
    code, _, err = crmspec("pull")
    assert code == 0
    assert "no edits by hand" in err


def test_what_the_project_has_no_words_for_is_left_alone(shop, crmspec):
    channel = people.found("templates", "Hello")["definition"]["channel"]
    people.edit("templates", "Hello", channel=channel | {"from": {"name": "X"}}, subject="Hi")
    code, _, err = crmspec("pull")
    assert code == 4
    assert "left alone message.hello.channel" in err
    text = (shop / "campaigns" / "all.yaml").read_text()
    assert text == SHOP.replace('subject: "Hello"', "subject: Hi")


def test_nothing_is_deleted_here_because_it_is_gone_there(shop, crmspec):
    native = people.found("chains", "Welcome")
    with people.account() as call:
        call("DELETE", f"chains/{native['id']}", **{"If-Match": str(native["revision"])})
    code, _, err = crmspec("pull")
    assert code == 4
    assert "left alone chain.welcome: deleted there" in err
    assert (shop / "campaigns" / "all.yaml").read_text() == SHOP


def test_what_is_deleted_here_and_changed_there_is_left_alone(shop, crmspec):
    path = shop / "campaigns" / "all.yaml"
    path.write_text(SHOP.replace("  many:", "  lots:"))
    people.edit("segments", "Many", "More")
    code, _, err = crmspec("pull")
    assert code == 4
    assert "left alone segment.many: changed there, and deleted here" in err


@pytest.fixture
def shared(shop, crmspec):
    """A project in which the subject of one message is that of the other."""
    more = (
        "  more: {title: More, channel: email, category: service, subject: More, file: more.html}\n"
    )
    text = SHOP.replace(more, "").replace('"Hello"', "*s")
    text = text.replace("messages:\n", "messages:\n" + more.replace("subject:", "subject: &s"))
    path = shop / "campaigns" / "all.yaml"
    path.write_text(text)
    assert crmspec("apply", "--yes")[0] == 0
    return path


def test_the_one_that_borrows_gets_words_of_its_own(shared, crmspec):
    before = shared.read_text()
    subject("Hi")()
    assert crmspec("pull")[0] == 0
    assert shared.read_text() == before.replace("*s", "Hi")


def test_the_one_that_lends_is_left_alone(shared, crmspec):
    before = shared.read_text()
    people.edit("templates", "More", subject="Less")
    code, _, err = crmspec("pull")
    assert code == 4
    assert "left alone message.more.subject" in err
    assert shared.read_text() == before


def test_how_lines_end_is_no_change_and_stays(shop, crmspec):
    page = shop / "templates" / "more.html"
    page.write_bytes(b"<p>More</p>\n<p>And more</p>\n")
    assert crmspec("apply", "--yes")[0] == 0
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    assert "no changes: the target matches" in crmspec("plan")[1]
    people.edit("templates", "More", source="<p>Less</p>\n<p>And more</p>\n")
    assert crmspec("pull")[0] == 0
    assert page.read_bytes() == b"<p>Less</p>\r\n<p>And more</p>\r\n"
