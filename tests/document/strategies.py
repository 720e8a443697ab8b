"""Hypothesis strategies for YAML: well-formed documents with their data, and hostile bytes."""

import json
import random

from hypothesis import strategies as st

TOKENS = [
    b"{", b"}", b"[", b"]", b",", b":", b": ", b"- ", b"? ", b"\n", b"\r\n", b"\r", b"  ", b"\t",
    b"|", b">", b"|2-\n", b"&a ", b"*a", b"!!str ", b"!x ", b"! ", b"<<: ", b"---\n", b"...\n",
    b"#", b" # crmspec: ignore[CRM1] x\n", b"# crmspec: ",
    b'"', b"'", b"\\", b"{{ x }}", b"{% y %}",
    b"null", b"true", b".inf", b"010", b"0x", b"9" * 40, b"1e999", b"~",
    b"%TAG ! x\n", b"%YAML 1.2\n",
    b"\xff\xfe", b"\xfe\xff", b"\x00", b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8", b"\xd0",
    b"\x7f",
    "ё".encode(), "😀".encode(), b"${vars.x}", b"a", b"key: value\n", b"@", b"`",
]  # fmt: skip

PROJECT = """\
chains:
  basket: # the first chain
    trigger: {event: cart_updated, where: {total: {gte: 1000}}}
    exit: [order_placed, {segment: vip}]
    steps:
      - wait: 1h
      - id: first
        send: basket_1
      - branch:
          if: {message: basket_1, opened: true}
          then: [{send: basket_2}]
          else:
            - wait: 1d
messages:
  basket_1:
    subject: "Корзина ждёт, {{ profile.first_name }}"
    preheader: 'it''s here'
    body: |
      Здравствуйте!

        Пора 😀
    # crmspec: ignore[CRM401] agreed until the move
    text: >-
      folded
      text
""".encode()

hostile_bytes = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from(TOKENS), max_size=60).map(b"".join),
    st.text(max_size=80).map(lambda text: text.encode("utf-16")),
)


@st.composite
def mutations(draw, seed=PROJECT):
    """The project with some pieces cut out, copied or replaced by hostile tokens."""
    data = bytearray(seed)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 20))
        piece = draw(st.sampled_from([b"", bytes(data[at : at + length]), *TOKENS]))
        data[at : at + length] = piece
    return bytes(data)


_plain_words = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
_odd_words = st.sampled_from(
    ["no", "on", "Yes", "10:30", "2026-03-01", "1_000", "null x", "-", "~x", "x #y", "a: b", "# no",
     "", " ", "true", "null", "1", "1.5", "010", "0x1F", "it's", 'say "x"', "back\\slash", "ёж",
     "😀",
     "two\nlines", "{{ x }}", "@x", "*x", "&x", "!x", "%x", "<<", "- x"]
)  # fmt: skip
words = st.one_of(_plain_words, _odd_words)
scalars = st.one_of(
    words,
    st.integers(-(2**40), 2**40),
    st.booleans(),
    st.none(),
    st.sampled_from([0.5, -2.25, 1e10]),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_plain_words, inner, max_size=4),
    max_leaves=8,
)
documents = st.dictionaries(words.filter(bool), values, min_size=1, max_size=4)


def write(data, chance, indent=0):
    """Write data as YAML in a style that `chance` chooses, block or flow."""
    if isinstance(data, dict) and data and chance.random() < 0.5:
        return _block_map(data, chance, indent)
    if isinstance(data, list) and data and chance.random() < 0.5:
        pad = " " * indent
        return "".join(f"\n{pad}- {write(item, chance, indent + 2)}" for item in data)
    escaped = json.dumps(data)
    pairs = "\\ud" in escaped  # YAML has no surrogates
    return " " + (
        json.dumps(data, ensure_ascii=False) if pairs or chance.random() < 0.5 else escaped
    )


def _block_map(data, chance, indent):
    lines = []
    for key, value in data.items():
        comment = chance.choice(["", "", "  # a note", "\n\n# a note: x"])
        name = json.dumps(key, ensure_ascii=False)
        flat = write(value, chance, indent + 2)
        lines.append(f"\n{' ' * indent}{name}:{flat}{comment}")
    return "".join(lines)


@st.composite
def texts(draw):
    """A YAML text and the data it stands for."""
    data = draw(documents)
    chance = random.Random(draw(st.integers(0, 2**20)))
    end = chance.choice(["", "\n", "\n\n# end\n"])
    return _block_map(data, chance, 0).lstrip("\n") + end, data
