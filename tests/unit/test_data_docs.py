"""The index of Great Expectations' pages: the last nights, and nothing else that lies there."""

from pathlib import Path

from expectations.data_docs import COMPILED, KEPT_NIGHTS, write_index


def test_the_index_lists_the_last_nights_newest_first_and_forgets_older_ones(
    tmp_path: Path,
) -> None:
    nights = [f"2020-{month:02}-{day:02}T04-00-00" for month in (11, 12) for day in range(1, 20)]
    for night in nights:
        (tmp_path / night).mkdir()
        (tmp_path / night / "raw.html").touch()
    (tmp_path / COMPILED).mkdir()
    (tmp_path / COMPILED / "page.cache").touch()

    write_index(tmp_path)

    kept = nights[-KEPT_NIGHTS:]
    assert {path.name for path in tmp_path.iterdir()} == {*kept, COMPILED, "index.html"}
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    listed = [line.partition("<li>")[2].partition(":")[0] for line in index.splitlines()[1:-1]]
    assert listed == kept[::-1]
