"""Notices of runs that nobody watches: a line by mail or into a chat, when one has ended, well or badly.

Off unless ``KEPU_NOTICE`` names a file of addresses, one a line as Apprise writes them (``mailtos://…``, ``wecombot://…``,
``json://…``), outside the project because they hold passwords. A notice tells what ran and how it ended; no figure of a
report, no personal data. One that cannot be sent is logged and harms nothing.
"""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Iterable, Iterator
from pathlib import Path

from kepu_eval.personal_data import masked

NOTICE = "KEPU_NOTICE"
_ONLY_FAILURES = "失败="
_MOST_LINES, _LONGEST = 8, 200
_LOG = logging.getLogger(__name__)


def send(what: str, lines: Iterable[str] = (), *, failed: bool) -> None:
    """Tell every address how ``what`` ended; ``lines`` say more. Does nothing unless ``KEPU_NOTICE`` is set; never raises."""
    if not os.environ.get(NOTICE):
        return
    try:
        _send(masked(what), [_short(line) for line in lines], failed=failed)
    except OSError:
        _LOG.warning("通知没有发出：打不开地址文件“%s”", os.environ[NOTICE])
    except Exception as error:
        _LOG.warning("通知没有发出：%s", error)


def _send(what: str, lines: list[str], *, failed: bool) -> None:
    import apprise

    service = apprise.Apprise(
        asset=apprise.AppriseAsset(app_id="kepu-eval", app_desc="kepu-eval", app_url="")
    )
    known = list(_addresses(Path(os.environ[NOTICE]), failed=failed))
    for number, address in known:
        if not service.add(address):
            _LOG.warning("通知没有发出：“%s”第%s行的地址认不出", os.environ[NOTICE], number)
    if not len(service):
        return
    more = [f"另有{len(lines) - _MOST_LINES}行，见运行记录"] if len(lines) > _MOST_LINES else []
    sent = service.notify(
        title=f"kepu-eval {'失败' if failed else '完成'}：{what}",
        body="\n".join(
            [
                f"{what}　{'失败' if failed else '完成'}",
                f"机器：{platform.node()}",
                *lines[:_MOST_LINES],
                *more,
            ]
        ),
        notify_type=apprise.NotifyType.FAILURE if failed else apprise.NotifyType.SUCCESS,
        body_format=apprise.NotifyFormat.TEXT,
    )
    if not sent:
        _LOG.warning("通知没有全部发出，请检查“%s”中的地址和网络", os.environ[NOTICE])


def _addresses(file: Path, *, failed: bool) -> Iterator[tuple[int, str]]:
    """Addresses with their lines' numbers; those after ``失败=`` are for failures alone."""
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        address = line.strip().removeprefix(_ONLY_FAILURES).strip()
        if (
            address
            and not address.startswith("#")
            and (failed or not line.strip().startswith(_ONLY_FAILURES))
        ):
            yield number, address


def _short(line: str) -> str:
    """A line that may leave the house: no personal data, not long."""
    told = masked(" ".join(line.split()))
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"
