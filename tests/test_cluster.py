"""A cluster that is slow to end takes nothing along."""

import distributed
import pytest

from kepu_eval.cluster import cluster


class Slow:
    """A cluster or a client that does not end in time."""

    def __init__(self, *_, **__):
        self.asked = False

    def get_executor(self, **_):
        return self

    def nthreads(self):
        return {"甲": 1, "乙": 1}

    def close(self):
        self.asked = True
        raise TimeoutError


def test_what_was_made_is_kept_when_workers_do_not_end_in_time(monkeypatch):
    monkeypatch.setattr(distributed, "Client", Slow)
    monkeypatch.setattr(distributed, "LocalCluster", Slow)
    with cluster("local:2") as (executor, in_flight):
        assert in_flight == 4
    assert executor.asked


def test_a_report_that_ran_out_of_time_is_still_told(monkeypatch):
    monkeypatch.setattr(distributed, "Client", Slow)
    monkeypatch.setattr(distributed, "LocalCluster", Slow)
    with pytest.raises(TimeoutError, match="报告"), cluster("local:2"):
        raise TimeoutError("报告")
