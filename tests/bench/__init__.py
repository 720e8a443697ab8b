"""Measurements. Programs have their bytecode at hand, as after an installation."""

from __future__ import annotations

import compileall
import os
from pathlib import Path

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
compileall.compile_dir(Path(__file__).parents[2] / "crmspec", quiet=1)
