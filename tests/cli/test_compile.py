"""`crmspec compile`."""

import json

import pytest

from crmspec.diagnostics import text
from crmspec.dialect.codes import code_of
from crmspec.dialect.loss import Loss
from crmspec.source import Span

pytestmark = pytest.mark.usefixtures("project")


@pytest.fixture
def messages(edit):
    """A message that some dialects have no words for."""
    edit(
        "subject: Hello, body: Hello}",
        "subject: Hello, body: Hello}\n"
        "  loop:\n"
        "    title: Loop\n"
        "    channel: email\n"
        '    subject: "{{ profile.first_name | upper }} ```"\n'
        '    body: "{% for item in event.items %}{{ item.name }}{% endfor %}'
        '{{ links.other }}{{ event.total | number(0) }}"\n'
        "attributes:\n"
        "  first_name: {title: First name, type: string, names: {braze: given}}\n"
        "  age: {title: Age, type: integer}\n"
        "targets:\n"
        "  main: {title: Main, platform: braze}\n",
    )
    edit(
        "signup: {title: Signed up}",
        "signup: {title: Signed up, properties: {total: {type: integer}, "
        "items: {type: array, items: {type: object, properties: {name: {type: string}}}}}}",
    )
    edit("      - send: hello\n", "      - send: hello\n      - send: loop\n")


def test_a_message_is_printed(crmspec):
    code, out, _ = crmspec("compile", "hello", "--dialect", "braze")
    assert code == 0
    assert "# subject\nHello\n" in out


@pytest.mark.usefixtures("messages")
def test_names_of_the_target(crmspec):
    code, out, _ = crmspec("compile", "loop", "--dialect", "braze", "--field", "subject")
    assert code == 0
    assert "given" in out
    assert "# subject" not in out


@pytest.mark.usefixtures("messages")
def test_what_is_lost_has_a_line(crmspec):
    code, out, err = crmspec("compile", "loop", "--dialect", "hubspot")
    assert code == 1
    assert "error[CRM60" in err
    assert "all.yaml" in err
    assert "# subject" in out


@pytest.mark.usefixtures("messages")
def test_json(crmspec):
    code, out, _ = crmspec("compile", "loop", "--dialect", "hubspot", "--format", "json")
    found = json.loads(out)
    assert code == 1
    assert found["dialect"] == "hubspot"
    assert found["findings"]
    assert "html" in found["fields"]


@pytest.mark.usefixtures("messages")
def test_markdown_has_fences_that_hold(crmspec):
    out = crmspec("compile", "loop", "--dialect", "braze", "--format", "markdown")[1]
    assert "## subject\n\n````\n" in out


def test_files(crmspec, project):
    code, _, err = crmspec("compile", "hello", "--dialect", "klaviyo", "-o", "made")
    assert code == 0
    assert "wrote made/hello.html" in err
    assert (project / "made" / "hello.subject.txt").read_text() == "Hello"


@pytest.mark.usefixtures("messages")
@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_the_table_of_losses(crmspec, format_):
    code, out, _ = crmspec("compile", "--all", "--format", format_)
    assert code == 0
    if format_ == "json":
        losses = json.loads(out)["losses"]
        assert losses["hello"]["braze"] == 0
        assert losses["loop"]["hubspot"] > 0
    else:
        assert "braze" in out
        assert "·" in out


OWN = """\
targets:
  main: {title: Main, platform: braze, links: {preferences: "https://shop.example/p"}}
  other: {title: Other, platform: braze}
"""


@pytest.fixture
def linked(edit, project):
    """A message with a link that some targets lack, and one that asks for it."""
    edit(
        "subject: Hello, body: Hello}",
        "subject: Hello, body: Hello}\n"
        "  linked: {title: L, channel: email, subject: S, body: 'P {{ links.preferences }}'}\n"
        "  asks: {title: A, channel: email, subject: S, body: "
        "'P {% if links.view_online %}V{% endif %}'}\n" + OWN,
    )
    edit(
        "      - send: hello\n",
        "".join(f"      - send: {one}\n" for one in ("hello", "linked", "asks")),
    )
    path = project / "campaigns" / "all.yaml"
    path.write_text(
        f"{path.read_text()}environments:\n  staging:\n    title: Staging\n    overlay:\n"
        "      targets: {main: {links: {preferences: 'https://test.example/p'}}}\n"
    )


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize(
    ("dialect", "code", "said"),
    [
        pytest.param("main", 0, "P https://shop.example/p", id="a target with a page"),
        pytest.param("other", 1, "error[CRM603]", id="a target without"),
        pytest.param("braze", 1, "error[CRM603]", id="one of two, which is not said"),
    ],
)
def test_links_of_a_target(crmspec, dialect, code, said):
    done, out, err = crmspec("compile", "linked", "--dialect", dialect)
    assert done == code
    assert said in out + err


@pytest.mark.usefixtures("linked")
def test_a_link_that_is_asked_for_is_no_loss(crmspec):
    code, out, err = crmspec("compile", "asks", "--dialect", "other", "--field", "text")
    assert (code, out.strip()) == (0, "P")
    assert "info[CRM605]: Braze has no `links.view_online`" in err
    assert err.count("CRM605]") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["helo", "--dialect", "braze"], "did you mean hello?", id="no message"),
        pytest.param(["hello", "--dialect", "braz"], "did you mean braze?", id="no dialect"),
        pytest.param(["hello"], "--dialect", id="nothing said"),
        pytest.param(["--all", "--dialect", "braze"], "leave --dialect out", id="too much said"),
        pytest.param(
            ["hello", "--dialect", "braze", "--field", "htm"], "did you mean html?", id="no field"
        ),
    ],
)
def test_mistakes(crmspec, arguments, said):
    code, _, err = crmspec("compile", *arguments)
    assert code == 2
    assert said in err


def test_a_project_without_messages(crmspec, project):
    (project / "campaigns" / "all.yaml").write_text("events:\n  signup: {title: Signed up}\n")
    assert crmspec("compile", "--all")[0] == 0


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        pytest.param(text("{title} has no loops", title="T"), "CRM602", id="a loop"),
        pytest.param(
            text("{title} does not know `{path}`", title="T", path="p"), "CRM603", id="path"
        ),
        pytest.param(text("{title} cannot read `{key}`", title="T", key="k"), "CRM603", id="a key"),
        pytest.param(text("{title} has no `{name}`", title="T", name="n"), "CRM604", id="a filter"),
    ],
)
def test_each_kind_of_loss_has_a_code(sentence, code):
    assert code_of(Loss(Span("", 0, 0), sentence)).id == code


@pytest.mark.usefixtures("messages")
@pytest.mark.parametrize(
    ("dialect", "code"), [("mailchimp", "CRM602"), ("mailchimp", "CRM604"), ("mailchimp", "CRM603")]
)
def test_codes_of_a_message(crmspec, dialect, code):
    assert f"error[{code}]" in crmspec("compile", "loop", "--dialect", dialect)[2]


@pytest.mark.usefixtures("messages")
@pytest.mark.parametrize(
    ("names", "said"),
    [
        pytest.param("braze: given", "given", id="of a dialect"),
        pytest.param("main: Given Name", "Given Name", id="of a target that speaks it"),
        pytest.param("klaviyo: other", "first_name", id="of another dialect"),
    ],
)
def test_names_that_the_project_gives(crmspec, edit, names, said):
    edit("names: {braze: given}", f"names: {{{names}}}")
    code, out, _ = crmspec("compile", "loop", "--dialect", "braze", "--field", "subject")
    assert code == 0
    assert f"${{{said}}}" in out


@pytest.mark.usefixtures("messages")
@pytest.mark.parametrize(
    ("coupon", "dialect", "said"),
    [
        pytest.param(
            "names: {braze: Back}", "braze", "{% promotion('Back') %}", id="named for a dialect"
        ),
        pytest.param(
            "pool: 'braze:BACK10'", "braze", "{% promotion('BACK10') %}", id="a pool of the target"
        ),
        pytest.param(
            "pool: 'mindbox:BACK10'",
            "klaviyo",
            "{% coupon_code 'back10' %}",
            id="a pool of another target",
        ),
        pytest.param("code: WELCOME", "braze", "WELCOME", id="one code for all"),
        pytest.param("code: WELCOME", "unisender", "WELCOME", id="one code for all, no coupons"),
    ],
)
def test_coupons_are_printed(crmspec, edit, coupon, dialect, said):
    edit("{{ profile.first_name | upper }} ```", "{{ coupon.back10 }}")
    edit("targets:", f"coupons:\n  back10: {{title: Back, {coupon}}}\ntargets:")
    code, out, err = crmspec("compile", "loop", "--dialect", dialect, "--field", "subject")
    assert (code, out.strip(), "coupon" in err) == (0, said, False)


@pytest.mark.usefixtures("messages")
def test_a_coupon_that_a_target_does_not_have_is_lost(crmspec, edit):
    edit("{{ profile.first_name | upper }} ```", "{{ coupon.back10 }}")
    edit("targets:", "coupons:\n  back10: {title: Back, pool: 'mindbox:BACK10'}\ntargets:")
    _, _, err = crmspec("compile", "loop", "--dialect", "sendgrid", "--field", "subject")
    assert "SendGrid does not know `coupon.back10`" in err
    assert "put the code into an attribute before the message is sent" in err
