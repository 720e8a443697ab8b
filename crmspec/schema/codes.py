"""The codes of findings about shape: CRM100 to CRM123."""

from __future__ import annotations

from crmspec.diagnostics import Code, text

SCHEMA_OTHER = Code("CRM100", "schema-other", text("something does not fit the schema"))
UNKNOWN_KEY = Code("CRM101", "unknown-key", text("a key is not known here"))
MISSING_KEY = Code("CRM102", "missing-key", text("a key that is needed is absent"))
WRONG_TYPE = Code("CRM103", "wrong-type", text("a value is of the wrong type"))
VALUE_NOT_ALLOWED = Code("CRM104", "value-not-allowed", text("a value is not one of those allowed"))
OUT_OF_RANGE = Code("CRM105", "out-of-range", text("a number or count is out of range"))
MALFORMED_ID = Code("CRM106", "malformed-id", text("an id has characters it may not have"))
MALFORMED_VALUE = Code("CRM107", "malformed-value", text("a value is not written as it must be"))
MALFORMED_DURATION = Code("CRM108", "malformed-duration", text("a duration cannot be understood"))
MALFORMED_TIME = Code("CRM109", "malformed-time", text("a time of day cannot be understood"))
MALFORMED_DATE = Code("CRM110", "malformed-date", text("a date cannot be understood"))
UNKNOWN_STEP = Code("CRM111", "unknown-step", text("a step does not say what to do"))
AMBIGUOUS_STEP = Code("CRM112", "ambiguous-step", text("a step does several things"))
UNKNOWN_CONDITION = Code(
    "CRM113", "unknown-condition", text("a condition does not say what it is about")
)
AMBIGUOUS_CONDITION = Code(
    "CRM114", "ambiguous-condition", text("a condition is about several things")
)
UNKNOWN_TRIGGER = Code("CRM115", "unknown-trigger", text("a trigger does not say what starts it"))
AMBIGUOUS_TRIGGER = Code("CRM116", "ambiguous-trigger", text("a trigger names several things"))
EMPTY_VALUE = Code("CRM117", "empty-value", text("a value is empty"))
TOO_LONG = Code("CRM118", "too-long", text("a value is too long"))
CONFLICTING_KEYS = Code("CRM119", "conflicting-keys", text("keys exclude each other"))
DUPLICATE_ITEM = Code("CRM120", "duplicate-item", text("a list holds the same item twice"))
UNKNOWN_KIND = Code("CRM121", "unknown-kind", text("a top-level key is no kind of resource"))
MALFORMED_PERCENT = Code("CRM122", "malformed-percent", text("a share cannot be understood"))
MALFORMED_LOCALE = Code("CRM123", "malformed-locale", text("a language code cannot be understood"))

CODES: tuple[Code, ...] = (
    SCHEMA_OTHER,
    UNKNOWN_KEY,
    MISSING_KEY,
    WRONG_TYPE,
    VALUE_NOT_ALLOWED,
    OUT_OF_RANGE,
    MALFORMED_ID,
    MALFORMED_VALUE,
    MALFORMED_DURATION,
    MALFORMED_TIME,
    MALFORMED_DATE,
    UNKNOWN_STEP,
    AMBIGUOUS_STEP,
    UNKNOWN_CONDITION,
    AMBIGUOUS_CONDITION,
    UNKNOWN_TRIGGER,
    AMBIGUOUS_TRIGGER,
    EMPTY_VALUE,
    TOO_LONG,
    CONFLICTING_KEYS,
    DUPLICATE_ITEM,
    UNKNOWN_KIND,
    MALFORMED_PERCENT,
    MALFORMED_LOCALE,
)
