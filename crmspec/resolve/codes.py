"""The codes of resolution: names, steps, types, messages and settings."""

from __future__ import annotations

from crmspec.diagnostics import Code, Severity, text

UNKNOWN_REFERENCE = Code(
    "CRM201", "unknown-reference", text("a reference to something that is not declared")
)
WRONG_KIND = Code(
    "CRM202", "wrong-kind", text("a reference to a resource of another kind than is needed")
)
UNUSED_RESOURCE = Code(
    "CRM203", "unused-resource", text("a resource that nothing uses"), Severity.WARNING
)
SEGMENT_CYCLE = Code(
    "CRM204", "segment-cycle", text("segments that are defined by one another in a circle")
)
BLOCK_CYCLE = Code("CRM205", "block-cycle", text("blocks that include one another in a circle"))
CHAIN_CYCLE = Code(
    "CRM206", "chain-cycle", text("chains that start one another in a circle without a wait")
)
DUPLICATE_STEP_ID = Code(
    "CRM207", "duplicate-step-id", text("two steps of one chain with the same id")
)
UNKNOWN_STEP = Code(
    "CRM208", "undeclared-step", text("a reference to a step that the chain does not have")
)
LATER_STEP = Code("CRM209", "later-step", text("a question about a step that has not run yet"))
FOREIGN_STEP = Code(
    "CRM210", "foreign-step", text("a reference to a step on another path or in another chain")
)
OPERATOR_MISMATCH = Code(
    "CRM211", "operator-mismatch", text("a comparison that does not fit the type of the value")
)
UNDECLARED_VALUE = Code(
    "CRM212", "undeclared-value", text("a value that is not among the declared ones")
)
UNKNOWN_PROPERTY = Code(
    "CRM213", "unknown-property", text("a property that the event or object does not have")
)
WRONG_UNIT = Code("CRM214", "wrong-unit", text("a number written with a unit"))
IMPOSSIBLE_DURATION = Code(
    "CRM215", "impossible-duration", text("a length of time that makes no sense here")
)
WRONG_OPERAND = Code("CRM216", "wrong-operand", text("a value of another type than is needed"))
WRONG_CHANNEL_FIELD = Code(
    "CRM217", "wrong-channel-field", text("a message field that the channel does not have")
)
MISSING_CONTENT = Code(
    "CRM218", "missing-content", text("a message without the content its channel needs")
)
WEIGHTS_NOT_100 = Code("CRM219", "weights-not-100", text("weights that do not add up to 100"))
NON_EXHAUSTIVE_SWITCH = Code(
    "CRM220",
    "non-exhaustive-switch",
    text("a switch that leaves out declared values"),
    Severity.WARNING,
)
UNKNOWN_FILE = Code("CRM221", "unknown-file", text("a template file that does not exist"))
UNKNOWN_TIMEZONE = Code("CRM222", "unknown-timezone", text("a time zone that does not exist"))
ENDLESS_JUMP = Code("CRM223", "endless-jump", text("a jump back without a number of rounds"))
UNREACHABLE_STEP = Code(
    "CRM224", "unreachable-step", text("a step that no customer can come to"), Severity.WARNING
)
CONTRADICTORY_RANGE = Code(
    "CRM225", "contradictory-range", text("comparisons that no value can meet")
)
UNKNOWN_LOCALE = Code(
    "CRM226", "unknown-locale", text("a language that the project does not support")
)
WRONG_STORE_SETTING = Code(
    "CRM240", "wrong-store-setting", text("a setting that the store of the state cannot use")
)
UNKNOWN_IDENTIFIER = Code(
    "CRM227", "unknown-identifier", text("an identifier that `identity` does not declare")
)
INVALID_SCHEDULE = Code("CRM228", "invalid-schedule", text("a schedule that cannot be followed"))
IMPOSSIBLE_DATE = Code("CRM229", "impossible-date", text("a date that does not exist"))
WRONG_CHANNEL_TYPE = Code(
    "CRM230", "wrong-channel-type", text("a message used where its channel cannot be used")
)
READ_ONLY_ATTRIBUTE = Code(
    "CRM231", "read-only-attribute", text("a step that changes an attribute that cannot change")
)
SELF_REFERENCE = Code(
    "CRM232", "self-reference", text("a resource that names itself where it needs another one")
)
NOTHING_TO_DECIDE = Code(
    "CRM233", "nothing-to-decide", text("a test that decides what chance never asks")
)
CONTRADICTORY_CUSTOMER = Code(
    "CRM234", "contradictory-customer", text("a made-up customer who is two things at once")
)
WRONG_MOVE = Code("CRM235", "wrong-move", text("a move of a resource that cannot be made"))
UNKNOWN_OWNED_FIELD = Code(
    "CRM236", "unknown-owned-field", text("ownership of a field that there is not")
)

CODES: tuple[Code, ...] = (
    UNKNOWN_REFERENCE,
    WRONG_KIND,
    UNUSED_RESOURCE,
    SEGMENT_CYCLE,
    BLOCK_CYCLE,
    CHAIN_CYCLE,
    DUPLICATE_STEP_ID,
    UNKNOWN_STEP,
    LATER_STEP,
    FOREIGN_STEP,
    OPERATOR_MISMATCH,
    UNDECLARED_VALUE,
    UNKNOWN_PROPERTY,
    WRONG_UNIT,
    IMPOSSIBLE_DURATION,
    WRONG_OPERAND,
    WRONG_CHANNEL_FIELD,
    MISSING_CONTENT,
    WEIGHTS_NOT_100,
    NON_EXHAUSTIVE_SWITCH,
    UNKNOWN_FILE,
    UNKNOWN_TIMEZONE,
    ENDLESS_JUMP,
    UNREACHABLE_STEP,
    CONTRADICTORY_RANGE,
    UNKNOWN_LOCALE,
    WRONG_STORE_SETTING,
    UNKNOWN_IDENTIFIER,
    INVALID_SCHEDULE,
    IMPOSSIBLE_DATE,
    WRONG_CHANNEL_TYPE,
    READ_ONLY_ATTRIBUTE,
    SELF_REFERENCE,
    NOTHING_TO_DECIDE,
    CONTRADICTORY_CUSTOMER,
    WRONG_MOVE,
    UNKNOWN_OWNED_FIELD,
)
