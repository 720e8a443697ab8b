"""The text part: what is read, not how it is laid out."""

import pytest

from crmspec.content.plain_text import PlainText
from crmspec.content.token import Tokens
from crmspec.template.evaluate import evaluate
from crmspec.template.parse import parse


def text(written, **values):
    tokens = Tokens(parse(written).body)
    made = PlainText(tokens, {}).text
    return evaluate(tokens.restored(made, lambda piece, _: (piece,)), values, {})


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        pytest.param("a <b>b</b>  c\n d", "a b c d", id="inline elements and blanks"),
        pytest.param("<h1>T</h1><p>a</p><p>b</p>", "T\n\na\n\nb", id="paragraphs"),
        pytest.param("a<br>b<br/>c", "a\nb\nc", id="line breaks"),
        pytest.param("<p>a &amp; b&nbsp;&lt;c&gt;</p>", "a & b <c>", id="entities"),
        pytest.param("<ul><li>a</li><li>b</ul>", "- a\n- b", id="a list"),
        pytest.param("<ol><li>a<li>b</ol><p>c", "1. a\n2. b\n\nc", id="a numbered list"),
        pytest.param("<li>a", "- a", id="an item alone"),
        pytest.param("</ul>a", "a", id="a list that never began"),
        pytest.param("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc", id="a table"),
        pytest.param("<p>a<hr>b", "a\n\n——————————\n\nb", id="a rule"),
        pytest.param("<a href='https://x.example'>Go</a>!", "Go (https://x.example)!", id="a link"),
        pytest.param(
            "see <a href='https://x.example/'>x.example</a>.",
            "see https://x.example/.",
            id="a link that names its page",
        ),
        pytest.param("<p>a<p><a href='https://x.example'>https://x.example</a>",
                     "a\n\nhttps://x.example", id="a link by itself"),
        pytest.param("<a href='mailto:a@x.example'>a@x.example</a>", "a@x.example",
                     id="an address"),
        pytest.param("<a href='#top'>up</a>", "up", id="an anchor"),
        pytest.param("<a>x</a></a>", "x", id="no link"),
        pytest.param("<a href='https://x.example'></a>", "https://x.example", id="an empty link"),
        pytest.param("<a href='https://x.example'><img alt='Pic'></a>", "Pic (https://x.example)",
                     id="a picture in a link"),
        pytest.param("a<img alt='Pic' src='p.png'>b", "ab", id="a picture"),
        pytest.param("<mj-image alt='Pic' href='https://x.example' />", "Pic (https://x.example)",
                     id="a picture of MJML"),
        pytest.param("<mj-image href='https://x.example' />", "https://x.example",
                     id="a picture without words"),
        pytest.param("<mj-button href='https://x.example'>Go</mj-button><mj-text>a</mj-text>",
                     "Go (https://x.example)\n\na", id="a button"),
        pytest.param("<head><title>t</title></head><style>a{}</style><p>x</p>", "x", id="unseen"),
        pytest.param("<!-- c -->x<!--[if mso]>old<![endif]-->y", "xy", id="comments"),
        pytest.param("<!--[if !mso]><!-->new<!--<![endif]-->", "new", id="what is not for Outlook"),
        pytest.param("<mj-preview/>x", "x", id="an empty head"),
    ],
)  # fmt: skip
def test_what_is_read(written, seen):
    assert text(written).replace("\xa0", " ") == seen


LIST = "<ul>{% for i in items %}<li>{{ i }}</li>{% else %}<li>none</li>{% endfor %}</ul>end"


@pytest.mark.parametrize(
    ("written", "values", "seen"),
    [
        pytest.param(LIST, {"items": ["a", "b"]}, "- a\n- b\n\nend", id="a loop"),
        pytest.param(LIST, {}, "- none\n\nend", id="no items"),
        pytest.param("T<p>{% if a %}x {% endif %}b</p>", {}, "T\n\nb", id="words left out"),
        pytest.param(
            "T{% if a %}<p>x</p>{% endif %}<p>b</p>", {}, "T\n\nb", id="a paragraph left out"
        ),
        pytest.param(
            "T{% if a %}<p>x</p>{% endif %}<p>b</p>", {"a": 1}, "T\n\nx\n\nb", id="a paragraph"
        ),
        pytest.param(
            "<p>T</p>{% if a %}<p>x</p>{% elif b %}<p>y</p>{% endif %}z",
            {"b": 1},
            "T\n\ny\n\nz",
            id="another paragraph",
        ),
        pytest.param("a {% if b %}b {% endif %}<b>c</b>", {"b": 1}, "a b c", id="blanks inside"),
        pytest.param("<p>T</p>{% for i in b %}<div>{{ i }}</div>{% endfor %}", {"b": [1, 2]},
                     "T\n\n1\n2", id="lines in a loop"),
        pytest.param("a{% if b %}{% if b %}<p>x</p>{% endif %}{% endif %}<p>c</p>", {"b": 1},
                     "a\n\nx\n\nc", id="a block in a block"),
        pytest.param("a{% with b = 1 %}{{ b }}{% endwith %}", {}, "a1", id="a bound name"),
        pytest.param("<p>{% for i in b %}#{{ i }} {% endfor %}</p>c", {"b": [1, 2]},
                     "#1 #2 \n\nc", id="a blank between rounds"),
        pytest.param("<td>{% for i in b %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}"
                     "</td></tr>", {"b": [1, 2]}, "1, 2", id="a comma between rounds"),
        pytest.param("<p>{% for i in b %}{{ i }} {% else %}none {% endfor %}</p>c", {},
                     "none\n\nc", id="a blank after no rounds"),
        pytest.param("<p>{% for i in b %} {{ i }} {% endfor %}</p>c", {"b": [1, 2]},
                     "1 2\n\nc", id="a blank before each round"),
        pytest.param("<tr>{% for i in b %}<td>{{ i }}</td> {% endfor %}</tr>c", {"b": [1, 2]},
                     "1 2\nc", id="cells"),
        pytest.param("{% for i in b %}<li>{{ i }}{% if i %}, {% endif %}</li>{% endfor %}",
                     {"b": [1, 2]}, "- 1,\n- 2,", id="a line for each round"),
    ],
)  # fmt: skip
def test_conditions_and_loops_stay(written, values, seen):
    assert text(written, **values).strip() == seen


def test_items_in_loops_are_not_numbered():
    assert text("<ol>{% for i in b %}<li>x</li>{% endfor %}</ol>", b=[1, 2]).strip() == "- x\n- x"
