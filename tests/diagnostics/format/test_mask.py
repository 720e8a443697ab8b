"""What people write where a secret is named is shown by no format."""

import pytest

from crmspec.api.check import check_path
from crmspec.diagnostics.format import FORMATS, Options
from crmspec.diagnostics.format.mask import masked_line
from crmspec.source import Source

CANARY = "sk-canary12345"
TARGETS = "targets: {{a: {{platform: sandbox, credentials: {}}}}}\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TARGETS.format(CANARY), id="itself"),
        pytest.param(TARGETS.format(f"{{env: {CANARY}}}"), id="as the name of a variable"),
        pytest.param(TARGETS.format(f"{{keyring: {CANARY}}}"), id="as an entry of the keyring"),
        pytest.param(TARGETS.format(f"{{key: {CANARY}, other: 1}}"), id="as a part"),
        pytest.param(TARGETS.format(f"{{key: {{value: '{CANARY}'}}}}"), id="in quotes, deeper"),
        pytest.param(TARGETS.format(f"[{CANARY}]"), id="in a list"),
        pytest.param(TARGETS.format(f"{{env: A, env: {CANARY}}}"), id="twice, another rule"),
        pytest.param(TARGETS.format(f"{{env: A, {CANARY}"), id="what cannot be read"),
        pytest.param(
            f"targets:\n  a:\n    platform: sandbox\n    credentials:\n      env: {CANARY}\n",
            id="in lines of its own",
        ),
        pytest.param(
            f"targets:\n  a:\n    credentials: >\n\n      {CANARY}\n    platform: sandbox\n",
            id="folded",
        ),
        pytest.param(f'{{"targets": {{"a": {{"credentials": "{CANARY}"}}}}}}\n', id="JSON"),
        pytest.param(
            f"state: {{store: http, address: 'https://a.example', credentials: {CANARY}}}\n",
            id="of the state",
        ),
        pytest.param(
            "channels: {hook: {type: webhook}}\nchains:\n  c:\n    trigger: x\n    steps:\n"
            f"      - webhook: {{url: 'https://a.example', auth: {CANARY}}}\n",
            id="of a call",
        ),
        pytest.param(
            "chains:\n  c:\n    trigger: x\n    steps:\n"
            "      - webhook: {url: 'https://a.example', headers: {Authorization: "
            f"Bearer {CANARY}}}}}\n",
            id="in a header",
        ),
    ],
)
@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_no_format_shows_what_should_be_named(tmp_path, text, format_):
    (tmp_path / "crmspec.yaml").write_text(f"project: p\n{text}")
    report = check_path(tmp_path).report
    assert report.failed
    assert "canary" not in FORMATS[format_](report, Options())


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("    credentials: {env: ESP_TOKEN}", id="a name"),
        pytest.param("a: {credentials: {env: ESP_TOKEN}, platform: nowhere}", id="what follows"),
        pytest.param("  auth: {title: Signed in}", id="an event of that name"),
        pytest.param("  title: the author's credentials", id="prose"),
    ],
)
def test_what_is_no_secret_stays(line):
    assert masked_line(Source("a.yaml", line), 1) == line


def test_lines_below_stay():
    text = "a:\n  credentials:\n    key: {env: lower-case}\n  platform: nowhere\n"
    source = Source("a.yaml", text)
    assert masked_line(source, 3) == "    key: {env: **********}"
    assert masked_line(source, 4) == "  platform: nowhere"
