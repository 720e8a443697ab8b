"""Templates that grow on and on are refused or cut, and whatever looks at them ends soon."""

import pytest

from crmspec.api import check_files
from crmspec.api.compile import Compiler
from crmspec.api.preview.studio import Studio
from crmspec.dialect.registry import DIALECTS

PROJECT = """\
project: shop
attributes:
  a: {{title: A, type: string}}
  b: {{title: B, type: string}}
  n: {{title: N, type: number}}
  tags: {{title: Tags, type: array}}
channels: {{sms: {{title: SMS, type: sms}}}}
{more}
messages:
  bomb: {{channel: sms, text: "{text}"}}
"""
NAMES = "".join(f"{{% with x{n + 1} = x{n} | default(x{n}) %}}" for n in range(20))
LINES = "".join(
    f"  b{n}: {{content: \"{{% include 'b{n + 1}' %}}{{% include 'b{n + 1}' %}}\"}}\n"
    for n in range(30)
)
BOMBS = {
    "names of names": NAMES.replace("x0", "profile.a") + "{{ x20 }}" + "{% endwith %}" * 20,
    "defaults of defaults": "{{ profile.a" + " | default(profile.b)" * 9 + " }}",
    "changes of changes": "{{ profile.a"
    + "".join(f" | default(profile.b{n}) | upper" for n in range(7))
    + " }}",
    "two words after numbers": "{% if "
    + " and ".join(["profile.n | plural('a','b','c') == profile.n | plural('x','y','z')"] * 30)
    + " %}y{% endif %}",
    "many words after numbers": "{% if profile.n | plural('a','b','c') == 'b' %}y{% endif %}" * 100,
    "one or the other": "{% if "
    + " and ".join(f"(profile.a == 'a{n}' or profile.b == 'b{n}')" for n in range(24))
    + " %}y{% endif %}",
    "loops in loops": "".join(f"{{% for i{n} in profile.tags %}}" for n in range(20))
    + "x"
    + "{% endfor %}" * 20,
    "tags in tags": "{% if profile.a %}" * 100 + "x" + "{% endif %}" * 100,
    "brackets in brackets": "{% if " + "(" * 500 + "profile.a" + ")" * 500 + " %}y{% endif %}",
    "a long line": "{{ profile.a }}" * 4400,
    "a million of pieces": "{{a}}" * 200_000,
    "blocks in blocks": "{% include 'b0' %}",
    "filters of filters": "{{ profile.a" + " | upper" * 3000 + " }}",
    "a large number": "{{ profile.a | truncate(99999999999999999999) }}",
}
MOST = 500_000
"""The most characters that one field becomes in any dialect."""


def studio(text):
    more = f"blocks:\n{LINES}  b30: {{content: x}}" if "include" in text else ""
    return Studio(check_files({"crmspec.yaml": PROJECT.format(text=text, more=more).encode()}))


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in BOMBS.items()])
def test_a_bomb_does_not_go_off(text):
    made = studio(text)
    parts = made.parts(made.message("bomb"))
    assert len(made.page(parts, made.everybody(parts), "en")) < 100 * MOST
    compiler = Compiler(made)
    for dialect in DIALECTS:
        fields = compiler.compiled("bomb", dialect).fields
        assert sum(map(len, fields.values())) < MOST


def test_what_is_too_much_for_a_dialect_is_a_loss():
    compiler = Compiler(studio(BOMBS["names of names"]))
    [finding] = compiler.compiled("bomb", "klaviyo").report.findings
    assert "stands for too much" in finding.message.english()
    assert compiler.compiled("bomb", "braze").report.findings == ()


@pytest.mark.parametrize(
    ("bomb", "said"),
    [
        pytest.param("two words after numbers", "too many things at once", id="in one comparison"),
        pytest.param("many words after numbers", "ask too much", id="in all conditions"),
    ],
)
def test_conditions_that_are_too_much(bomb, said):
    found = Compiler(studio(BOMBS[bomb])).compiled("bomb", "customerio").report.findings
    assert said in found[0].message.english()
