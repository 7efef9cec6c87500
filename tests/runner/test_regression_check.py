"""The local regression check compares in the right direction."""

import copy

from benchmarks.check_regression import worse

BEFORE = {"多份": {"本工具两进程": 8.0}, "构成": {"对普通函数": 1.2}}


def test_less_of_a_lead_is_worse_and_so_is_more_of_a_cost():
    now = copy.deepcopy(BEFORE)
    assert worse(now, BEFORE) == []
    now["多份"]["本工具两进程"] = 6.5  # 8 / 6.5 = 1.23: within 1.25
    assert worse(now, BEFORE) == []
    now["多份"]["本工具两进程"] = 6.0  # 8 / 6 = 1.33
    now["构成"]["对普通函数"] = 1.6  # 1.6 / 1.2 = 1.33
    assert worse(now, BEFORE) == ["多份　本工具两进程：由8.00变为6.00", "构成　对普通函数：由1.20变为1.60"]
    assert worse({"多份": {"本工具两进程": 20.0}, "构成": {"对普通函数": 0.9}}, BEFORE) == []
