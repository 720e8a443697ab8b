"""`sheet` and `confirm`, and what `plan` and `apply` say of them."""

import json

import pytest

from tests.cli.conftest import GOOD

TARGETS = """\
targets:
  box: {title: Box, platform: mindbox, mode: build_sheet, manages: [segments, messages, chains]}
"""
SEGMENT = """\
segments:
  best: {title: Best, attribute: city, eq: Riga}
attributes: {city: {type: string}}
"""


@pytest.fixture
def box(project):
    (project / "campaigns" / "all.yaml").write_text(GOOD + SEGMENT)
    (project / "campaigns" / "targets.yaml").write_text(TARGETS)
    return project


def version(out):
    return next(line for line in out.splitlines() if "--sheet" in line).rpartition(" ")[2]


def test_from_the_plan_over_the_sheet_to_silence(box, crmspec, edit):
    code, out, _ = crmspec("plan", "--exit-code")
    assert code == 3
    assert "! chain.welcome" in out
    assert "3 by hand" in out
    code, out, err = crmspec("sheet", "chain.welcome")
    assert code == 0
    assert "crmspec confirm chain.welcome --target box --sheet" in out
    assert crmspec("confirm", "chain.welcome", "--sheet", version(out))[0] == 0
    code, _, err = crmspec("confirm", "*", "--by", "anna@shop.example")
    assert "0 left to do by hand" in err
    code, out, _ = crmspec("plan", "--exit-code")
    assert code == 0
    assert "no changes: the target matches" in out
    edit("wait: 1h", "wait: 2h")
    code, out, _ = crmspec("plan", "--exit-code")
    assert code == 3
    assert "changed since it was confirmed, 1 changed" in out
    assert "steps[#1].wait.for: 1h → 2h" in out
    code, out, _ = crmspec("sheet", "chain.welcome")
    before, after = out.index("What changed"), out.index("The whole sheet")
    assert "wait: 2 h" in out[before:after]
    assert "send" not in out[before:after]
    log = (box / ".crmspec" / "box.audit.jsonl").read_text().splitlines()
    assert [json.loads(line)["kind"] for line in log] == ["confirm"] * 3
    assert json.loads(log[-1])["who"] == "anna@shop.example"


@pytest.mark.usefixtures("box")
def test_a_sheet_that_changed_since_it_was_printed_is_not_confirmed(crmspec, edit):
    _, out, _ = crmspec("sheet", "chain.welcome")
    edit("wait: 1h", "wait: 2h")
    code, _, err = crmspec("confirm", "chain.welcome", "--sheet", version(out))
    assert code == 4
    assert "changed since it was printed" in err
    assert "chain.welcome" in crmspec("plan")[1]


@pytest.mark.usefixtures("box")
def test_what_is_gone_is_removed_by_hand(crmspec, edit):
    crmspec("confirm", "*")
    edit(SEGMENT, "")
    code, out, _ = crmspec("plan")
    assert "! segment.best" in out
    assert "to be removed by hand" in out
    code, out, _ = crmspec("sheet", "segment.best")
    assert "remove it" in out
    assert "--sheet gone" in out
    crmspec("confirm", "segment.best", "--sheet", "gone")
    code, out, _ = crmspec("plan", "--exit-code")
    assert code == 0
    assert "segment.best" not in crmspec("state", "list")[1]


def test_pages_in_a_folder(box, crmspec):
    code, _, err = crmspec("sheet", "-o", "sheets", "--lang", "ru")
    assert code == 0
    assert "3" in err
    written = sorted(path.name for path in (box / "sheets").iterdir())
    assert written == [
        *("chain.welcome.html", "index.html", "message.hello.html", "segment.best.html"),
    ]
    page = (box / "sheets" / "chain.welcome.html").read_text()
    assert '<html lang="ru">' in page
    assert "<svg" in page
    assert "://" not in page.replace("http://www.w3.org", "")
    crmspec("confirm", "*")
    crmspec("sheet", "-o", "left", "--format", "markdown")
    assert "Nothing is to be done" in (box / "left" / "index.md").read_text()
    crmspec("sheet", "-o", "all", "--format", "markdown", "--all")
    assert "- [x] chain [Welcome](chain.welcome.md)" in (box / "all" / "index.md").read_text()
    assert "confirmed by" in (box / "all" / "chain.welcome.md").read_text()


@pytest.mark.parametrize("format_", ["html", "markdown"])
def test_pages_of_what_is_done_go_and_no_others(box, crmspec, format_):
    ending = {"html": "html", "markdown": "md"}[format_]
    write = ("sheet", "-o", "sheets", "--format", format_)
    crmspec(*write)
    folder = box / "sheets"
    page = (folder / f"message.hello.{ending}").read_text()
    others = {
        f"notes.{ending}": page,
        f"message.other.{ending}": "mine",
        f"chain.old.{ending}": page.replace("message.hello --target box", "chain.old --target b"),
        f"chain.prod.{ending}": page.replace("message.hello", "chain.prod").replace(
            "--sheet ", "--sheet 1 --environment prod "
        ),
    }
    for name, content in others.items():
        (folder / name).write_text(content)
    (folder / f"chain.gone.{ending}").write_text(page.replace("message.hello", "chain.gone"))
    crmspec("confirm", "message.hello")
    assert "not open any more: 2" in crmspec(*write, "chain.welcome")[2]
    assert {path.name for path in folder.iterdir()} == {
        *(f"{name}.{ending}" for name in ("index", "chain.welcome", "segment.best")),
        *others,
    }
    crmspec("confirm", "*")
    _, _, err = crmspec(*write)
    assert "not open any more: 2" in err
    assert {path.name for path in folder.iterdir()} == {f"index.{ending}", *others}
    assert "not open any more" not in crmspec(*write)[2]


@pytest.mark.usefixtures("box")
def test_lists_and_wrong_addresses(crmspec):
    assert "! segment.best" in crmspec("sheet")[1]
    code, _, err = crmspec("sheet", "chain.welcom")
    assert (code, "did you mean `chain.welcome`?" in err) == (2, True)
    code, _, err = crmspec("confirm", "x")
    assert (code, "is not done by hand" in err) == (2, True)
    crmspec("confirm", "*")
    assert "nothing is to be done by hand" in crmspec("sheet")[2]
    assert "noted before" in crmspec("confirm", "chain.welcome")[2]
    assert "! " in crmspec("state", "list")[1]


@pytest.mark.usefixtures("box")
def test_apply_says_what_is_left_and_never_fails_for_it(crmspec):
    code, _, err = crmspec("apply", "--yes")
    assert code == 0
    assert "3 left to do by hand" in err


@pytest.mark.usefixtures("project")
def test_what_an_api_does_not_take_becomes_a_sheet(crmspec, edit):
    edit("- send: hello", "- send: hello\n      - code: {target: sandbox, source: x}")
    edit("title: Welcome\n", "title: Welcome\n    on_unsupported: manual\n")
    _, out, _ = crmspec("plan")
    assert "build sheet: the sandbox has no `code` step" in out
    code, _, err = crmspec("apply", "--yes")
    assert code == 0
    assert "1 left to do by hand" in err
    crmspec("confirm", "chain.welcome")
    code, out, _ = crmspec("plan", "--exit-code")
    assert code == 0
    assert "chain.welcome" not in out


@pytest.mark.usefixtures("box")
def test_a_message_that_changed(crmspec, edit):
    crmspec("confirm", "*")
    edit("subject: Hello", 'subject: "Hi"')
    _, out, _ = crmspec("sheet", "message.hello")
    changed = out[out.index("What changed") : out.index("In the end")]
    assert "was: Hello" in changed
    assert "is to be: Hi" in changed


def test_an_unknown_language_leaves_the_texts_as_they_are(box, crmspec):
    file = box / "campaigns" / "targets.yaml"
    file.write_text(TARGETS.replace("mindbox", "homegrown"))
    (box / "campaigns" / "all.yaml").write_text(
        GOOD.replace("subject: Hello", "subject: \"{{ profile.city | default('you') }}\"") + SEGMENT
    )
    code, out, _ = crmspec("sheet", "message.hello")
    assert code == 0
    assert "template language of this platform is not known" in out
    assert "{{ profile.city | default('you') }}" in out
