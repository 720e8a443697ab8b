"""The head of a body, alike for all vendors: title, description and status in the project's words.

Owners of fields and plans speak of them, so they keep the names that authors know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.lower.name import author_title, tidy, title

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource
    from crmspec.providers.rest.vendor import Vendor

FIELDS = ("title", "description", "status")


def head(target: Target, project: str, kind: str, node: Resource, vendor: Vendor) -> Body:
    """Return the head of what is wanted; objects that send nothing have no status."""
    made: Body = {"title": title(target, project, node)}
    if node.description and kind in vendor.described:
        made["description"] = tidy(node.description)
    if kind in vendor.activated and target.activate != "manual":
        live = node.status == "live" and target.activate == "live"
        made["status"] = "live" if live else "draft"
    return made


def decoded(address: Address, body: Body, target: Target, project: str) -> Body:
    """Return title, description and status as an author writes them."""
    kept = {key: body[key] for key in ("description", "status") if key in body}
    return kept | author_title(str(body["title"]), address.id, target, project)
