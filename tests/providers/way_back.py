"""A project made of what an object was led back to, and random chains to lead back."""

from __future__ import annotations

from hypothesis import strategies as st

from crmspec.document.write import block
from crmspec.engine.resource import Address
from crmspec.ir.program import KEYS
from crmspec.lower.outcome import Key
from crmspec.providers.rest.compile import compiled
from tests.contract.project import program

CHAIN = Address("chain", "c")


def again(vendor, target, body):
    """Return the body of the chain that a body is led back to, as the vendor keeps it."""
    files: dict[str, str] = {}
    made: dict[str, dict[str, object]] = {}
    fields = vendor.decode(CHAIN, body)
    for own, part in vendor.parts(CHAIN, body).items():
        written = dict(part)
        if "source" in written:
            files[f"{own.id}.html"] = str(written.pop("source"))
            written["file"] = f"{own.id}.html"
        made.setdefault(KEYS[own.kind], {})[own.id] = written
    text = block(made | {"chains": {"c": fields}}, 0)
    found = compiled(program(text, files=files), target, vendor)
    key = Key("chain", "c")
    lacks = [one for one in found.survey.gaps(key) if not one.support.kept]
    assert all(one.support.value == "deviates" for one in lacks), [one.reason for one in lacks]
    return vendor.normalise(CHAIN, found.payloads[key].body)


def joined(leaf):
    """Return conditions of leaves, joined in any way."""
    return st.recursive(
        leaf,
        lambda one: (
            st.builds(
                lambda word, parts: {word: parts},
                st.sampled_from(["all", "any", "none"]),
                st.lists(one, min_size=1, max_size=3),
            )
            | one.map(lambda it: {"not": it})
        ),
        max_leaves=4,
    )


def steps(deed, condition, fork, most=3):
    """Return lists of steps: deeds, choices by a condition, and what `fork` makes of lists."""

    def around(inside):
        listed = st.lists(inside, max_size=most)
        case = st.builds(lambda one, then: {"if": one, "then": then}, condition, listed)
        choice = st.builds(
            lambda cases, otherwise: {"branch": {"cases": cases, "else": otherwise}},
            st.lists(case, min_size=1, max_size=2),
            listed,
        )
        return choice | fork(listed)

    one = st.recursive(deed | st.just({"exit": "gone"}), around, max_leaves=6)
    return st.lists(one, min_size=1, max_size=4)
