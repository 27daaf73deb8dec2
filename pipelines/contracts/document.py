"""A contract's YAML as data plus the line of every key, checked against the ODCS JSON schema.

The classes of `open_data_contract_standard` drop unknown keys below the top level without a word
(`requierd: true` becomes nothing), so its JSON schema judges first.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import jsonschema_rs
import yaml

from pipelines.errors import WrongUse

Where: TypeAlias = tuple[str | int, ...]

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """One YAML file; `fail` turns a place in it into an error that an editor can jump to."""

    path: Path
    data: dict[str, Any]
    root: yaml.Node

    def line(self, where: Where) -> int:
        """Line (from 1) of the key or item at `where`, or of the nearest thing around it."""
        node, line = self.root, 1
        for step in where:
            child = next((pair for pair in children(node) if pair[0] == step), None)
            if child is None:
                break
            line, node = child[1].start_mark.line + 1, child[2]
        return line

    def fail(self, where: Where, message: str) -> NoReturn:
        """Raise `WrongUse` with file and line."""
        raise WrongUse(f"{self.path}:{self.line(where)}: {message}")

    def known_keys(self, where: Where, keys: Iterable[str], valid: Iterable[str]) -> None:
        """Fail at the first key that is not valid, naming those that are."""
        valid = sorted(valid)
        for key in keys:
            if key not in valid:
                self.fail((*where, key), f"unknown key '{key}'. Valid keys: {', '.join(valid)}.")


def children(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node, yaml.Node]]:
    """Step, node that marks the line, and node of the value, of each child."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value, key, value
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            yield position, item, item


def read_document(path: Path) -> Document:
    """Read and check one contract file.

    Raises:
        WrongUse: not UTF-8, not YAML, a key twice, an unsafe tag, or against the standard.
    """
    loader = None
    try:
        loader = Loader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        data = loader.construct_document(root) if root else None
    except UnicodeDecodeError:
        raise WrongUse(f"{path}: not UTF-8. Save the contract as UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrongUse(f"{path}:{line}: not safe YAML: {error.problem}.") from None
    except yaml.YAMLError:
        raise WrongUse(f"{path}: not YAML.") from None
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(data, dict) or root is None:
        raise WrongUse(f"{path}:1: a contract is a mapping that begins with apiVersion.")
    document = Document(path, data, root)
    refuse_repeated_keys(document, root)
    check_standard(document)
    return document


def refuse_repeated_keys(document: Document, node: yaml.Node) -> None:
    """YAML keeps the last of two equal keys silently; in a value map that changes data."""
    seen: set[str | int] = set()
    for step, mark, value in children(node):
        if step in seen:
            line = mark.start_mark.line + 1
            raise WrongUse(f"{document.path}:{line}: key '{step}' stands here a second time.")
        seen.add(step)
        refuse_repeated_keys(document, value)


def check_standard(document: Document) -> None:
    """Fail at the first place that the JSON schema of the standard refuses."""
    if judge_of_standard().is_valid(document.data):
        return
    from jsonschema import Draft201909Validator  # a hundred times slower, and it says where

    schema = standard_schema()
    errors = sorted(
        Draft201909Validator(schema).iter_errors(document.data),
        key=lambda error: -len(error.absolute_path),
    )
    for error in errors:
        where = tuple(error.absolute_path)
        if error.validator in ("additionalProperties", "unevaluatedProperties"):
            document.known_keys(where, error.instance, property_names(error.schema))
    if errors:
        error = errors[0]
        if error.validator == "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            document.fail(tuple(error.absolute_path), f"missing key: {', '.join(missing)}.")
        document.fail(
            tuple(error.absolute_path),
            f"not as ODCS has it: {error.validator} must be {json.dumps(error.validator_value)}.",
        )


@cache
def judge_of_standard() -> jsonschema_rs.Draft201909Validator:
    """Says whether a contract is as the standard has it, at no cost; never why not."""
    return jsonschema_rs.Draft201909Validator(standard_schema())


@cache
def standard_schema() -> dict[str, Any]:
    """The JSON schema that the installed package carries."""
    text = (files("open_data_contract_standard") / "schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def property_names(schema: Mapping[str, Any]) -> set[str]:
    """Every key that a part of the schema allows, through references and branches."""
    names = set(schema.get("properties", ()))
    if "$ref" in schema:
        target: Any = standard_schema()
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        names |= property_names(target)
    for branch in (*schema.get("allOf", ()), *schema.get("anyOf", ()), schema.get("then")):
        if branch:
            names |= property_names(branch)
    return names
