"""Pages of a project's own, in place of the links of a target."""

import pytest

from crmspec.api import check_files

PROJECT = """\
project: shop
attributes:
  user_id: {title: Id, type: string, nullable: false}
  nick: {title: Nick, type: string}
  vip: {title: VIP, type: boolean, nullable: false}
  mail: {title: Mail, type: string, pii: personal, nullable: false}
  ill: {title: Ill, type: string, pii: sensitive, nullable: false}
targets:
  main:
    platform: PLATFORM
    links:
      NAME: "ADDRESS"
"""
SITE = "https://shop.example"


def found(address, name="preferences", platform="node_red"):
    text = PROJECT.replace("ADDRESS", address).replace("NAME", name).replace("PLATFORM", platform)
    report = check_files({"crmspec.yaml": text.encode()}).report
    return [
        (one.code.id, str(one.level), one.message.english())
        for one in report.findings
        if one.code.id in {"CRM101", "CRM402", "CRM410", "CRM438"}
    ]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        pytest.param(SITE, None, id="a site"),
        pytest.param(f"{SITE}/p?id={{{{ profile.user_id }}}}&a=1#x", None, id="with a value"),
        pytest.param(
            f"{SITE}/p?id={{{{ profile.nick }}}}", None, id="with one that may be missing"
        ),
        pytest.param(f" {SITE}/ ", None, id="with blanks around it"),
        pytest.param(f"{SITE}/a b", "does not begin", id="with a blank in it"),
        pytest.param("http://shop.example", "does not begin", id="not encrypted"),
        pytest.param("shop.example/p", "does not begin", id="without https"),
        pytest.param("https://shop", "does not begin", id="no site"),
        pytest.param("{{ profile.nick }}", "does not begin", id="a value alone"),
        pytest.param("https://{{ profile.nick }}.example/", "does not begin", id="a value first"),
        pytest.param(f"{SITE}{{{{ profile.nick }}}}/", "does not begin", id="a value in the host"),
        pytest.param(f"{SITE}/{{{{ profile.nik }}}}", "has no `nik`", id="no such attribute"),
        pytest.param(f"{SITE}/{{{{ event.id }}}}", "do not know `event`", id="an event"),
        pytest.param(f"{SITE}/{{{{ profile.vip }}}}", "cannot be printed", id="yes or no"),
        pytest.param(f"{SITE}/{{% if now %}}a{{% endif %}}", "text and values", id="a condition"),
        pytest.param(f"{SITE}/{{% include 'b' %}}", "text and values", id="a block"),
        pytest.param("{# a #}", "text and values", id="nothing"),
    ],
)
def test_an_address_leads_to_a_page(address, said):
    told = [words for code, level, words in found(address) if (code, level) == ("CRM438", "error")]
    assert (said is None) == (told == [])
    assert all(said in one for one in told)


@pytest.mark.parametrize(
    ("address", "platform", "expected"),
    [
        pytest.param("{{ profile.user_id }}", "node_red", None, id="it says who"),
        pytest.param("{{ profile.nick }}", "node_red", "error", id="of some customers"),
        pytest.param("{{ profile.nick }}-{{ profile.user_id }}", "node_red", None, id="and of all"),
        pytest.param("me", "node_red", "error", id="it says nothing"),
        pytest.param("{{ profile.user_id }}", "braze", "warning", id="the target has its own"),
        pytest.param("me", "braze", "error", id="one finding at a time"),
        pytest.param("{{ profile.user_id }}", "ours", None, id="a target that nobody knows"),
    ],
)
def test_a_way_out_says_who_leaves(address, platform, expected):
    told = found(f"{SITE}/out?id={address}", "unsubscribe", platform)
    assert [level for _, level, _ in told] == ([] if expected is None else [expected])
    assert found(f"{SITE}/out?id={address}", "preferences", platform) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("profile.mail", ["warning"], id="personal"),
        pytest.param("profile.ill", ["error"], id="sensitive"),
        pytest.param("profile.mail | hash('sha256')", [], id="hidden"),
        pytest.param("profile.user_id", [], id="an id"),
    ],
)
def test_personal_data_stay_out_of_it(value, expected):
    told = found(f"{SITE}/?a={{{{ {value} }}}}")
    assert [(code, level) for code, level, _ in told] == [("CRM410", level) for level in expected]


def test_what_is_no_link_and_what_cannot_be_read():
    assert [code for code, _, _ in found(SITE, "home")] == ["CRM101"]
    assert [code for code, _, _ in found(f"{SITE}/{{{{ profile.nick | }}}}")] == ["CRM402"]
