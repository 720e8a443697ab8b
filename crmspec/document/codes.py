"""The codes of findings about reading files: CRM001 to CRM026."""

from __future__ import annotations

from crmspec.diagnostics import Code, Severity, text

UNREADABLE_FILE = Code("CRM001", "unreadable-file", text("a file cannot be read"))
BAD_ENCODING = Code("CRM002", "bad-encoding", text("a file is not written in UTF-8"))
SYNTAX = Code("CRM003", "syntax-error", text("a file is not valid YAML"))
CONTROL_CHARACTER = Code(
    "CRM004", "control-character", text("a file holds a character that cannot be seen")
)
DUPLICATE_KEY = Code("CRM005", "duplicate-key", text("a key stands twice in one place"))
KEY_NOT_TEXT = Code("CRM006", "key-not-text", text("a key is not a single word or text"))
UNQUOTED_TEMPLATE = Code("CRM007", "unquoted-template", text("a template stands without quotes"))
TAG = Code("CRM008", "tag", text("a YAML tag is used"))
ALIAS_EXPANSION = Code("CRM009", "alias-expansion", text("aliases repeat too much or themselves"))
TOO_DEEP = Code("CRM010", "too-deep", text("values are nested too deeply"))
MERGE_KEY = Code("CRM011", "merge-key", text("a merge key `<<` is used"))
LEADING_ZERO = Code("CRM012", "leading-zero", text("a number starts with a zero"))
DUPLICATE_ID = Code("CRM013", "duplicate-id", text("two resources of one kind share an id"))
EMPTY_FILE = Code("CRM014", "empty-file", text("a file says nothing"), Severity.WARNING)
UNKNOWN_ALIAS = Code("CRM015", "unknown-alias", text("an alias names no anchor"))
TAB = Code("CRM016", "tab", text("a line is indented with a tab"))
TOO_LARGE = Code("CRM017", "too-large", text("a file is too large"))
NOT_A_MAPPING = Code(
    "CRM018", "not-a-mapping", text("a document does not consist of keys and values")
)
MISSING_REASON = Code("CRM020", "missing-reason", text("an ignore gives no reason"))
MALFORMED_DIRECTIVE = Code(
    "CRM022",
    "malformed-directive",
    text("a `# crmspec:` comment is not understood"),
    Severity.WARNING,
)
PROJECT_SETTINGS = Code(
    "CRM024", "project-settings", text("project settings are in the wrong place")
)
NUMBER_RANGE = Code("CRM025", "number-range", text("a number is too large to be exact"))
UNKNOWN_VARIABLE = Code("CRM026", "unknown-variable", text("a variable is not defined"))
UNKNOWN_CODE = Code(
    "CRM027", "unknown-code", text("a setting names a code that does not exist"), Severity.WARNING
)
UNUSED_VARIABLE = Code(
    "CRM028", "unused-variable", text("nothing uses a variable"), Severity.WARNING
)
MISSING_VALUE = Code("CRM029", "missing-value", text("a variable has no value in an environment"))
WRONG_VALUE_TYPE = Code("CRM030", "wrong-value-type", text("a variable is of another type"))
OVERLAY_OF_NOTHING = Code(
    "CRM031", "overlay-of-nothing", text("an environment changes what does not exist")
)
SHARED_SECRET = Code("CRM032", "shared-secret", text("two environments use one secret or account"))

CODES: tuple[Code, ...] = (
    UNREADABLE_FILE,
    BAD_ENCODING,
    SYNTAX,
    CONTROL_CHARACTER,
    DUPLICATE_KEY,
    KEY_NOT_TEXT,
    UNQUOTED_TEMPLATE,
    TAG,
    ALIAS_EXPANSION,
    TOO_DEEP,
    MERGE_KEY,
    LEADING_ZERO,
    DUPLICATE_ID,
    EMPTY_FILE,
    UNKNOWN_ALIAS,
    TAB,
    TOO_LARGE,
    NOT_A_MAPPING,
    MISSING_REASON,
    MALFORMED_DIRECTIVE,
    PROJECT_SETTINGS,
    NUMBER_RANGE,
    UNKNOWN_VARIABLE,
    UNKNOWN_CODE,
    UNUSED_VARIABLE,
    MISSING_VALUE,
    WRONG_VALUE_TYPE,
    OVERLAY_OF_NOTHING,
    SHARED_SECRET,
)
