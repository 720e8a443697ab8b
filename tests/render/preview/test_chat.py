"""The few tags that messengers show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.content.tag import tags
from crmspec.render.preview.chat import SHOWN, tagged


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("<b>x</b>", "<b>x</b>", id="bold"),
        pytest.param("<strong>x</strong>", "<b>x</b>", id="another name of bold"),
        pytest.param('<a href="https://e.example">x</a>', "<u>x</u>", id="a link has no address"),
        pytest.param("<b>x", "<b>x</b>", id="what is left open is closed"),
        pytest.param("x</b>", "x", id="what was never open is not closed"),
        pytest.param("&lt;b&gt; &amp; 1 < 2", "&lt;b&gt; &amp; 1 &lt; 2", id="entities stay"),
        pytest.param("<script>x", "&lt;script&gt;x", id="no other tags"),
        pytest.param("<b onclick=x>y</b>", "<b>y</b>", id="no attributes"),
        pytest.param("a<!-- b -->", "a&lt;!-- b --&gt;", id="comments are text"),
    ],
)
def test_tags(written, shown):
    assert tagged(written) == shown


@given(st.text(alphabet="<>/ab!-\"'&; =script", max_size=60))
def test_nothing_else_is_ever_an_element(written):
    for tag in tags(str(tagged(written))):
        assert tag.name in SHOWN.values()
        assert not list(tag.attributes())
