"""What may be prescribed, over what, to whom (T2-T4, T8), and what a prescription must say (T6): pure.

`judge` answers for one medicine, `findings` for a whole prescription, `problems` says what keeps it from being signed.
"""
