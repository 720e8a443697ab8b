"""What each arm of a condition opens is closed in each of them, and readers get the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.content.even import MOST, evened
from crmspec.content.token import Tokens
from crmspec.template.evaluate import evaluate
from crmspec.template.origin import whole_file
from crmspec.template.parse import parse

EITHER = "{% if profile.x %}<a href='1'>{% else %}<a href='2'>{% endif %}"


def read(written):
    return parse(written, whole_file("f")).body


def seen(body, **profile):
    return evaluate(body, {"profile": profile}, {})


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(f"a {EITHER}text</a> b", id="text"),
        pytest.param(f"{EITHER}{{{{ profile.x }}}} y</a>", id="a value"),
        pytest.param(f"{EITHER}{{% if profile.y %}}<b>b</b>{{% endif %}}<br></a>", id="a block"),
        pytest.param(f"{EITHER}<b>x</b></a>{EITHER}y</a>", id="one after the other"),
        pytest.param(f"{EITHER}{EITHER.replace('<a', '<b')}x</b></a>", id="one in the other"),
        pytest.param(f"{{% if profile.y %}}{EITHER}x</a>{{% endif %}}", id="inside of a block"),
        pytest.param(EITHER.replace("else", "elif profile.y %}<a>{% else") + "x</a>", id="three"),
    ],
)
def test_each_arm_holds_whole_elements(written):
    body = read(written)
    made = evened(body)
    assert made != body
    assert evened(made) is made
    for profile in ({}, {"x": 1}, {"y": 1}, {"x": 1, "y": 1}):
        assert seen(made, **profile) == seen(body, **profile)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(f"{EITHER}text", id="never closed"),
        pytest.param(f"{EITHER}text</b></a>", id="crossed"),
        pytest.param(f"{EITHER}{{% if profile.y %}}</a>{{% endif %}}", id="closed by some"),
        pytest.param(f"{EITHER}{{% if profile.y %}}<b>{{% endif %}}</a>", id="torn inside"),
        pytest.param("{% if profile.x %}<a>{% else %}<b>{% endif %}x</a>", id="other elements"),
        pytest.param("{% if profile.x %}<a>{% endif %}x</a>", id="no else"),
        pytest.param("{% if profile.x %}</a>{% else %}</a>{% endif %}", id="they close"),
        pytest.param("{% if profile.x %}<b>x</b>{% else %}<br>{% endif %}</a>", id="whole"),
        pytest.param(EITHER + "x" * MOST + "</a>", id="too much"),
        pytest.param("{% for i in profile.x %}<a>{% endfor %}</a>", id="a loop"),
        pytest.param("<p>{{ profile.x }}</p>", id="no condition"),
    ],
)
def test_what_stays_as_it_is(written):
    body = read(written)
    assert evened(body) is body


def test_places_stay_exact():
    written = f"{EITHER}text</a> more"
    made = Tokens(evened(read(written)))
    at = made.text.index("more")
    span = made.span(at, at + 4)
    assert written[span.start : span.end] == "more"


PIECES = st.sampled_from(
    [
        *("<a>", "</a>", "<b>", "</b>", "x", "{{ profile.y }}", EITHER, "<br>", "<p>x</p>"),
        "{% if profile.y %}<b>{% else %}<b>{% endif %}",
        "{% if profile.y %}<i>i</i>{% endif %}",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_readers_get_the_same(written):
    body = read(written)
    for profile in ({}, {"x": 1}, {"y": 1}, {"x": 1, "y": 1}):
        assert seen(evened(body), **profile) == seen(body, **profile)
