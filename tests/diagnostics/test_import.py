import subprocess
import sys

HEAVY = {"gettext", "json", "html", "hashlib", "importlib.resources", "xml", "unicodedata"}


def test_the_model_is_light_to_import():
    code = "import msgspec, sys; old = set(sys.modules); import crmspec.diagnostics; "
    code += "print(*(set(sys.modules) - old))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "crmspec.diagnostics.model" in loaded
    assert not {name.partition(".")[0] for name in loaded} & {
        one.partition(".")[0] for one in HEAVY
    }
    assert "crmspec.diagnostics.format" not in loaded
