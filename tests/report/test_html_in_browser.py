"""The HTML file as a browser sees it: nothing asked of the network, readable on a phone, printed page by page."""

import io
import json
import re
import shutil
import subprocess
import unicodedata

import nbformat.v4 as nbf
import pypdf
import pytest

from kepu_eval.report.blocks import Cover, table
from kepu_eval.report.exporters import HtmlExporter
from tests.report.test_exporters import notebook, shown  # noqa: F401 - a fixture

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="no Chromium here")]


@pytest.fixture(scope="module")
def file(notebook, tmp_path_factory):  # noqa: F811
    path = tmp_path_factory.mktemp("html") / "report.html"
    path.write_text(HtmlExporter().from_notebook_node(notebook)[0], encoding="utf-8")
    return path


def chromium(file, *words):
    """Run the browser on a file; what it prints."""
    profile = file.parent / "profile"
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={profile}",
        *words,
        file.as_uri(),
    ]
    done = subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=file.parent)
    return done.stdout.decode("utf-8", "replace")


def test_nothing_is_asked_of_the_network(file):
    log = file.parent / "net.json"
    chromium(
        file,
        f"--log-net-log={log}",
        "--disable-background-networking",
        "--disable-component-update",
        "--dump-dom",
    )
    text = log.read_text(encoding="utf-8", errors="replace")
    asked = set(re.findall(r'"url":\s*"(https?|wss?)://([^/"]+)', text))
    # The browser's own calls home are not the page's: those carry an initiator only when a page makes them.
    made_by_page = re.findall(r'"initiator":\s*"(?:file|null)[^"]*"[^}]*"url":\s*"https?://[^"]*"', text)
    assert made_by_page == []
    page = file.read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href|action)="(?!#|data:)', page), asked


def printed(file):
    """Text of each printed page; the browser's PDF uses look-alike radicals, which NFKC turns back."""
    chromium(file, "--print-to-pdf=print.pdf", "--no-pdf-header-footer")
    pdf = pypdf.PdfReader(io.BytesIO((file.parent / "print.pdf").read_bytes()))
    return [unicodedata.normalize("NFKC", page.extract_text()) for page in pdf.pages]


def test_tables_sort_with_scripts_and_read_without(file):
    assert '<th scope="col"><button type="button">指标</button>' in chromium(file, "--dump-dom")
    bare = file.with_name("bare.html")
    page = file.read_text(encoding="utf-8")
    bare.write_text(re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL), encoding="utf-8")
    assert "评估人改过的一句话" in "".join(printed(bare))


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_is_wider_than_its_window(file, width):
    measured = file.with_name(f"w{width}.html")
    page = file.read_text(encoding="utf-8")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    probe = "<script>document.title = JSON.stringify([document.documentElement.scrollWidth, window.innerWidth])</script>"
    measured.write_text(page.replace("</body>", probe + "</body>"), encoding="utf-8")
    title = re.search(
        r"<title>(.*?)</title>", chromium(measured, f"--window-size={width},900", "--dump-dom")
    )[1]
    wide, window = json.loads(title)
    assert wide <= max(window, width)


def test_printed_pages_bear_the_notice_and_their_number(file):
    pages = printed(file)
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert "示例数据" in text
        assert f"— {number} —" in text


def test_a_printed_table_repeats_its_head_on_every_page(tmp_path):
    listing = table("long", "长表", ["指标名", "数"], [[f"第{n}项", n] for n in range(1, 121)])
    book = nbf.new_notebook(cells=[shown(Cover(title="报告")), shown(listing)])
    path = tmp_path / "long.html"
    path.write_text(HtmlExporter().from_notebook_node(book)[0], encoding="utf-8")
    pages = [text for text in printed(path) if re.search(r"第\d+项", text)]
    assert len(pages) > 2
    assert all("指标名" in text for text in pages)
