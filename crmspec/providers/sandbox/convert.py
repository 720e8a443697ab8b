"""Between the project's terms and the sandbox's: `from_native(to_native(body))` is `body`.

In the project's terms a reference is `{"$ref": "segment.vip"}`, in the sandbox's it is
`{"$id": "seg_8f3a…"}`. Keys of authors that begin with `$` get one `$` more in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE, Body, is_reference
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.resource import Address

if TYPE_CHECKING:
    from collections.abc import Mapping

NATIVE_REFERENCE = "$id"
_STATUS = {"draft": "draft", "live": "active", "paused": "paused", "deprecated": "archived"}
_STATUS_BACK = {native: status for status, native in _STATUS.items()}
_OUTSIDE = ("title", "description", "status")


def to_native(body: Body, ids: Mapping[Address, str]) -> Body:
    """Return what the sandbox takes.

    Raises:
        TargetRejectedError: a reference points to what is not on the target.
    """
    native: Body = {
        "name": body["title"],
        "definition": {key: _refer(v, ids) for key, v in body.items() if key not in _OUTSIDE},
    }
    if "description" in body:
        native["description"] = body["description"]
    if "status" in body:
        native["status"] = _STATUS[str(body["status"])]
    return native


def _refer(value: object, ids: Mapping[Address, str]) -> object:
    if isinstance(value, dict):
        if is_reference(value):
            return {NATIVE_REFERENCE: _id(Address.parse(str(value[REFERENCE])), ids)}
        return {key: _refer(item, ids) for key, item in value.items()}
    return [_refer(item, ids) for item in value] if isinstance(value, list) else value


def _id(address: Address, ids: Mapping[Address, str]) -> str:
    if address not in ids:
        raise TargetRejectedError(
            text("`{address}` is not on the target", address=str(address)), status=422
        )
    return ids[address]


def from_native(native: Mapping[str, object], addresses: Mapping[str, Address]) -> Body:
    """Return a body in the project's terms; derived fields are left out.

    An object that is not the project's own is referred to as `id.seg_8f3a…`.
    """
    definition = native["definition"]
    body: Body = {"title": native["name"]}
    if native.get("description") is not None:
        body["description"] = native["description"]
    if native.get("status") is not None:
        body["status"] = _STATUS_BACK.get(str(native["status"]), native["status"])
    if isinstance(definition, dict):
        body |= {key: _dereference(item, addresses) for key, item in definition.items()}
    return body


def _dereference(value: object, addresses: Mapping[str, Address]) -> object:
    if isinstance(value, dict):
        if value.keys() == {NATIVE_REFERENCE}:
            id_ = str(value[NATIVE_REFERENCE])
            return {REFERENCE: str(addresses.get(id_, Address("id", id_)))}
        return {key: _dereference(item, addresses) for key, item in value.items()}
    if isinstance(value, list):
        return [_dereference(item, addresses) for item in value]
    return value
