"""The editor's texts: one YAML file per year and language, in which no number is typed.

A number in a text is a reference: `{{ figures.contacts }}`, `{{ figures.contacts.growth_pct }}`
(keys of figures.json), `{{ facts.name }}` (facts.yaml: value, population, source), `{{ year }}`,
`{{ previous_year }}`, `{{ date.2020-03-18 }}`, `{{ month.4 }}`, `{{ helpline }}` and
`{{ emergency }}`.
Any other digit is refused with its line, so that a text cannot disagree with the tables.

Texts that hold for every year stand in `every-year.<language>.yaml`; a year's file adds to them and
replaces what it says itself. The words are data: whoever prints them escapes them.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipelines.errors import WrongUse

SECTIONS = (
    "foreword",
    "years",
    "chapter",
    "categories",
    "violence_form",
    "victims",
    "contact_persons",
    "context",
    "channels",
    "outcomes",
    "campaigns",
    "website",
    "method",
    "thanks",
)
FIELDS = ("title", "text", "signed", "definitions")
LOG = logging.getLogger(__name__)
PARAGRAPH_END = re.compile(r"\n\s*\n")
REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_.+-]+)\s*\}\}")


class NotThisTime(LookupError):
    """A reference to a figure that there is in other years or reports, but not in this one."""


@dataclass(frozen=True)
class Text:
    """One text as the editor wrote it, and where."""

    words: str
    file: Path
    line: int

    def filled(self, resolve: Callable[[str], str]) -> str:
        """The text with its references replaced; `resolve` raises LookupError with the reason.

        A paragraph about a figure that this report does not have is left out, and logged: the
        report of a year that is not over yet cannot say how it compares.

        Raises:
            WrongUse: a reference to something that no report has; with file and line.
        """
        kept, at = [], 0
        for part in PARAGRAPH_END.split(self.words):
            line = self.line + self.words.count("\n", 0, self.words.index(part, at))
            at = self.words.index(part, at) + len(part)
            try:
                kept.append(self._filled(part, line, resolve))
            except NotThisTime as reason:
                LOG.warning("%s, line %d: paragraph left out: %s.", self.file.name, line, reason)
        return "\n\n".join(kept)

    def _filled(self, part: str, first_line: int, resolve: Callable[[str], str]) -> str:
        def replace(match: re.Match[str]) -> str:
            try:
                return resolve(match.group(1))
            except NotThisTime:
                raise
            except LookupError as error:
                line = first_line + part.count("\n", 0, match.start())
                raise WrongUse(
                    f"{self.file.name}, line {line}: {{{{ {match.group(1)} }}}}: {error.args[0]}."
                ) from None

        return REFERENCE.sub(replace, part)


Texts = dict[tuple[str, ...], Text]
"""Texts by (section, field) or (section, `definitions`, code)."""


def load_texts(folder: Path, year: int, language: str) -> Texts:
    """The texts of a year: those of every year, and over them those of the year's own file.

    Raises:
        WrongUse: not YAML, an unknown section or field, a raw digit; with file and line.
    """
    texts: Texts = {}
    for name in ("every-year", str(year)):
        path = folder / f"{name}.{language}.yaml"
        if path.is_file():
            texts |= _read(path)
    return texts


def has_texts(folder: Path, year: int) -> bool:
    """Whether an editor wrote a file of that year's own, in any language."""
    return any(folder.glob(f"{year}.*.yaml"))


def paragraphs(words: str) -> list[str]:
    """Paragraphs are parted by an empty line; line breaks within one are spaces."""
    parts = PARAGRAPH_END.split(words.strip())
    return [" ".join(part.split()) for part in parts if part.strip()]


def _read(path: Path) -> Texts:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        raise WrongUse(f"{path.name}: not UTF-8. Save it as UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrongUse(f"{path.name}, line {line}: not YAML: {error.problem}.") from None
    texts: Texts = {}
    if root is None:
        return texts
    for section, node in _pairs(root, path, SECTIONS):
        for field, value in _pairs(node, path, FIELDS):
            if field == "definitions":
                for code, definition in _pairs(value, path, None):
                    texts[section, field, code] = _text(definition, path)
            else:
                texts[section, field] = _text(value, path)
    return texts


def _pairs(
    node: yaml.Node, path: Path, allowed: tuple[str, ...] | None
) -> Iterator[tuple[str, yaml.Node]]:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise WrongUse(f"{path.name}, line {line}: names with texts are expected here.")
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        name = str(key.value)
        if name in seen:
            raise WrongUse(f"{path.name}, line {line}: the name stands here twice.")
        if allowed is not None and name not in allowed:
            raise WrongUse(
                f"{path.name}, line {line}: unknown name. Known here: {', '.join(allowed)}."
            )
        seen.add(name)
        yield name, value


def _text(node: yaml.Node, path: Path) -> Text:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.ScalarNode):
        raise WrongUse(f"{path.name}, line {line}: a text is expected here.")
    source = path.read_text(encoding="utf-8").splitlines()
    is_block = node.style in ("|", ">")
    _refuse_digits(node, source, path, is_block=is_block)
    return Text(node.value, path, line + is_block)


def _refuse_digits(node: yaml.ScalarNode, source: list[str], path: Path, *, is_block: bool) -> None:
    first, last = node.start_mark.line, node.end_mark.line
    for number in range(first + is_block, min(last + 1, len(source))):
        words = source[number]
        if number == last:
            words = words[: node.end_mark.column]
        if number == first:
            words = words[node.start_mark.column :]
        if any(character.isnumeric() for character in REFERENCE.sub("", words)):
            raise WrongUse(
                f"{path.name}, line {number + 1}: a digit that is no reference. Write "
                "{{ figures.… }}, {{ facts.… }}, {{ year }}, {{ date.… }} or the number in words."
            )
    # escapes such as "\x31" are digits only after YAML has read them
    if any(character.isnumeric() for character in REFERENCE.sub("", node.value)):
        raise WrongUse(f"{path.name}, line {first + 1}: a digit that is no reference.")
