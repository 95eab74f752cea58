"""Drills: live traffic in every phase, one part killed at a seeded moment, and then nobody may be lost.

`python -m tests.live.drill --schedules N` (or `make drill N=…`). A schedule is chosen by its seed alone.
"""
