"""`kepu-eval lab` as its user has it: Chinese menus, buttons from a click or a key to a file, the command in the terminal."""

import json
import os
import subprocess
import sys
import time
from types import SimpleNamespace
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import nbformat
import pytest
from websocket import create_connection

from kepu_eval.runner import lab
from tests.browser import CHROMIUM, page
from tests.report.test_glyphs import notebook

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]
SAID = "document.querySelector('pre[role=log]')?.textContent"
ENDED = f"/做完了|没有做成/.test({SAID} || '')"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """JupyterLab in a folder of work whose name has Chinese and a space, with a report that has run; and its address."""
    folder = tmp_path_factory.mktemp("办公 电脑")
    report = folder / "reports" / "例" / "报告.ipynb"
    report.parent.mkdir(parents=True)
    nbformat.write(notebook("甲"), report)
    command = [sys.executable, "-m", "kepu_eval.cli", "lab", "--folder", str(folder), "--", "--no-browser", "--allow-root"]  # fmt: skip
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=folder.parent
    ) as process:
        while not (address := lab.running(folder)):
            assert process.poll() is None
            time.sleep(0.2)
        yield SimpleNamespace(folder=folder, address=address)
        process.terminate()  # an interrupt would be asked about, and go on without an answer


@pytest.fixture(scope="module")
def desk(office, tmp_path_factory):
    """The first notebook in a browser, run from the menu."""
    with page(office.address, tmp_path_factory.mktemp("chromium")) as shown:
        shown.wait("!!document.querySelector('.jp-MarkdownOutput')")
        while not shown.value(
            "[...document.querySelectorAll('.jp-InputPrompt')].some(e => /[*0-9]/.test(e.textContent))"
        ):
            shown.click(".lm-MenuBar-item", "运行")  # JupyterLab lets it pass as long as it has no kernel yet
            shown.click(".lm-Menu-item", "运行所有单元格")
            time.sleep(2)
        shown.wait("[...document.querySelectorAll('button')].some(e => e.textContent == '收表')")
        yield shown


def test_menus_are_chinese(desk):
    menus = desk.value("[...document.querySelectorAll('.lm-MenuBar-itemLabel')].map(e => e.textContent)")
    assert menus == ["文件", "编辑", "查看", "运行", "内核", "标签页", "设置", "帮助"]


def test_a_click_collects_and_the_keyboard_exports_what_is_open(office, desk):
    desk.click("button", "收表")
    desk.wait(ENDED)
    assert desk.value(SAID).startswith("$ kepu-eval collect data/example/2023-midterm --round 2023-midterm\n入账23份")  # fmt: skip
    assert (office.folder / "data" / "ledger.sqlite").is_file()
    desk.value("[...document.querySelectorAll('button')].find(e => e.textContent == '收表').focus()")
    desk.press("Tab")
    desk.press("Tab")
    assert desk.value("document.activeElement.textContent") == "待核问题"
    desk.press(" ")
    desk.wait(f"{SAID}.includes('decide export') && {ENDED}")
    assert (office.folder / "reports" / "复核意见表.xlsx").is_file()
    assert desk.value("document.activeElement.textContent") == "待核问题"


def test_a_click_exports_a_report_that_has_run(office, desk):
    desk.click("button", "导出")
    desk.wait(f"{SAID}.includes('nbconvert') && {ENDED}")
    assert "kepu_docx reports/例/报告.ipynb" in desk.value(SAID)
    assert (office.folder / "reports" / "例" / "报告.docx").read_bytes().startswith(b"PK")


def test_the_terminal_finds_the_command_though_its_shell_resets_the_path(office):
    where, token = urlsplit(office.address), office.address.rpartition("token=")[2]
    asked = Request(f"http://{where.netloc}/api/terminals", method="POST", headers={"Authorization": f"token {token}"})  # fmt: skip
    name = json.load(urlopen(asked))["name"]
    line = create_connection(
        f"ws://{where.netloc}/terminals/websocket/{name}?token={token}", suppress_origin=True, timeout=60
    )
    line.send(json.dumps(["stdin", f"kepu-eval --version{os.linesep}"]))
    said = ""
    while "kepu-eval 0." not in said:
        kind, *words = json.loads(line.recv())
        said += words[0] if kind == "stdout" else ""
    line.close()
