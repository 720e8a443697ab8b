"""Settings of the store of the state: CRM240."""

import pytest

from crmspec.api import check_files

TARGETS = "targets: {a: {platform: sandbox}, b: {platform: sandbox}}\n"


def found(state, rest=""):
    file = f"project: shop\nstate: {state}\n{rest}".encode()
    report = check_files({"crmspec.yaml": file}).report
    return [
        (one.code.id, one.message.english(), " ".join(line.english() for line in one.help))
        for one in report.findings
    ]


WRONG = [
    pytest.param("{bucket: x}", "the store `file` has no setting `bucket`", id="the usual store"),
    pytest.param(
        "{store: http, address: 'https://x/y', schema: z}",
        "the store `http` has no setting `schema`",
        id="a setting of another store",
    ),
    pytest.param("{store: s3}", "the store `s3` needs the setting `bucket`", id="no bucket"),
    pytest.param("{store: http}", "the store `http` needs the setting `address`", id="no address"),
    pytest.param(
        "{store: s3, bucket: x, access_key: A}",
        "`access_key` needs `credentials` beside it",
        id="half a login",
    ),
    pytest.param(
        "{store: postgres, url: 'postgresql://u:p@h/d'}",
        "`url` must not hold a password",
        id="a password in a url",
    ),
    pytest.param(
        "{store: postgres, url: 'postgresql://h/d?password=p'}",
        "`url` must not hold a secret",
        id="a password in its parameters",
    ),
    pytest.param(
        "{store: http, address: 'https://token@h/d'}",
        "`address` must not hold a password",
        id="a token in an address",
    ),
    pytest.param(
        "{store: http, address: 'https://h/d', lock_address: 'https://h/d?token=x'}",
        "`lock_address` must not hold a secret",
        id="a token in the lock's address",
    ),
    pytest.param(
        "{store: http, address: 'http://h/d', credentials: {env: A}}",
        "`address` must begin with `https://`: others could read the secret on its way",
        id="a secret in the open",
    ),
    pytest.param(
        "{store: http, address: 'ftp://h/d'}",
        "`address` must begin with `https://` and a host",
        id="another scheme",
    ),
    pytest.param(
        "{store: s3, bucket: b, endpoint: 'http://[x'}",
        "`endpoint` is no address",
        id="no address at all",
    ),
    pytest.param(
        "{store: s3, bucket: b, key: '{targt}.json'}",
        "unknown placeholder `{targt}` in `key`",
        id="a typo in a placeholder",
    ),
    pytest.param(
        "{store: s3, bucket: b, key: '{environment}.json'}",
        "unknown placeholder `{environment}` in `key`",
        id="no such placeholder",
    ),
]


@pytest.mark.parametrize(("state", "message"), WRONG)
def test_what_a_store_cannot_use_is_found(state, message):
    assert [(code, said) for code, said, _ in found(state)] == [("CRM240", message)]


@pytest.mark.parametrize(
    "state",
    [
        pytest.param("{}", id="nothing"),
        pytest.param("{store: file, folder: states, x-note: y}", id="a file"),
        pytest.param("{store: postgres}", id="libpq's own variables"),
        pytest.param(
            "{store: postgres, url: 'postgresql://crm@h/d?sslmode=require', schema: a, "
            "username: crm, credentials: {env: PGPASS}}",
            id="postgres",
        ),
        pytest.param(
            "{store: http, address: 'https://h/{project}-{target}', lock_method: POST, "
            "credentials: {file: /run/secrets/x}}",
            id="http",
        ),
        pytest.param(
            "{store: http, address: 'http://127.0.0.1:8080/{target}', credentials: {env: A}}",
            id="a server of this machine",
        ),
        pytest.param("{store: http, address: 'http://h/{target}'}", id="no secret to be seen"),
        pytest.param(
            "{store: s3, bucket: b, key: '{target}.json', access_key: A, credentials: {env: K}}",
            id="s3",
        ),
    ],
)
def test_what_a_store_can_use_is_not(state):
    assert found(state, TARGETS) == []


@pytest.mark.parametrize(
    ("state", "count"),
    [
        pytest.param("{store: http, address: 'https://h/crm'}", 1, id="one address for two"),
        pytest.param("{store: s3, bucket: b, key: crm.json}", 1, id="one key for two"),
        pytest.param("{store: s3, bucket: b}", 0, id="the usual key has the target in it"),
        pytest.param("{store: postgres}", 0, id="rows of their own"),
        pytest.param("{store: file, folder: x}", 0, id="files of their own"),
    ],
)
def test_targets_do_not_share_a_document(state, count):
    assert [code for code, *_ in found(state, TARGETS)] == ["CRM240"] * count
    alone = "targets: {a: {platform: sandbox}, b: {platform: sandbox, state: {store: file}}}\n"
    assert found(state, alone) == []


def test_a_target_is_checked_as_the_project_is():
    rest = "targets: {a: {platform: sandbox, state: {store: s3}}}\n"
    assert [code for code, *_ in found("{}", rest)] == ["CRM240"]


def test_a_typo_is_answered_with_the_nearest_name():
    ((_, _, help_),) = found("{store: s3, bucket: b, key: '{targt}.json'}")
    assert "did you mean `{target}`?" in help_
    ((code, _, help_),) = found("{store: s3, bucket: b, regoin: x}")
    assert code == "CRM101"
    assert "did you mean `region`?" in help_


@pytest.mark.parametrize(
    "credentials",
    [
        pytest.param("hunter2", id="bare"),
        pytest.param("{password: hunter2}", id="under a key"),
        pytest.param("{env: hunter2}", id="no name of a variable"),
    ],
)
def test_a_secret_that_is_written_is_refused_and_not_repeated(credentials):
    texts = found(f"{{store: postgres, credentials: {credentials}}}")
    assert texts
    assert "hunter2" not in str(texts)
