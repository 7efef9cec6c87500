"""The intake's list of bad inputs, C01 to C62: each as a real file, with its outcome.

The survey's cases, C63 to C68, are in tests/survey/test_reading.py.
"""
