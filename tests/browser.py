"""A headless Chromium that a test drives over its DevTools protocol: open a page, wait for something, click, press keys."""

import base64
import json
import shutil
import subprocess
import time
from contextlib import contextmanager

from websocket import create_connection  # comes with JupyterLab's server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--window-size=1400,1500", "--remote-debugging-port=0", "--lang=zh-CN",
)  # fmt: skip
_KEYS = {"Tab": (9, ""), " ": (32, " "), "Enter": (13, "\r")}


class Page:
    """The one page of a browser."""

    def __init__(self, socket):
        self._socket, self._number = socket, 0

    def ask(self, method, **parameters):
        """Send a command; its result."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while (answer := json.loads(self._socket.recv())).get("id") != self._number:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def value(self, script):
        """What an expression of JavaScript gives, as plain data."""
        result = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait(self, script, seconds=240):
        """The first true value of an expression, asked again and again."""
        for _ in range(seconds * 4):
            if found := self.value(script):
                return found
            time.sleep(0.25)
        raise AssertionError(f"{script}\n{self.value('document.body.innerText')}")

    def click(self, selector, text):
        """Press the mouse on the middle of the one element that shows a text."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find(e => e.textContent.trim().startsWith({json.dumps(text)}) && !e.disabled && e.getBoundingClientRect().width)"
        )
        self.wait(f"!!({found})")
        self.value(f"{found}.scrollIntoView({{block: 'center'}})")
        time.sleep(0.3)
        x, y = self.value(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({found}.getBoundingClientRect())")
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key):
        """Press a key of the keyboard."""
        code, text = _KEYS[key]
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if kind == "keyDown" and text else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code={" ": "Space"}.get(key, key), windowsVirtualKeyCode=code, **more)  # fmt: skip

    def picture(self, path):
        """What the page looks like, as a PNG."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))


@contextmanager
def page(address, folder):
    """A browser with its profile in a folder, showing an address."""
    with subprocess.Popen([CHROMIUM, *_FLAGS, f"--user-data-dir={folder}", "about:blank"], stderr=subprocess.DEVNULL) as browser:  # fmt: skip
        try:
            port = _port(folder / "DevToolsActivePort", browser)
            yield _opened(port, address)
        finally:
            browser.terminate()


def _port(file, browser):
    while browser.poll() is None:
        if file.is_file() and (lines := file.read_text().splitlines()):
            return lines[0]
        time.sleep(0.1)
    raise AssertionError("Chromium ended before it could be asked")


def _opened(port, address):
    from urllib.request import urlopen

    pages = json.load(urlopen(f"http://127.0.0.1:{port}/json"))
    target = next(each["webSocketDebuggerUrl"] for each in pages if each["type"] == "page")
    shown = Page(create_connection(target, timeout=120, suppress_origin=True))
    shown.ask("Page.enable")
    shown.ask("Page.navigate", url=address)
    return shown
