"""The process in which one statement of a reader runs; started by `reader`, never imported.

DuckDB's memory limit does not count a single huge value, and an interrupt does not reach a
function at work on one (both tried: `select range(500000000)` took 20 GB and two minutes). So the
statement gets a process of its own, whose address space the system bounds and which can be killed.

It imports DuckDB and the standard library only, takes its request as JSON on stdin, and answers
with one JSON array [kind, content] per line on stdout: `columns`, any number of `rows`, then
`done`; or `refused`, `failed`, `too_large`, `unreadable` with a text. (JSON and not pickle: whoever
subverts this process must not gain the one that listens.)
"""

import datetime as dt
import decimal
import json
import re
import resource
import sys
from typing import Any

import duckdb

MEMORY = "512MB"
ADDRESS_SPACE = 2 * 1024**3
ROWS_AT_A_TIME = 1000

CONFIG: dict[str, Any] = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "temp_directory": "",  # else it would spill beside the release
    "memory_limit": MEMORY,
    "threads": 2,
}
READING_TYPES = ("SELECT", "EXPLAIN")
READING_WORDS = "select from with values table show describe desc summarize explain pivot unpivot"
# Functions that a SELECT can call although they act, or take an address in memory.
ACTING = re.compile(
    r"(?i)\b(((en|dis)able|truncate|write)_(duckdb_)?(log\w*|profiling)|(force_)?checkpoint"
    r"|arrow_scan\w*|pandas_scan|python_map_function|seq_scan)\s*\("
)
_SPACE = r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
_FIRST_WORD = re.compile(rf"(?s)(?:{_SPACE}\()*{_SPACE}(\w+)")
_EXPLAIN = re.compile(
    rf"(?is){_SPACE}explain\b{_SPACE}(?:analyze\b{_SPACE})?(?:\(\s*(?:analyze|format)\b[^)]*\))?"
)


def main() -> None:
    """Answer the one request on stdin."""
    request = json.load(sys.stdin)
    if sys.platform == "linux":  # elsewhere the limit is not kept or not allowed; time is bounded
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        connection = duckdb.connect(request["database"], read_only=True, config=CONFIG)
        connection.execute("set search_path = 'main,marts'")
        connection.execute("set lock_configuration = true")
    except duckdb.Error as error:
        return answer("unreadable", type(error).__name__)
    try:
        objection = refusal(connection, request["sql"])
        if objection:
            return answer("refused", objection)
        run(connection, request["sql"])
    except (duckdb.OutOfMemoryException, MemoryError):
        answer("too_large", f"more than {MEMORY} of memory")
    except duckdb.Error as error:
        answer("failed", str(error))


def refusal(connection: duckdb.DuckDBPyConnection, sql: str) -> str | None:
    """Why a text is not one reading statement; None if it is. Raises DuckDB's parser errors."""
    statements = connection.extract_statements(sql)
    if not statements:
        return "there is no statement"
    if first_word(sql) == "pivot" and len(statements) > 1:
        return "PIVOT must list its values here: PIVOT … ON column IN (value, value) …"
    if len(statements) > 1:
        return "there is more than one statement"
    kind = statements[0].type.name
    word = first_word(sql)
    if kind not in READING_TYPES or word not in READING_WORDS.split():
        return f"{word.upper() or kind} does not read"
    if acting := ACTING.search(sql):
        return f"{acting.group(1)} does not read"
    explained = _EXPLAIN.match(sql)
    return refusal(connection, sql[explained.end() :]) if explained else None


def first_word(sql: str) -> str:
    """The first word of a statement, in lower case, comments and parentheses left out."""
    found = _FIRST_WORD.match(sql)
    return found.group(1).lower() if found else ""


def run(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Send columns and rows as they come; nothing is gathered."""
    result = connection.execute(sql)
    answer("columns", [str(column[0]) for column in result.description or []])
    while rows := result.fetchmany(ROWS_AT_A_TIME):
        answer("rows", [[plain(value) for value in row] for row in rows])
    answer("done", None)


def plain(value: Any) -> Any:
    """A value as JSON can carry it: numbers stay numbers, times become ISO 8601."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return str(value)


def answer(kind: str, content: object) -> None:
    """Send one message to the process that asked."""
    sys.stdout.write(json.dumps([kind, content]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
