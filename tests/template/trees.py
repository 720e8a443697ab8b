"""Random template trees as parsing makes them, and random values for them."""

from hypothesis import strategies as st

from crmspec.template import tree
from crmspec.template.signature import SIGNATURES

LETTERS = st.text(
    st.one_of(
        st.sampled_from(list("{}%#-+ '\"\\\n|&<>абв🙂\u202e\x7f")),
        st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"),
    ),
    max_size=12,
)
NAMES = st.sampled_from(["a", "b", "item", "имя", "x_1"])
ROOTS = st.sampled_from(["profile", "event", "chain", "a", "b", "item", "loop", "now"])
KEYS = st.one_of(
    NAMES,
    st.sampled_from(["in", "not", "index", "two words", "it's", "1a", "list"]),
    st.integers(0, 3),
)


def node(kind, **fields):
    return st.builds(kind, **fields)


NUMBERS = st.one_of(
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.decimals(-999999, 999999, places=3).map(float),
)
CONSTANTS = node(tree.Constant, value=st.one_of(st.booleans(), LETTERS, NUMBERS))
PATHS = node(tree.Path, root=ROOTS, keys=st.lists(KEYS, max_size=3).map(tuple))


def constant(values):
    return node(tree.Constant, value=values)


ARGUMENTS = {
    "truncate": st.tuples(constant(st.integers(1, 9))),
    "replace": st.tuples(constant(LETTERS.filter(bool)), constant(LETTERS)),
    "number": st.tuples(constant(st.integers(0, 10))),
    "plus": st.tuples(constant(NUMBERS)),
    "minus": st.tuples(constant(NUMBERS)),
    "times": st.tuples(constant(NUMBERS)),
    "date": st.tuples(constant(st.sampled_from(["%d.%m.%Y", "%H:%M", "%y", "день"]))),
    "add_days": st.tuples(constant(st.integers(-36500, 36500))),
    "first": st.one_of(st.just(()), st.tuples(constant(st.sampled_from(["a", "имя"])))),
    "last": st.one_of(st.just(()), st.tuples(constant(st.sampled_from(["a", "имя"])))),
    "join": st.tuples(constant(LETTERS)),
    "hash": st.tuples(constant(st.sampled_from(["md5", "sha1", "sha256"]))),
    "default": st.tuples(st.one_of(CONSTANTS, PATHS)),
    "limit": st.tuples(constant(st.integers(1, 5))),
    "plural": st.lists(constant(LETTERS), min_size=2, max_size=3).map(tuple),
}


@st.composite
def filters(draw, of):
    name = draw(st.sampled_from(sorted(SIGNATURES)))
    arguments = draw(ARGUMENTS.get(name, st.just(())))
    named = ()
    if name == "date" and draw(st.booleans()):
        named = (("locale", tree.Constant(value=draw(st.sampled_from(["ru", "en"])))),)
    return tree.Filter(name=name, of=draw(of), arguments=arguments, named=named)


VALUES = st.recursive(st.one_of(CONSTANTS, PATHS), filters, max_leaves=4)
LEAVES = st.one_of(
    VALUES,
    node(
        tree.Comparison,
        operator=st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        left=VALUES,
        right=VALUES,
    ),
    node(tree.OneOf, of=VALUES, values=st.lists(CONSTANTS, max_size=3).map(tuple)),
    node(
        tree.Contains,
        item=VALUES,
        of=VALUES.filter(lambda one: not isinstance(one, tree.Constant)),
    ),
    node(tree.Present, of=VALUES),
    node(tree.Empty, of=VALUES),
)


def flat(kind):
    def make(parts):
        flattened = []
        for part in parts:
            flattened += part.parts if isinstance(part, kind) else [part]
        return kind(parts=tuple(flattened))

    return make


def joined(inner):
    some = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(node(tree.Not, of=inner), some.map(flat(tree.And)), some.map(flat(tree.Or)))


CONDITIONS = st.recursive(LEAVES, joined, max_leaves=6)
TEXTS = node(tree.Text, text=LETTERS.filter(bool))
OUTPUTS = node(tree.Output, expression=VALUES)
NATIVES = node(
    tree.Native,
    dialect=st.sampled_from(["klaviyo", "braze"]),
    text=st.sampled_from(["", "{{ ${x} | y: 1 }}", "{% if $ %}", " {", "{# no #}"]),
)
INCLUDES = node(tree.Include, block=st.sampled_from(["one", "two", "gone"]))


def merged(pieces):
    """Join neighbouring texts."""
    found = []
    for piece in pieces:
        if found and isinstance(found[-1], tree.Text) and isinstance(piece, tree.Text):
            found[-1] = tree.Text(text=found[-1].text + piece.text)
        else:
            found.append(piece)
    return tuple(found)


def _unlimited(of):
    return not (isinstance(of, tree.Filter) and of.name == "limit")


@st.composite
def bodies(draw, depth=3, loops=0):
    kinds = [TEXTS, OUTPUTS, NATIVES, INCLUDES]
    if depth:
        inner = bodies(depth=depth - 1, loops=loops)
        branch = node(tree.Branch, condition=CONDITIONS, body=inner)
        kinds += [
            node(
                tree.If,
                branches=st.lists(branch, min_size=1, max_size=2).map(tuple),
                otherwise=inner,
            ),
            node(
                tree.With,
                bindings=st.lists(st.tuples(NAMES, VALUES), max_size=2).map(tuple),
                body=inner,
            ),
        ]
        if loops < 2:
            kinds.append(
                node(
                    tree.For,
                    variable=NAMES,
                    of=VALUES.filter(
                        lambda one: _unlimited(one) and not isinstance(one, tree.Constant)
                    ),
                    limit=st.one_of(st.none(), st.integers(1, 4)),
                    body=bodies(depth=depth - 1, loops=loops + 1),
                    otherwise=inner,
                )
            )
    return merged(draw(st.lists(st.one_of(*kinds), max_size=4)))


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    LETTERS,
    st.sampled_from(["", "2026-03-01", "2026-03-01T10:00:00+03:00", "9999-12-31"]),
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["a", "b", "имя", "two words"]), inner, max_size=3),
    ),
    max_leaves=8,
)
WORLDS = st.dictionaries(st.sampled_from(["profile", "event", "chain", "now", "a"]), DATA)
