"""What people made in Braze, read into a project."""

from __future__ import annotations

from tests.contract.braze import BrazeStandIn
from tests.contract.rest import CANARY

PROJECT = """
project: shop
on_unsupported: manual
targets:
  main:
    platform: braze
    url: {url}
    credentials: {{env: BRAZE_KEY}}
    manages: [messages, blocks]
"""
PAGE = "<!doctype html><html><head><title></title></head><body><p>Рады вам</p></body></html>"
PLAIN = {"template_name": "Привет", "subject": "Здравствуйте", "body": PAGE}
LIQUID = {"template_name": "Имя", "subject": "{{${first_name}}}", "body": "<p>{{${city}}}</p>"}


def test_what_has_no_liquid_comes_over_and_the_next_plan_is_empty(crmspec, tmp_path, monkeypatch):
    monkeypatch.setenv("BRAZE_KEY", CANARY)
    monkeypatch.chdir(tmp_path)
    with BrazeStandIn() as stand_in:
        made = stand_in.kept["templates/email"]
        for number, one in enumerate((PLAIN, LIQUID)):
            made[f"t{number}"] = {"email_template_id": f"t{number}", "plaintext_body": "", **one}
        made["t0"]["plaintext_body"] = "Рады вам"
        stand_in.kept["content_blocks"]["b"] = {
            "content_block_id": "b",
            "name": "footer",
            "content": "<p>Магазин</p>",
        }
        (tmp_path / "crmspec.yaml").write_text(PROJECT.format(url=stand_in.url))
        code, out, err = crmspec("import", "--target", "main")
        assert code == 4, out + err  # the letter with Liquid stays where it is
        assert "message Имя (t1): its texts hold template code of the target" in out
        code, out, err = crmspec("plan")
        assert code == 0, out + err
        assert "no changes: the target matches" in out
    written = "".join(one.read_text() for one in tmp_path.glob("campaigns/**/*.*"))
    assert "Здравствуйте" in written
    assert "first_name" not in written
