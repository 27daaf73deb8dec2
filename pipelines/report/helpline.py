"""What a report says of the helpline itself, from `report/helpline.yaml` beside its contracts.

A helpline without that file gets a report without a name of its own, and without a word on how to
reach it: better nothing than the number of another one.
"""

from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from pipelines.errors import WrongUse


@dataclass(frozen=True)
class Reach:
    """The helpline's name and how to reach it, in one language; `leave` is the link out."""

    organisation: str
    subtitle: str
    title: str
    call: str
    text: str
    danger: str
    site: str
    site_name: str
    leave: str
    leave_url: str
    leave_note: str


@dataclass(frozen=True)
class Helpline:
    """The numbers of the helpline and of the emergency services, and its words per language."""

    number: str = ""
    emergency: str = ""
    reach: tuple[tuple[str, Reach], ...] = ()

    def in_language(self, code: str) -> Reach | None:
        """The words in one language, or None if the helpline has none."""
        return dict(self.reach).get(code)


def load_helpline(folder: Path) -> Helpline:
    """Read `helpline.yaml` of the folder; a helpline that has none is nameless.

    Raises:
        WrongUse: a word is missing or unknown, or a link does not lead to a page.
    """
    path = folder / "helpline.yaml"
    if not path.is_file():
        return Helpline()
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    known = {field.name for field in fields(Reach)}
    reach = []
    for code in sorted(set(content) - {"number", "emergency"}):
        words = content[code]
        wrong = set(words) ^ known if isinstance(words, dict) else known
        if wrong:
            raise WrongUse(
                f"{path.name}: {code} has missing or unknown names: {', '.join(sorted(wrong))}."
            )
        for link in ("site", "leave_url"):
            if not str(words[link]).startswith("https://"):
                raise WrongUse(f"{path.name}: {code}.{link} must begin with https://.")
        reach.append((code, Reach(**{name: str(words[name]) for name in known})))
    return Helpline(str(content.get("number", "")), str(content.get("emergency", "")), tuple(reach))
