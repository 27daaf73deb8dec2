"""The page about checks is what suites and mutations say, and says it of every rule."""

import pytest

from expectations import BORDERS, Rule, rules_of
from tests.checks_page import PAGE, UNSEEN, write_page

RULES = [rule for border in BORDERS for rule in rules_of(border)]


def test_the_page_in_docs_is_the_generated_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == write_page(), "run `make docs`"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_is_explained_and_proven_on_the_page(rule: Rule) -> None:
    page = write_page()
    explained, proven = page.split(UNSEEN)
    assert f"| `{rule.name}` | {rule.severity} | {rule.description} |" in explained
    assert rule.reason in explained
    assert f" | `{rule.name}` | " in proven
