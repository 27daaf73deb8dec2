"""What counts as usual: a window is compared with its baseline only where that is known."""

import duckdb
import pytest

from expectations.rule import PROFILES

SHIFTS = (PROFILES / "raw" / "shifts.sql").read_text(encoding="utf-8")
LAID_OUT = """
create table covered (source text, day date, file_name text);
create table news (delivery_id bigint, file_name text);
create table compared_windows as select
    1 as window_id, 'chat' as source, null::bigint as delivery_id,
    0 as first_week, 3 as last_week, 4 as base_from, 16 as base_to,
    date '2020-02-01' as first_day, date '2020-02-28' as final_day, date '2020-02-28' as latest_day,
    false as is_new_service;
create table composition (
    source text, week integer, delivery_id bigint, dimension text, member text, records bigint
);
"""


@pytest.mark.parametrize(
    ("weekly", "usual", "told"),
    [
        pytest.param(100, 199, False, id="less than half as many as are compared with it"),
        pytest.param(100, 200, True, id="half as many"),
        pytest.param(20, 59, False, id="fewer than sixty"),
        pytest.param(20, 60, True, id="sixty"),
    ],
)
def test_a_shift_is_told_where_it_is_known_what_is_usual(
    weekly: int, usual: int, *, told: bool
) -> None:
    """All four weeks say what half of the baseline said: a shift, if the baseline is one."""
    with duckdb.connect() as connection:
        connection.execute(LAID_OUT)
        connection.executemany(
            "insert into composition values ('chat', ?, null, 'relation', ?, ?)",
            [
                *([week, "friend", weekly] for week in range(4)),
                [4, "friend", usual - usual // 2],
                [4, "parent", usual // 2],
            ],
        )
        connection.execute(SHIFTS)
        found = connection.execute("select dimension from shifts where effect > 0.3").fetchall()
        assert found == ([("relation",)] if told else [])
