"""What a night costs, beside what the work itself costs: `make bench`.

| module | what |
|---|---|
| `landing` | landing folders at a scale, and one more day of deliveries |
| `measure` | whole processes: CPU seconds, wall clock, peak memory |
| `cases` | what is measured: our rebuild and night, the bound, the peers, start-up alone |
| `bound` | the hand-written DuckDB script that we are held against |
| `peer_pandas`, `peer_polars` | what an analyst would write |
| `answers` | all of them must give the same marts |
| `performance` | the results as a page and a plot in `docs/` |

Nothing here is part of the product, and nothing of the product imports it.
"""
