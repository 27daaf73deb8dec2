"""Why a delivery, or a row of it, is not loaded: the reason codes and the two refusals of a file.

The codes are those of the list of bad inputs that the warehouse was built against; what each
means stands in docs/adding-a-source.md.
"""

BAD_DIALECT = "BAD_DIALECT"
BAD_ENCODING = "BAD_ENCODING"
BAD_QUOTING = "BAD_QUOTING"
CONFLICTING_REPEAT = "CONFLICTING_REPEAT"
DUP_DELIVERY = "DUP_DELIVERY"
EMPTY_FILE = "EMPTY_FILE"
EXCEL_SERIAL = "EXCEL_SERIAL"
FIELD_COUNT = "FIELD_COUNT"
FORGOTTEN = "FORGOTTEN"
FUTURE = "FUTURE"
INVALID_DATE = "INVALID_DATE"
MISSING_VALUE = "SCHEMA_DRIFT_MISSING"
MOJIBAKE = "MOJIBAKE"
NONEXISTENT_LOCAL_TIME = "NONEXISTENT_LOCAL_TIME"
NOT_STABLE = "NOT_STABLE"
ORDER = "ORDER"
OVERSIZE = "OVERSIZE"
RANGE = "RANGE"
SCHEMA_DRIFT_MISSING = "SCHEMA_DRIFT_MISSING"
TRUNCATED = "TRUNCATED"
UNREADABLE = "UNREADABLE"
ZERO_ROWS = "ZERO_ROWS"
LEFT_OUT = ""
"""No reason: a row that the contract says is none, such as the sum below an export."""


class Refusal(Exception):
    """A file of which nothing is loaded; `line` and `column` say where, as far as known."""

    def __init__(self, reason: str, line: int | None = None, column: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


class Rejected(Refusal):
    """The file is not what its contract says: `rejected` until it or the contract changes."""


class Held(Refusal):
    """The file cannot be judged yet: status `held`, looked at again by every run."""
