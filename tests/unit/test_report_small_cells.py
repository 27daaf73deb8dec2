"""Nobody can be recognised: small counts are joined, and do not follow by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.report.small_cells import Blocks, Member, coarsen


def members(*counts: int, group: str | None = None) -> list[Member]:
    return [Member(f"c{place}", group, (count,)) for place, count in enumerate(counts)]


def sums(blocks: Blocks, of: list[Member], column: int = 0) -> list[int]:
    counts = {member.code: member.counts[column] for member in of}
    return [sum(counts[code] for code in block) for block in blocks.parts]


def test_a_table_without_small_counts_stays_as_it_is() -> None:
    table = members(10, 0, 5)
    assert coarsen(table, 5) == Blocks((("c0",), ("c1",), ("c2",)), True, False)


def test_small_counts_are_joined_with_each_other_first() -> None:
    table = members(100, 3, 4, 50)
    assert coarsen(table, 5).parts == (("c0",), ("c1", "c2"), ("c3",))


def test_one_small_count_takes_the_smallest_other_with_it_or_it_would_follow_from_the_total() -> (
    None
):
    table = members(100, 3, 20)
    assert coarsen(table, 5).parts == (("c0",), ("c1", "c2"))


def test_a_zero_is_no_partner_because_the_sum_would_stay_small() -> None:
    table = members(100, 3, 0)
    assert sums(coarsen(table, 5), table) == [103, 0]


def test_codes_of_not_known_have_one_row_from_the_start() -> None:
    table = [
        Member("a", None, (30,)),
        Member("unknown", "missing", (2,)),
        Member("unclear", "missing", (4,)),
    ]
    blocks = coarsen(table, 5)
    assert blocks.parts == (("a",), ("unknown", "unclear"))
    assert not blocks.is_coarsened


def test_joining_stays_within_the_group_and_else_the_sums_of_groups_are_withheld() -> None:
    inside = [Member("a", "x", (9,)), Member("b", "x", (2,)), Member("c", "y", (7,))]
    assert coarsen(inside, 5) == Blocks((("a", "b"), ("c",)), True, True)
    across = [Member("a", "x", (9,)), Member("b", "y", (2,)), Member("c", "x", (7,))]
    assert not coarsen(across, 5).groups_safe


def test_hours_are_joined_with_their_neighbours_only() -> None:
    table = members(6, 2, 30, 40)
    assert coarsen(table, 5, ordered=True).parts == (("c0", "c1"), ("c2",), ("c3",))


def test_a_column_that_is_small_joins_the_row_in_every_column() -> None:
    # 20 in all and 18 in the chat: 2 outside the chat would follow by subtraction
    table = [
        Member("a", None, (500, 100, 400)),
        Member("b", None, (20, 18, 2)),
        Member("c", None, (60, 10, 50)),
    ]
    assert coarsen(table, 5).parts == (("a",), ("b", "c"))


def test_a_table_that_is_small_as_a_whole_is_left_out() -> None:
    assert coarsen(members(1, 2), 5).parts == ()


@given(
    counts=st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from(["x", "y", "missing"])),
        min_size=1,
        max_size=9,
    ),
    ordered=st.booleans(),
)
def test_whatever_the_counts_no_row_shows_a_small_one_and_none_is_lost(
    counts: list[tuple[int, int, str]], ordered: bool
) -> None:
    table = [
        Member(f"c{place}", group, (a + b, a, b)) for place, (a, b, group) in enumerate(counts)
    ]
    blocks = coarsen(table, 5, ordered=ordered)
    for column in range(3):
        assert not any(0 < count < 5 for count in sums(blocks, table, column))
    if blocks.parts:
        assert sorted(code for block in blocks.parts for code in block) == [
            f"c{place}" for place in range(len(counts))
        ]
