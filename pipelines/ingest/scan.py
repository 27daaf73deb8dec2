"""One pass over a file's bytes before any parser sees them: hash, encoding, shape.

What a parser would choke on, or worse accept, is found here: archives under a wrong name, other
encodings, unclosed quotes, endless lines. No value is kept.
"""

import codecs
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.contracts.model import Dialect
from pipelines.ingest import refusal
from pipelines.ingest.json_shape import JsonLines
from pipelines.ingest.refusal import Rejected
from pipelines.ingest.table_shape import TableLines

CHUNK = 4 << 20
HEAD = 64 << 10
NOTHING = (b"", b"[]", b"{}")
"""What a JSON file without records holds, blanks apart."""
UTF8_MARK = b"\xef\xbb\xbf"
FOREIGN = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"%PDF", b"7z\xbc\xaf")
WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


@dataclass
class Scan:
    """What the bytes of one file say about it; `fault` is the first reason to refuse it whole."""

    sha256: str = ""
    size: int = 0
    head: bytes = b""
    fault: Rejected | None = None
    table: TableLines = field(default_factory=TableLines)
    json: JsonLines = field(default_factory=JsonLines)
    is_table: bool = True

    @property
    def records(self) -> int | None:
        """Rows or objects by their lines; none where only a parser can tell."""
        if not self.is_table:
            is_short = self.size <= HEAD
            if is_short and b"".join(self.head[self.text_start :].split()) in NOTHING:
                return 0
            return self.json.records
        below = self.head.partition(b"\n")[2]
        return self.table.records if self.size > HEAD or below.strip() else 0

    @property
    def lines(self) -> TableLines | JsonLines:
        """What follows the lines of the file's layout."""
        return self.table if self.is_table else self.json

    @property
    def text_start(self) -> int:
        """Bytes of the byte-order mark, if there is one."""
        return len(UTF8_MARK) if self.head.startswith(UTF8_MARK) else 0


def scan_file(path: Path, dialect: Dialect) -> Scan:
    """Read the file once, in chunks; the hash is of every byte, fault or not.

    Raises:
        OSError: the file cannot be read.
    """
    scan = Scan(table=TableLines(dialect.quote), is_table=dialect.format == "csv")
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")() if dialect.encoding == "utf-8" else None
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            if not scan.size:
                scan.head = chunk[:HEAD]
                scan.fault = foreign(chunk)
            scan.size += len(chunk)
            if scan.fault is None:
                follow(scan, decoder, chunk)
    if scan.fault is None and scan.size:
        try:
            if decoder:
                decoder.decode(b"", final=True)
            scan.lines.finish()
        except UnicodeDecodeError:
            scan.fault = Rejected(refusal.BAD_ENCODING)
        except Rejected as fault:
            scan.fault = fault
    scan.sha256 = digest.hexdigest()
    return scan


def follow(scan: Scan, decoder: codecs.IncrementalDecoder | None, chunk: bytes) -> None:
    """Judge one chunk; a fault stays in the scan and ends the judging, not the hashing."""
    try:
        if b"\0" in chunk:
            raise Rejected(refusal.BAD_ENCODING)
        if decoder and not (chunk.isascii() and decoder.getstate() == (b"", 0)):
            decoder.decode(chunk)
        scan.lines.feed(chunk)
    except UnicodeDecodeError:
        scan.fault = Rejected(refusal.BAD_ENCODING)
    except Rejected as fault:
        scan.fault = fault


def foreign(chunk: bytes) -> Rejected | None:
    """A workbook, archive or document under a wrong name, or text in a wide encoding."""
    if chunk.startswith(FOREIGN):
        return Rejected(refusal.BAD_DIALECT)
    if chunk.startswith(WIDE):
        return Rejected(refusal.BAD_ENCODING)
    return None
