"""The map of the house: which layer lives where.

| layer     | made by                                   | described in                          |
|-----------|-------------------------------------------|---------------------------------------|
| landing   | the source systems (`sample` for trials)  | contracts/<source>.odcs.yaml          |
| raw       | ingest                                    | ingest/tables.sql                     |
| staging   | dbt_project/models/staging                | _staging__models.yml                  |
| core      | dbt_project/models/core                   | _core__models.yml                     |
| marts     | dbt_project/models/marts                  | docs/data-dictionary.md               |
| published | publish, report                           | docs/bi.md                            |

| module                      | what belongs there, and what does not                             |
|-----------------------------|-------------------------------------------------------------------|
| cli, cli_releases           | verbs of `helpline`; no work of their own                         |
| definitions, night, ui      | wiring for Dagster, one run of the job, the UI; no rule about data |
| event_log                   | how Dagster's events get into SQLite cheaply; no event of our own |
| dagster_store               | whether that store can still be read, and what to do if not       |
| assets, checks, guard       | what Dagster shows of each layer; the work is called, not done    |
| profile, deferred           | where a night's CPU time went, when asked; modules it never needs |
| ready, writer, room         | before a night: one writer, disk and memory, the right warehouse  |
| rewrite                     | after a night: the file written anew when most of it is air       |
| integrity, journal, alarm   | what the warehouse must hold; what happened; whom to tell         |
| erasure, doctor             | `helpline forget` and `helpline doctor`                           |
| contracts                   | a source described by data, read into typed objects               |
| ingest                      | contract + delivery → raw, rejects, ledger; no source's name      |
| transform                   | how dbt is run; which model makes what stands in `dbt_project/`   |
| `expectations` (top level)  | the rules at both borders, and the frames that they judge         |
| publish                     | releases: write, list, verify, roll back, query                   |
| report                      | figures → page, PDF, workbook                                     |
| explain, dictionary         | where a figure comes from; what every column means                |
| sample                      | fictional exports whose totals are the published ones             |
| settings, warehouse, errors | the environment and every path; the one connection; exit codes    |

Imports run one way, kept by import-linter: cli → night → definitions → assets, checks →
ingest, expectations, publish, report, sample, transform → contracts → warehouse → settings →
errors.
"""
