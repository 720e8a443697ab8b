"""Use cases: each reads the world, runs phases in order and returns what they found."""

from crmspec.api.check import CheckResult, check_files, check_path

__all__ = ["CheckResult", "check_files", "check_path"]
