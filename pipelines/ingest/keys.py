"""Record ids are stored only as keyed hashes; here is the key.

HMAC-SHA-256 over source and id, truncated to 60 bits so that it fits a positive BIGINT. Without
the key nobody can try ids against the warehouse; with another key nothing would join what is
already there, so a missing or wrong key stops the run.
"""

import contextlib
import hashlib
import hmac
import os
import secrets

import duckdb

from pipelines.errors import CannotRun
from pipelines.settings import Settings

BLOCK = 64  # bytes that SHA-256 takes at a time; HMAC pads the key to it (RFC 2104)
SHORTEST = 16  # bytes
FINGERPRINT = "key_fingerprint"


def ensure_key(connection: duckdb.DuckDBPyConnection, settings: Settings) -> bytes:
    """The key of this warehouse, made at its first run (file mode 0600).

    Raises:
        CannotRun: the key is missing although the warehouse was made with one, or is another.
    """
    known = connection.execute(
        "select value from raw.settings where name = ?", [FINGERPRINT]
    ).fetchone()
    if known is None:
        key = read_key(settings) or make_first_key(settings)
        connection.execute(
            "insert into raw.settings values (?, ?)", [FINGERPRINT, fingerprint(key)]
        )
        return key
    existing = read_key(settings)
    if existing is None:
        raise CannotRun(
            f"{settings.key_file} is missing, and the ids in the warehouse were made with it. "
            "Restore it from the backup."
        )
    if fingerprint(existing) != known[0]:
        raise CannotRun(
            f"{settings.key_file} is not the key that the warehouse was made with. "
            "Restore the right one from the backup."
        )
    return existing


def read_key(settings: Settings) -> bytes | None:
    """The key in its file, or None where there is none.

    Raises:
        CannotRun: the file cannot be read or holds no key.
    """
    try:
        key = bytes.fromhex(settings.key_file.read_text(encoding="ascii").strip())
        if len(key) < SHORTEST:
            raise ValueError  # cut short, as by a copy for which the disk had no room
        return key
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise CannotRun(
            f"{settings.key_file} cannot be read as a key. Restore it from the backup."
        ) from None


def make_first_key(settings: Settings) -> bytes:
    """A key where there is no warehouse yet.

    Raises:
        CannotRun: records were erased under a lost key: under a new one they would come back.
    """
    if settings.tombstones.exists():
        raise CannotRun(
            f"{settings.key_file} is missing, and {settings.tombstones.name} was made with it: "
            "erased records would come back. Restore it from the backup."
        )
    return make_key(settings)


def make_key(settings: Settings) -> bytes:
    """Make the key; of two processes that try at once, both get the key of the first."""
    key = secrets.token_bytes(32)
    settings.home.mkdir(parents=True, exist_ok=True)
    draft = settings.key_file.with_name(f".key-{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, settings.key_file)
    draft.unlink()
    return read_key(settings) or key


def fingerprint(key: bytes) -> str:
    """Tells keys apart without telling the key."""
    return hashlib.sha256(b"helpline key" + key).hexdigest()[:16]


def record_key(key: bytes, source: str, record_id: str) -> int:
    """The stored id of a record: what the SQL of `typed.keyed` computes."""
    digest = hmac.new(key, prefix(source) + record_id.encode(), hashlib.sha256).hexdigest()
    return int(digest[:15], 16)


def prefix(source: str) -> bytes:
    """Keeps equal ids of two sources apart."""
    return source.encode() + b"\x1f"


def set_key_variables(connection: duckdb.DuckDBPyConnection, key: bytes, source: str) -> None:
    """Give the connection the two padded keys (RFC 2104) for the records of one source."""
    padded = key.ljust(BLOCK, b"\0")
    inner = bytes(byte ^ 0x36 for byte in padded) + prefix(source)
    outer = bytes(byte ^ 0x5C for byte in padded)
    connection.execute("set variable key_inner = ?", [inner])
    connection.execute("set variable key_outer = ?", [outer])
