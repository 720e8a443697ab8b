"""Nothing that a customer's values hold can change what a letter is made of."""

from hypothesis import given
from hypothesis import strategies as st

from crmspec.content.letter import letter
from crmspec.content.tag import tags
from crmspec.template.evaluate import evaluate
from crmspec.template.parse import parse
from crmspec.template.tree import NOWHERE

MJML = """
<mj-section background-url="{{ v }}"><mj-column>
<mj-text css-class="{{ v }}"><a href="{{ v }}" title='{{ v }}'>{{ v }}</a>
<a href="https://x.example/{{ v }}/?q={{ v }}#{{ v }}">{% if v %}{{ v }}{% endif %}</a></mj-text>
<mj-button href="{{ v }}">{{ v }}</mj-button><mj-image src="{{ v }}" alt="{{ v }}" />
<mj-table>{% for i in l %}<tr><td style="color: {{ i }}">{{ i }}</td></tr>{% endfor %}</mj-table>
</mj-column></mj-section>
"""
HTML = """
<style>p { color: red }</style><p title="{{ v }}">{{ v }}<!-- {{ v }} --></p><title>{{ v }}</title>
<!--[if mso]><p title="{{ v }}">{{ v }}</p><![endif]--><a href='{{ v }}'>x</a>
<a href="https://x.example/?{{ v }}">{% for i in l %}<b>{{ i }}</b>{% endfor %}</a>
"""
PAGES = [letter(parse(one).body, (), {"utm_source": "crm"}, NOWHERE) for one in (MJML, HTML)]
SIGNS = st.text(
    st.one_of(
        st.sampled_from(list("<>\"'&;=/!-[]% \n{}zqj0123456789")),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
)  # fmt: skip


def shape(page):
    """Return the elements of a page with the names of their attributes."""
    return [
        (one.name, one.closing, [given.name for given in one.attributes()]) for one in tags(page)
    ]


def test_the_letters_are_sound():
    assert [made.troubles for made in PAGES] == [(), ()]


@given(SIGNS)
def test_values_stay_values(value):
    for made in PAGES:
        tame = evaluate(made.html, {"v": "x" if value else "", "l": ["x"]}, {})
        wild = evaluate(made.html, {"v": value, "l": [value]}, {})
        assert shape(wild) == shape(tame)
        assert wild.count("<") == tame.count("<")
        assert wild.count("<!--") == tame.count("<!--")
        assert wild.count("-->") == tame.count("-->")


@given(SIGNS)
def test_authors_may_write_anything(written):
    made = letter(parse(written).body, (), {"utm_source": "crm"}, NOWHERE)
    assert made.html or made.troubles or not parse(written).body
