"""The sandbox's API without its sockets: a request in, an answer out."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from crmspec.providers.sandbox.capability import COLLECTIONS
from crmspec.providers.sandbox.judge import judge, links

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.providers.sandbox.database import Database, Row

_LARGEST_PAGE = 250
_LONGEST_NUMBER = 15
_NAMES = frozenset(COLLECTIONS.values())


class Request(NamedTuple):
    """A request; `headers` by lower-case name, `body` as JSON data."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: object = None


class Answer(NamedTuple):
    """An answer: an HTTP status and JSON data."""

    status: int
    body: object = None


class Refusal(Exception):  # noqa: N818 - an answer, not an accident
    """Ends a request with an error answer."""

    def __init__(self, status: int, code: str, *problems: tuple[str, str]) -> None:
        super().__init__(code)
        details = [{"field": field, "message": message} for field, message in problems]
        self.answer = Answer(status, {"error": {"code": code, "problems": details}})


class Service:
    """Lists, reads, makes, replaces and deletes objects."""

    def __init__(self, database: Database, page_size: int, account: str = "sandbox") -> None:
        self._account = account
        self._database = database
        self._page_size = page_size

    def handle(self, request: Request) -> Answer:
        """Answer a request to `/v1/…`."""
        try:
            return self._route(request)
        except Refusal as refusal:
            return refusal.answer

    def _route(self, request: Request) -> Answer:
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["v1", "account"]:
                return Answer(
                    HTTPStatus.OK, {"platform": "sandbox", "version": 1, "account": self._account}
                )
            case "GET", ["v1", name] if name in _NAMES:
                return self._list(name, request)
            case "POST", ["v1", name] if name in _NAMES:
                return self._create(name, request)
            case "GET", ["v1", name, id_, *what] if name in _NAMES and what in ([], ["people"]):
                row = self._get(name, id_)
                count = {"people": self._database.people(row.id)} if what else None
                return Answer(HTTPStatus.OK, count or _shown(row))
            case "PUT", ["v1", name, id_] if name in _NAMES:
                return self._replace(name, id_, request)
            case "DELETE", ["v1", name, id_] if name in _NAMES:
                return self._delete(name, id_, request)
        raise Refusal(HTTPStatus.NOT_FOUND, "no_such_resource")

    def _list(self, name: str, request: Request) -> Answer:
        limit = _number(request, "limit", self._page_size)
        rows = self._database.page(
            name,
            key=request.query.get("external_key"),
            after=_number(request, "cursor", 0),
            limit=min(limit, _LARGEST_PAGE) + 1,
        )
        page = rows[: min(limit, _LARGEST_PAGE)]
        more = str(page[-1].number) if len(rows) > len(page) and page else None
        return Answer(HTTPStatus.OK, {"data": [_shown(row) for row in page], "next": more})

    def _create(self, name: str, request: Request) -> Answer:
        key = request.headers.get("idempotency-key")
        with self._database.writing():
            earlier = self._database.requested(key) if key else None
            if earlier is not None:
                return Answer(HTTPStatus.OK, _shown(earlier))
            document = self._judged(name, request.body, None)
            row = self._database.insert(name, document, links(document), key)
        return Answer(HTTPStatus.CREATED, _shown(row))

    def _replace(self, name: str, id_: str, request: Request) -> Answer:
        with self._database.writing():
            self._check_revision(self._get(name, id_), request)
            document = self._judged(name, request.body, id_)
            row = self._database.update(id_, document, links(document))
        return Answer(HTTPStatus.OK, _shown(row))

    def _delete(self, name: str, id_: str, request: Request) -> Answer:
        with self._database.writing():
            self._check_revision(self._get(name, id_), request)
            users = self._database.users(id_)
            if users:
                problems = [("id", f"is used by {user}") for user in users]
                raise Refusal(HTTPStatus.CONFLICT, "in_use", *problems)
            self._database.delete(id_)
        return Answer(HTTPStatus.NO_CONTENT)

    def _get(self, name: str, id_: str) -> Row:
        row = self._database.get(name, id_)
        if row is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "not_found")
        return row

    def _check_revision(self, row: Row, request: Request) -> None:
        wanted = request.headers.get("if-match")
        if wanted is None:
            raise Refusal(HTTPStatus.PRECONDITION_REQUIRED, "if_match_required")
        if wanted.strip('"') != str(row.revision):
            raise Refusal(HTTPStatus.PRECONDITION_FAILED, "revision_moved")

    def _judged(self, name: str, body: object, id_: str | None) -> dict[str, object]:
        document, problems = judge(name, body)
        for target in links(document):
            if target != id_ and not self._database.exists(target):
                problems.append(("definition", f"refers to unknown id {target}"))
        if problems:
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", *problems)
        return document


def _number(request: Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        raise Refusal(HTTPStatus.BAD_REQUEST, "bad_parameter", (name, "is no number"))
    return int(text)


def _shown(row: Row) -> dict[str, object]:
    """Return an object as clients see it, with the fields that the server derives."""
    derived: dict[str, object] = {
        "id": row.id,
        "revision": row.revision,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "slug": "-".join(str(row.document["name"]).lower().split()),
    }
    if row.collection == "segments":
        derived["member_estimate"] = row.number * 7919 % 10_000
    return row.document | derived
