from __future__ import annotations

import sqlite3

import pytest
import requests

from crmspec.providers.sandbox.server import SandboxServer

SEGMENT = {"name": "  VIP   people ", "definition": {"attribute": "score"}}


class Api:
    def __init__(self, server):
        self.server, self.session = server, requests.Session()
        self.session.trust_env = False

    def __call__(self, method, path, body=None, token=None, **headers):
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        headers["Authorization"] = f"Bearer {token or self.server.token}"
        return self.session.request(
            method, self.server.url + path, json=body, headers=headers, timeout=10
        )


@pytest.fixture
def server(tmp_path):
    with SandboxServer(tmp_path / "db", page_size=2) as server:
        yield server


@pytest.fixture
def api(server):
    return Api(server)


def made(api, **fields):
    answer = api("POST", "/v1/segments", SEGMENT | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_server_makes_ids_and_derived_fields(api):
    segment = made(api)
    assert segment["id"].startswith("seg_")
    assert segment["name"] == "VIP people"
    assert segment["slug"] == "vip-people"
    assert segment["revision"] == 1
    assert isinstance(segment["member_estimate"], int)
    assert api("GET", f"/v1/segments/{segment['id']}").json() == segment


def test_lists_come_in_pages(api):
    ids = [made(api)["id"] for _ in range(5)]
    found, cursor, pages = [], "0", 0
    while cursor is not None:
        page = api("GET", f"/v1/segments?cursor={cursor}").json()
        found += [item["id"] for item in page["data"]]
        cursor, pages = page["next"], pages + 1
    assert (found, pages) == (ids, 3)


def test_lists_are_filtered_by_external_key(api):
    made(api, external_key="a")
    wanted = made(api, external_key="b")
    assert [o["id"] for o in api("GET", "/v1/segments?external_key=b").json()["data"]] == [
        wanted["id"]
    ]


def test_an_update_needs_the_revision_it_was_made_for(api):
    segment = made(api)
    path = f"/v1/segments/{segment['id']}"
    assert api("PUT", path, SEGMENT).status_code == 428
    assert api("PUT", path, SEGMENT, If_Match="1").json()["revision"] == 2
    assert api("PUT", path, SEGMENT, If_Match="1").status_code == 412
    assert api("DELETE", path, If_Match='"2"').status_code == 204
    assert api("GET", path).status_code == 404
    assert api("DELETE", path, If_Match="2").status_code == 404


def test_the_same_request_key_makes_one_object(api):
    one = api("POST", "/v1/segments", SEGMENT, Idempotency_Key="k")
    two = api("POST", "/v1/segments", SEGMENT, Idempotency_Key="k")
    other = api("POST", "/v1/segments", SEGMENT, Idempotency_Key="l")
    assert (one.status_code, two.status_code) == (201, 200)
    assert one.json()["id"] == two.json()["id"] != other.json()["id"]


def test_what_is_in_use_is_not_deleted(api):
    used = made(api)
    made(api, definition={"segment": {"$id": used["id"]}})
    answer = api("DELETE", f"/v1/segments/{used['id']}", If_Match="1")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "in_use"


@pytest.mark.parametrize(
    ("collection", "body", "field"),
    [
        pytest.param("segments", [], "", id="no object"),
        pytest.param("segments", SEGMENT | {"name": " "}, "name", id="no name"),
        pytest.param("segments", SEGMENT | {"name": "x" * 201}, "name", id="long name"),
        pytest.param("segments", SEGMENT | {"id": "x"}, "id", id="read-only"),
        pytest.param(
            "segments", SEGMENT | {"external_key": {"a": 1}}, "external_key", id="key is a map"
        ),
        pytest.param("segments", SEGMENT | {"external_key": 5}, "external_key", id="key is 5"),
        pytest.param(
            "segments", SEGMENT | {"external_key": "x" * 1001}, "external_key", id="long key"
        ),
        pytest.param("segments", SEGMENT | {"external_key": "\ud800"}, "", id="half a letter"),
        pytest.param("segments", SEGMENT | {"description": []}, "description", id="description"),
        pytest.param("chains", {"status": {}, "definition": {}}, "status", id="status is a map"),
        pytest.param(
            "segments", SEGMENT | {"status": "active"}, "status", id="status of a segment"
        ),
        pytest.param("segments", SEGMENT | {"definition": {}}, "definition", id="empty"),
        pytest.param("segments", {"name": "x"}, "definition", id="no definition"),
        pytest.param(
            "segments",
            SEGMENT | {"definition": {"segment": {"$id": "seg_0"}}},
            "definition",
            id="unknown reference",
        ),
        pytest.param(
            "chains",
            {"name": "x", "definition": {"trigger": [], "steps": [{"code": 1}]}},
            "definition.steps[0]",
            id="unknown step",
        ),
        pytest.param(
            "chains",
            {"name": "x", "definition": {"trigger": []}},
            "definition.steps",
            id="no steps",
        ),
        pytest.param(
            "chains",
            {"name": "x", "definition": {"steps": []}},
            "definition.trigger",
            id="no trigger",
        ),
        pytest.param(
            "templates",
            {"name": "x", "definition": {"channel": {"type": "voice"}}},
            "definition.channel.type",
            id="unknown channel",
        ),
        pytest.param(
            "broadcasts", {"name": "x", "definition": {}}, "definition.audience", id="who"
        ),
        pytest.param(
            "broadcasts",
            {"name": "x", "status": "sent", "definition": {"audience": 1, "message": 1}},
            "status",
            id="unknown status",
        ),
    ],
)
def test_what_is_wrong_is_told_by_field(api, collection, body, field):
    answer = api("POST", f"/v1/{collection}", body)
    assert answer.status_code == 422
    assert field in [p["field"] for p in answer.json()["error"]["problems"]]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/segments?limit=x", 400),
        ("GET", "/v1/segments?cursor=99999999999999999999", 400),
        ("GET", "/_nothing", 404),
        ("GET", "/v1/account", 200),
        ("PUT", "/v1/segments/none", 404),
    ],
)
def test_other_answers(api, method, path, status):
    assert api(method, path).status_code == status


def test_a_wrong_token_is_refused(api):
    assert api("GET", "/v1/segments", token="x").status_code == 401


def test_a_body_that_is_no_json_is_refused(api, server):
    answer = api.session.post(
        f"{server.url}/v1/segments", data=b"{", headers={"Authorization": f"Bearer {server.token}"}
    )
    assert answer.status_code == 400


def test_faults_are_switched_over_http(api):
    assert api("POST", "/_faults", {"busy_every": 1, "retry_after": 2}).status_code == 200
    answer = api("GET", "/v1/segments")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    api("POST", "/_faults", {"drop_every": 1})
    with pytest.raises(requests.ConnectionError):
        api("POST", "/v1/segments", SEGMENT)
    api("POST", "/_faults", {})
    assert len(api("GET", "/v1/segments").json()["data"]) == 1
    assert api("POST", "/_faults", {"nonsense": 1}).status_code == 422
    log = api("GET", "/_log").json()
    assert {"method": "GET", "path": "/v1/segments", "status": 429} in log


def test_starting_and_stopping_twice_does_no_harm(tmp_path):
    server = SandboxServer(tmp_path / "db")
    with pytest.raises(RuntimeError):
        _ = server.url
    server.start()
    url = server.url
    server.start()
    assert server.url == url
    made(Api(server))
    server.stop()
    server.stop()
    with server:
        assert len(Api(server)("GET", "/v1/segments").json()["data"]) == 1


def test_trouble_with_the_storage_is_an_answer(server, api, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("crmspec.providers.sandbox.database.Database.insert", full)
    answer = api("POST", "/v1/segments", SEGMENT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (507, "storage")
    monkeypatch.undo()
    made(api)
    assert server.url


def test_an_external_key_may_be_empty(api):
    assert made(api, external_key=None)["external_key"] is None


def test_how_many_are_on_their_way_is_said_over_http(api):
    id_ = made(api)["id"]
    path = f"/v1/segments/{id_}/people"
    assert api("GET", path).json() == {"people": 0}
    assert api("POST", "/_people", {id_: 14}).json() == {id_: 14}
    assert api("GET", path).json() == {"people": 14}
    assert api("POST", "/_people", {id_: "many"}).status_code == 422
    assert api("GET", "/v1/segments/none/people").status_code == 404
    assert api("GET", f"/v1/segments/{id_}/others").status_code == 404
