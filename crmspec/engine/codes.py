"""The codes of plans, state and their application."""

from __future__ import annotations

from crmspec.diagnostics import Code, text

STORE_UNUSABLE = Code("CRM730", "store-unusable", text("the state cannot be read or written"))
STATE_MOVED = Code("CRM731", "state-moved", text("another run wrote the state meanwhile"))
STATE_CORRUPT = Code("CRM701", "state-corrupt", text("the state file is damaged"))
STATE_LOCKED = Code("CRM702", "state-locked", text("another run holds the state"))
STALE_PLAN = Code("CRM703", "stale-plan", text("the world moved since the plan was made"))
DEPENDENCY_CYCLE = Code("CRM704", "dependency-cycle", text("resources need each other in a circle"))
UNKNOWN_TARGET = Code("CRM705", "unknown-target", text("there is no such target or platform"))
BAD_PLAN_FILE = Code("CRM706", "bad-plan-file", text("the saved plan cannot be used"))
MISSING_CREDENTIAL = Code(
    "CRM707", "missing-credential", text("a secret that the target needs is not set")
)
UNKNOWN_ENVIRONMENT = Code(
    "CRM708", "unknown-environment", text("there is no such environment, or none is chosen")
)
PLAN_REFUSED = Code("CRM721", "plan-refused", text("a plan that may not be applied"))
EDITED_BY_HAND = Code("CRM722", "edited-by-hand", text("edits by hand that would be undone"))
NOT_ALLOWED = Code("CRM723", "not-allowed", text("something grave that nobody agreed to"))
SELECTION = Code("CRM724", "wrong-selection", text("a selection that chooses no whole plan"))
WRONG_ACCOUNT = Code("CRM725", "wrong-account", text("another account than before"))
NO_WAY_BACK = Code("CRM726", "no-way-back", text("a commit that cannot be gone back to"))
APPLY_FAILED = Code("CRM801", "apply-failed", text("not every change was made"))
TARGET_UNREACHABLE = Code("CRM802", "target-unreachable", text("the target does not answer"))
TARGET_REJECTED = Code("CRM803", "target-rejected", text("the target refuses a change"))
REVISION_CONFLICT = Code(
    "CRM804", "revision-conflict", text("somebody else changed the object meanwhile")
)

CODES: tuple[Code, ...] = (
    STORE_UNUSABLE,
    STATE_MOVED,
    STATE_CORRUPT,
    STATE_LOCKED,
    STALE_PLAN,
    DEPENDENCY_CYCLE,
    UNKNOWN_TARGET,
    BAD_PLAN_FILE,
    MISSING_CREDENTIAL,
    UNKNOWN_ENVIRONMENT,
    PLAN_REFUSED,
    EDITED_BY_HAND,
    NOT_ALLOWED,
    SELECTION,
    WRONG_ACCOUNT,
    NO_WAY_BACK,
    APPLY_FAILED,
    TARGET_UNREACHABLE,
    TARGET_REJECTED,
    REVISION_CONFLICT,
)
