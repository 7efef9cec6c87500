"""What makes the suite cheap: little garbage collection, and long tests first."""

import gc


def pytest_collection_modifyitems(items):
    """Files with long tests and notebooks first: at the end no worker waits long for another."""
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.path.suffix == ".ipynb"}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish():
    """Modules and tests stay to the end: to look through them for garbage over and over took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
