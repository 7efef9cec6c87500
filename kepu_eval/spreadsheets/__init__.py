"""Opening spreadsheets from outside: plain grids of values, read in a process of its own with limits.

Everything here is imported by that process, too, so it stays light: no pandas, no openpyxl.
"""
