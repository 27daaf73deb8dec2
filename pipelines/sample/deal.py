"""Dealing labels to records so that every total is met exactly and looks like chance.

What belongs here: integer tables with given margins, and handing their cells out to records.
What a label means, and how many there are of it, belongs to `margins` and `plausible`.

Each attribute is dealt as cells × labels: rows are groups of records that are alike in what the
attribute depends on (month, channel, category), columns are labels with a published total.
Iterative proportional fitting (Deming and Stephan, 1940) turns plausible weights into expected
counts, a random rounding makes them whole, and a few swaps settle the totals.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
Random = np.random.Generator

FITTING_ROUNDS = 300
FITTED = 1e-9


def apportion(total: int, weights: Floats) -> Ints:
    """Share out `total` by largest remainder; the parts sum to it."""
    exact = weights * (total / weights.sum())
    parts: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(parts - exact, kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return parts


def rake(weights: Floats, rows: Ints, columns: Ints) -> Floats:
    """Scale `weights` until rows and columns sum to the given counts; zeros stay zero."""
    table = weights * (rows > 0)[:, None]
    for _ in range(FITTING_ROUNDS):
        sums = table.sum(axis=0)
        scale = np.divide(columns, sums, out=np.zeros_like(sums), where=sums > 0)
        table = table * scale
        sums = table.sum(axis=1)
        factor = np.divide(rows, sums, out=np.zeros_like(sums), where=sums > 0)
        table = table * factor[:, None]
        if np.abs(scale[columns > 0] - 1).max(initial=0) < FITTED:
            break
    return table


def whole_table(random: Random, weights: Floats, rows: Ints, columns: Ints) -> Ints:
    """Integer table with exactly these margins and a zero wherever the weight is zero.

    Raises:
        ValueError: no such table was found; the weights forbid too much.
    """
    if rows.sum() != columns.sum():
        raise ValueError(f"rows sum to {rows.sum()}, columns to {columns.sum()}")
    allowed = (weights > 0) & (rows > 0)[:, None]
    running = np.cumsum(rake(weights, rows, columns), axis=1)
    ends = running[:, -1:]
    running = np.divide(running, ends, out=np.zeros_like(running), where=ends > 0) * rows[:, None]
    edges = np.floor(running + random.random((len(rows), 1)) * (1 - 1e-9) + 1e-12)
    table: Ints = np.diff(edges, prepend=0).astype(np.int64)
    while True:
        missing = columns - table.sum(axis=0)
        if not missing.any():
            return table
        _swap(random, table, allowed, int(missing.argmin()), int(missing.argmax()), missing)


def _swap(
    random: Random, table: Ints, allowed: npt.NDArray[np.bool_], source: int, target: int, gap: Ints
) -> None:
    """Move units from a column with too many to one with too few, over a third if need be."""
    direct = np.flatnonzero((table[:, source] > 0) & allowed[:, target])
    if len(direct):
        units = min(int(-gap[source]), int(gap[target]), len(direct))
        chosen = random.choice(direct, units, replace=False)
        table[chosen, source] -= 1
        table[chosen, target] += 1
        return
    for between in range(table.shape[1]):
        first = np.flatnonzero((table[:, source] > 0) & allowed[:, between])
        second = np.flatnonzero((table[:, between] > 0) & allowed[:, target])
        if len(first) and len(second):
            table[first[0], source] -= 1
            table[first[0], between] += 1
            table[second[0], between] -= 1
            table[second[0], target] += 1
            return
    raise ValueError(f"column {target} cannot reach its total from column {source}")


def deal(random: Random, cells: npt.NDArray[np.integer], weights: Floats, totals: Ints) -> Codes:
    """One label per record: exactly `totals` of each, spread over cells as `weights` says.

    Args:
        cells: row of `weights` that each record belongs to.
        weights: cells × labels; 0 forbids a label in a cell.
        totals: records per label; they sum to the number of records.
    """
    rows = np.bincount(cells, minlength=len(weights)).astype(np.int64)
    table = whole_table(random, weights, rows, totals)
    labels = np.empty(len(cells), np.int8)
    stack = np.tile(np.arange(len(totals), dtype=np.int8), len(weights))
    labels[shuffled(random, cells)] = np.repeat(stack, table.ravel())
    return labels


def shuffled(random: Random, cells: npt.NDArray[np.integer]) -> Ints:
    """Indexes of the records in order of their cell, in random order within it."""
    order = random.permutation(len(cells))
    narrow = cells[order].astype(np.int16)
    shuffled_order: Ints = order[np.argsort(narrow, kind="stable")]
    return shuffled_order


def spread_missing(random: Random, labels: Codes, first: int) -> Codes:
    """Turn the one dealt 'not known' label into not filled in, unknown and unclear.

    The three follow each other in every code list, from position `first` on.
    """
    missing = np.flatnonzero(labels == first)
    kinds = np.searchsorted([0.6, 0.85], random.random(len(missing)), side="right")
    labels[missing] += kinds.astype(np.int8)
    return labels
