"""What counts as usual, and how far a share may move from it by chance."""

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


@pytest.mark.parametrize(("windows", "told"), [(1, True), (200, True), (10_000, False)])
def test_the_more_is_compared_the_farther_a_share_may_move_by_chance(
    windows: int, *, told: bool
) -> None:
    """Of a hundred records 26 move, in one window of many of which the others are as usual."""
    with duckdb.connect() as connection:
        connection.execute(LAID_OUT)
        connection.execute(
            "insert into compared_windows "
            "select * exclude (n) replace (n + 1 as window_id, 'chat ' || n as source) "
            "from compared_windows cross join range(1, ?) as others(n)",
            [windows],
        )
        connection.execute(
            "insert into composition "
            "select source, week, null, 'relation', member, if(week < 4, 12, 50) "
            "from compared_windows cross join range(17) as weeks(week) "
            "cross join (values ('friend'), ('parent')) as members(member)"
        )
        connection.execute(
            "update composition set records = if(member = 'friend', 19, 6) "
            "where source = 'chat' and week < 4"
        )
        connection.execute(SHIFTS)
        found = connection.execute("select source from shifts where effect > 0.3").fetchall()
        assert found == ([("chat",)] if told else [])
