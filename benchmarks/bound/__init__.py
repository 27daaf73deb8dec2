"""The bound: one hand-written DuckDB script that does what the warehouse does, and no more.

Same files, same answers, no framework. It is how we know what the work itself costs. Form `lean`
keeps marts, rejects and ledger; form `layers` also writes raw and core as the warehouse does.
It knows the six sources of 1712 by heart and is no part of the product.
"""
