"""The plan as a comment on a change."""

from crmspec.engine.comment import MARKER, comment
from tests.engine.fake import FakeProvider, MemoryStore, desired, plan_of, resource
from tests.engine.test_plan import apply


def test_a_plan_as_a_comment():
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(resource("segment.vip", {"title": "VIP <b>"}), resource("a.x")), provider, store)
    wanted = desired(resource("segment.vip", {"title": "New"}), resource("segment.new"))
    assert (
        comment(plan_of(wanted, provider, store))
        == f"""\
{MARKER}
### crmspec: 1 to create, 1 to update, 1 to delete · 0 unchanged · 3 calls · 1 destructive

- ⚠️ objects would be deleted: `a.x`; `--allow-destructive` agrees to it

- `- a.x` delete (`c/a.yaml`)
- `+ segment.new` create (`c/a.yaml:1`)
<details><summary><code>~ segment.vip</code> update, 1 changed (<code>c/a.yaml:1</code>)</summary>

````diff
title: VIP <b> → New
````
</details>
"""
    )


def test_nothing_to_say():
    said = comment(plan_of(desired(), FakeProvider(), MemoryStore()))
    assert said == f"{MARKER}\n### crmspec: no changes to make\n\n\n"


def test_a_comment_has_a_size():
    many = [resource(f"segment.s{i:05}") for i in range(3000)]
    said = comment(plan_of(desired(*many), FakeProvider(), MemoryStore()))
    assert len(said) < 65_000
    assert said.endswith("more: see `crmspec plan`\n")
