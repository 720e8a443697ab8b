"""Objects that the settings of a target hand over to the project, by their ids there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import PlanRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.plan import Plan
    from crmspec.engine.resource import Address

    Unfit = tuple[Address, PlanRefusedError]


def shared(ids: Mapping[Address, str]) -> Iterator[Unfit]:
    """Yield the resources that are given an object which another one is given before them."""
    first: dict[tuple[str, str], Address] = {}
    for address, id_ in ids.items():
        other = first.setdefault((address.kind, id_), address)
        if other != address:
            yield address, _given_twice(id_, other, address)


def unfit(ids: Mapping[Address, str], plan: Plan) -> Iterator[Unfit]:
    """Yield the resources that cannot take over the object which they are given.

    What the state knows has been taken over, or made, before: it needs no id any more. A plan
    that is not narrowed is needed.
    """
    fresh = {one.address for one in plan.changes if one.desired is not None and one.entry is None}
    held = {(address.kind, id_): address for address, id_ in plan.ids.items()}
    for address, id_ in ids.items():
        remote = plan.actual.get(address)
        if address not in fresh:
            continue
        if remote is None:
            other = held.get((address.kind, id_))
            yield address, _absent(id_, address) if other is None else _taken(id_, address, other)
        elif remote.id == id_ and remote.project is not None:
            yield address, _anothers(id_, address, remote.project)


def _given_twice(id_: str, one: Address, other: Address) -> PlanRefusedError:
    return PlanRefusedError(
        text("`{id}` cannot be both `{one}` and `{other}`", id=id_, one=str(one), other=str(other)),
        text("leave the id with the one that it is the object of"),
    )


def _absent(id_: str, address: Address) -> PlanRefusedError:
    return PlanRefusedError(
        text("`{address}`: nothing is found on the target as `{id}`", address=str(address), id=id_),
        text("correct the id: it must be that of an object of this kind"),
        text("or take it away from `ids`: then the object is made anew"),
    )


def _taken(id_: str, address: Address, other: Address) -> PlanRefusedError:
    return PlanRefusedError(
        text(
            "`{address}`: `{id}` is `{other}` already",
            address=str(address),
            id=id_,
            other=str(other),
        ),
        text("correct the id, or take it away from `ids`: then the object is made anew"),
        text("if the resource has a new name, write it down under `moved`"),
    )


def _anothers(id_: str, address: Address, project: str) -> PlanRefusedError:
    return PlanRefusedError(
        text(
            "`{address}`: `{id}` has the marker of project `{project}`",
            address=str(address),
            id=id_,
            project=project,
        ),
        text("take the id away from `ids`: then an object of its own is made"),
        text("if it is to be this project's, have it give up first, and take its marker away"),
    )
