"""Passes over trees, each by itself."""

from itertools import product

import pytest

from crmspec.dialect.lowering_cases import (
    ALWAYS,
    MISSING,
    Case,
    cases,
    date_parts,
    fallback,
    filled,
    guarded,
    holds,
    literal_text,
    locale,
    months,
    plurals,
    present,
    shown_cases,
)
from crmspec.dialect.lowering_loop import limited, unlimited, unrolled
from crmspec.dialect.lowering_scope import LOOP, bound_names, inlined, named, substituted
from crmspec.dialect.lowering_truth import (
    alternatives,
    assured,
    both,
    either,
    normal,
    not_blank,
    ordered,
)
from crmspec.dialect.lowering_walk import every, expressions
from crmspec.template.evaluate import evaluate, value_of
from crmspec.template.parse import parse
from crmspec.template.tree import (
    And,
    Branch,
    Comparison,
    Constant,
    Contains,
    Empty,
    Filter,
    For,
    If,
    Not,
    Or,
    Output,
    Path,
    Present,
    Text,
    With,
)


def tree(text):
    """Return a template without the places it was written at."""
    parsed = parse(text)
    assert not parsed.problems
    return parsed.body


def condition(text):
    return tree(f"{{% if {text} %}}x{{% endif %}}")[0].branches[0].condition


def value(text):
    return tree(f"{{{{ {text} }}}}")[0].expression


CONDITIONS = [
    pytest.param("not (profile.a and profile.b)", id="not of and"),
    pytest.param("not (profile.a or not profile.b)", id="not of or"),
    pytest.param("not (profile.a in ['x', 'y'] and profile.b)", id="not of in"),
    pytest.param("not profile.n < 5", id="not of an order"),
    pytest.param("not (profile.n == 5 or profile.a != 'x')", id="not of equalities"),
    pytest.param("profile.a == profile.b", id="two that may be missing"),
    pytest.param("profile.a != profile.b", id="two that differ or are missing"),
    pytest.param("profile.a < 'x'", id="an order with what is no date"),
    pytest.param("not profile.n < true", id="an order with what has none"),
    pytest.param("profile.a | upper == ''", id="a filter of nothing"),
    pytest.param("true and profile.a or false", id="constants"),
    pytest.param("not (profile.a is empty or profile.b is defined)", id="tests"),
    pytest.param("'x' in profile.list and not 'y' in profile.list", id="lists"),
    pytest.param("profile.a | upper in profile.list", id="a filter of nothing in a list"),
    pytest.param("profile.a | lower not in profile.list", id="or not in it"),
    pytest.param("'x' == profile.a or 'x' != profile.b", id="a text on the left"),
    pytest.param("(profile.a or profile.b) and (profile.n > 1 or profile.a == 'x')", id="groups"),
]
PROFILES = [
    {"a": a, "b": b, "n": n, "list": items}
    for a, b, n, items in product(
        (None, "", "x"), (None, "x"), (None, 0, 5), (None, ["x", "y", ""])
    )
]


def truth(expression, profile):
    body = (If(branches=(Branch(condition=expression, body=(Text(text="yes"),)),)),)
    return evaluate(body, {"profile": profile}, {}) == "yes"


@pytest.mark.parametrize("text", CONDITIONS)
def test_normal_form_means_the_same(text):
    before = condition(text)
    after = normal(before)
    for profile in PROFILES:
        assert truth(before, profile) == truth(after, profile)


@pytest.mark.parametrize(
    ("test", "said"),
    [
        pytest.param(Present(of=Constant(value="")), True, id="a text is there"),
        pytest.param(Present(of=Constant(value=None)), False, id="nothing is not there"),
        pytest.param(Empty(of=Constant(value=None)), True, id="nothing is empty"),
        pytest.param(Empty(of=Constant(value=0)), False, id="0 is not empty"),
        pytest.param(
            Contains(item=Constant(value=None), of=Path(root="x")), False, id="no list has nothing"
        ),
    ],
)
def test_tests_of_literals_are_decided(test, said):
    assert normal(test) == Constant(value=said)
    assert normal(test, negated=True) == Constant(value=not said)


def test_one_is_not_true():
    after = normal(condition("profile.n in [1, true]"))
    assert truth(after, {"n": True})
    assert truth(after, {"n": 1})


@pytest.mark.parametrize("text", CONDITIONS)
def test_without_not_before_orders_it_means_the_same(text):
    before = condition(text)
    after = ordered(normal(before))
    assert not any(isinstance(p, Not) and isinstance(p.of, Comparison) for p in every(after))
    for profile in PROFILES:
        assert truth(before, profile) == truth(after, profile)


@pytest.mark.parametrize("text", CONDITIONS)
def test_alternatives_mean_the_same(text):
    before = condition(text)
    found = alternatives(normal(before), 32)
    assert found is not None
    after = either(*(both(*parts) for parts in found))
    for profile in PROFILES:
        assert truth(before, profile) == truth(after, profile)


@pytest.mark.parametrize("operator", ["==", "!="])
def test_nothing_equals_nothing(operator):
    comparison = Comparison(
        operator=operator, left=Path(root="profile", keys=("a",)), right=Constant(value=None)
    )
    assert normal(comparison) == Constant(value=operator == "!=")
    assert normal(comparison, negated=True) == Constant(value=operator == "==")
    assert truth(comparison, {}) is (operator == "!=")


def test_not_stands_only_before_tests_in_normal_form():
    found = normal(condition("not ((profile.a or profile.b) and not profile.n)"))
    assert all(not isinstance(p.of, And | Or | Not) for p in every(found) if isinstance(p, Not))


def test_too_many_alternatives_are_none():
    pair = "(profile.a or profile.b)"
    assert alternatives(normal(condition(" and ".join([f"{pair}"] * 6))), 8) is not None
    other = " and ".join(f"(profile.a{n} or profile.b{n})" for n in range(6))
    assert alternatives(normal(condition(other)), 8) is None
    assert alternatives(normal(condition(f"profile.x or {other}")), 8) is None


def test_joining_simplifies():
    a, b = Path(root="a"), Path(root="b")
    assert both() == Constant(value=True)
    assert either() == Constant(value=False)
    assert both(a, Constant(value=False)) == Constant(value=False)
    assert either(a, a) == a
    assert both(both(a, b), a) == And(parts=(a, b))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("profile.a", {"a"}, id="a value that is true"),
        pytest.param("profile.a and profile.b == 'x'", {"a", "b"}, id="both of and"),
        pytest.param("profile.a and profile.b or profile.a > 1", {"a"}, id="common to or"),
        pytest.param("profile.a is defined", {"a"}, id="defined"),
        pytest.param("profile.a is not empty", {"a"}, id="not empty"),
        pytest.param("'x' in profile.a", {"a"}, id="contains"),
        pytest.param("profile.a | upper == 'X'", {"a"}, id="filtered"),
        pytest.param("profile.a | default('x') == 'x'", set(), id="not with a default"),
        pytest.param("profile.a != 'x'", set(), id="not if it differs"),
        pytest.param("not profile.a", set(), id="not if it is false"),
    ],
)
def test_what_a_condition_assures(text, names):
    assert {path.keys[0] for path in assured_paths(text)} == names


def assured_paths(text):
    return [sure for sure in assured(normal(condition(text))) if isinstance(sure, Path)]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        pytest.param("profile.a", True, id="a value that is true"),
        pytest.param("profile.a is not empty", True, id="not empty"),
        pytest.param("profile.a != ''", True, id="not an empty text"),
        pytest.param("profile.a | date('%d') == '01'", True, id="a part of a date"),
        pytest.param("profile.a is defined", False, id="not where it is only there"),
        pytest.param("profile.a == ''", False, id="not where it is an empty text"),
        pytest.param("profile.a | upper == 'X'", False, id="nothing more of a filter of texts"),
    ],
)
def test_whether_a_condition_assures_that_a_text_is_not_empty(text, filled):
    blank = not_blank(Path(root="profile", keys=("a",)))
    assert (blank in assured(normal(condition(text)))) is filled


def all_split(found):
    split = {"default": fallback, "plural": plurals, "number": guarded, "date": months}
    return split[found.name](found) if found.name in split else None


VALUES = [
    pytest.param("profile.a | default('y')", id="default"),
    pytest.param("profile.a | default(profile.b) | upper", id="a filter after a default"),
    pytest.param("profile.a | upper | default('y')", id="a default after a filter"),
    pytest.param("profile.n | number(1) | default('none')", id="a default after a number"),
    pytest.param("profile.n | plural('one', 'few', 'many')", id="plural"),
    pytest.param("profile.n | plural('one', 'many') | upper", id="plural of two forms"),
    pytest.param("profile.n | number(2) | upper", id="a filter after a guard"),
]


@pytest.mark.parametrize("text", VALUES)
def test_cases_mean_the_same(text):
    before = value(text)
    for profile in PROFILES:
        found = [
            case.value
            for case in cases(before, all_split)
            if "modulo" not in str(case.condition) and truth(case.condition, profile)
        ]
        if "plural" not in text:
            said = [value_of(v, {"profile": profile}) for v in (found[0], before)]
            assert said[0] == said[1]


def test_plural_reads_the_last_digits():
    found = plurals(value("profile.n | plural('one', 'few', 'many')"))
    assert [case.value for case in found[1:]] == [
        Constant(value=form, span=case.value.span)
        for form, case in zip(("few", "one", "few", "many"), found[1:], strict=True)
    ]
    assert found[0].value == MISSING


def test_months_are_twelve_cases():
    found = months(value("profile.d | date('%d %B', locale='ru')"))
    assert len(found) == 13
    assert literal_text(found[0].value) == "%d января"
    assert months(value("profile.d | date('%d')"))[0].condition == ALWAYS


def test_locale_of_months():
    assert locale(value("profile.d | date('%B', locale='ru')")) == "ru"
    assert locale(value("profile.d | date('%d')")) == "en"


def test_date_pattern_in_parts():
    assert date_parts("%d of %m%Y") == ("%d", " of ", "%m", "%Y")


def test_presence_of_constants_is_known():
    assert present(Constant(value="")) == ALWAYS
    assert present(Constant(value=None)) == Constant(value=False)
    assert filled(Constant(value="")) == Constant(value=False)
    assert filled(Constant(value=0)) == ALWAYS


def test_a_guard_is_not_for_constants():
    found = Filter(name="plus", of=Constant(value=1), arguments=(Constant(value=1),))
    assert guarded(found) == (Case(ALWAYS, found),)


def test_cases_that_print_nothing_at_the_end_are_left_out():
    assert len(shown_cases(value("profile.n | number(2)"), all_split)) == 1
    assert len(cases(value("profile.n | number(2)"), all_split)) == 2


def test_a_condition_holds_by_cases():
    found = holds(condition("not profile.a | default('x')"), all_split)
    assert truth(found, {"a": False})
    assert not truth(found, {})


BLOCKS = {"a": tree("[{% include 'b' %}]"), "b": tree("b"), "self": tree("x{% include 'self' %}")}


def test_blocks_are_put_in_place():
    body = inlined(tree("1{% include 'a' %}2{% include 'none' %}"), BLOCKS, "klaviyo")
    assert [piece.text for piece in body] == ["1[b]2"]


def test_a_block_of_itself_ends():
    body = inlined(tree("{% include 'self' %}"), BLOCKS, "klaviyo")
    assert body[0].text == "x" * 32


def test_what_is_native_to_others_is_left_out():
    body = tree("{% native 'klaviyo' %}k{% endnative %}{% native 'braze' %}b{% endnative %}")
    assert [piece.text for piece in inlined(body, {}, "klaviyo")] == ["k"]


def test_names_are_bound_once():
    text = (
        "{% for a in event.x %}{{ a }}{% endfor %}"
        "{% for a in event.y %}{{ loop.index }}{% endfor %}"
    )
    body = named(tree(text), ("A_2",))
    assert list(bound_names(body)) == ["a", "a_3"]
    assert body[1].body[0].expression.root == LOOP + "a_3"


def test_the_list_of_a_loop_is_of_the_outer_name():
    text = "{% with a = event %}{% for a in a.x %}{{ a }}{% endfor %}{% endwith %}"
    body = named(tree(text), ())
    loop = body[0].body[0]
    assert (loop.of.root, loop.variable, loop.body[0].expression.root) == ("a", "a_2", "a_2")


def test_with_is_substituted():
    text = "{% with a = event.x, b = profile.n | upper %}{{ a.y }}{{ b }}{{ b.z }}{% endwith %}"
    body = substituted(named(tree(text), ()))
    assert not any(isinstance(piece, With) for piece in body)
    assert body[0].expression.keys == ("x", "y")
    assert body[2].expression.name == "key"


LOOPS = [
    pytest.param("{% for i in event.l | limit(2) %}{{ i.n }},{% endfor %}", id="items"),
    pytest.param(
        "{% for i in event.l | limit(2) %}{{ event.l | length }}{{ i.n }}{% endfor %}",
        id="other values",
    ),
    pytest.param(
        "{% for i in event.l | limit(2) %}{{ loop.index }}{{ i.n }}"
        "{% if loop.first %}f{% endif %}{% if not loop.last %}, {% endif %}"
        "{% else %}no{% endfor %}",
        id="positions and otherwise",
    ),
]


@pytest.mark.parametrize("text", LOOPS)
@pytest.mark.parametrize("count", range(4))
def test_unrolled_and_limited_loops_mean_the_same(text, count):
    loop = named(tree(text), ())[0]
    items = {"event": {"l": [{"n": "abc"[n]} for n in range(count)]}}
    wanted = evaluate(tree(text), items, {})
    assert evaluate(unrolled(loop, 3), items, {}) == wanted
    outer = {**items, "event": items["event"]}
    short = limited(loop)
    assert short.limit is None
    names = {LOOP + "i": "loop"}
    assert evaluate((renamed_back(short, names),), outer, {}) == wanted


def renamed_back(loop, names):
    from crmspec.dialect.lowering_loop import replaced_deep

    def back(expression):
        if isinstance(expression, Path) and expression.root in names:
            return Path(root=names[expression.root], keys=expression.keys)
        return expression

    return replaced_deep(loop, back)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{% for i in event.l %}x{% endfor %}", id="no limit"),
        pytest.param("{% for i in event.l | limit(9) %}x{% endfor %}", id="too many"),
    ],
)
def test_some_loops_cannot_be_unrolled(text):
    assert unrolled(tree(text)[0], 3) is None


def test_a_loop_without_a_limit_stays():
    loop = For(variable="i", of=Path(root="l"), body=())
    assert limited(loop) is loop
    assert unlimited(Path(root="l")) == (Path(root="l"), None)


def test_expressions_of_every_piece():
    text = (
        "a{{ a }}{% if b %}{{ c }}{% else %}{{ d }}{% endif %}{% for x in e %}{{ f }}{% endfor %}"
        "{% with y = g %}{{ h }}{% endwith %}{% include 'z' %}"
    )
    roots = [e.root for e in expressions(tree(text.replace("{{ ", "{{ profile.")))]
    assert len(roots) == 8


def test_every_part_of_an_expression():
    text = (
        "('x' in profile.l or profile.a in ['y'])"
        " and not profile.d | date('%B', locale='ru') == 'z'"
    )
    kinds = {type(part).__name__ for part in every(condition(text))}
    assert {"And", "Or", "Contains", "OneOf", "Not", "Comparison", "Filter", "Constant"} <= kinds


def test_outputs_are_no_conditions():
    assert isinstance(tree("{{ profile.a }}")[0], Output)
    assert truth(Present(of=Path(root="profile")), {})
