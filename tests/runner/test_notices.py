"""Notices of a command's end, as a mail server and a chat's address receive them."""

import json
import logging
import os
import signal
import socketserver
import threading
from collections import namedtuple
from email import message_from_string
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from kepu_eval.cli import main
from kepu_eval.runner import batch, notices
from kepu_eval.runner.batch import Outcome


class Chat(BaseHTTPRequestHandler):
    """Keeps what is posted; ``/broken`` answers with an error."""

    def do_POST(self):
        self.server.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(500 if "broken" in self.path else 200)
        self.end_headers()

    def log_message(self, *_):
        pass


class MailServer(socketserver.StreamRequestHandler):
    """As much of SMTP as a mail needs."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.received.append(message_from_string(b"".join(lines).decode(), policy=default))
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n")
            if line.upper().startswith(b"QUIT"):
                return


@pytest.fixture
def serve():
    running = []

    def start(kind, handler):
        server = kind(("127.0.0.1", 0), handler)
        server.received = []
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def chat(serve):
    return serve(HTTPServer, Chat)


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Write the file of addresses."""

    def addresses(*lines):
        (tmp_path / "通知.txt").write_text("# 通知\n\n" + "\n".join(lines), encoding="utf-8")
        monkeypatch.setenv(notices.NOTICE, str(tmp_path / "通知.txt"))

    return addresses


def at(server, path=""):
    return f"json://127.0.0.1:{server.server_address[1]}/{path}"


def run(*words):
    return CliRunner().invoke(main, words)


WRONG = ("report", "midterm", "-p", "as_of", "2023-99-99")
FINE = ("plan", "check")


def test_nothing_is_sent_unless_it_is_wished(chat, monkeypatch):
    monkeypatch.delenv(notices.NOTICE, raising=False)
    run(*WRONG)
    assert chat.received == []


def test_success_and_failure_are_told_to_a_webhook_before_the_command_is_over(chat, told):
    told(at(chat))
    assert run(*FINE).exit_code == 0
    assert run(*WRONG).exit_code == 2
    fine, wrong = chat.received
    assert (fine["title"], fine["type"]) == ("kepu-eval 完成：kepu-eval plan check", "success")
    assert (wrong["title"], wrong["type"]) == (
        "kepu-eval 失败：kepu-eval report midterm -p as_of 2023-99-99",
        "failure",
    )
    assert "2023-99-99" in wrong["message"]


def test_a_mail_is_sent(serve, told):
    server = serve(socketserver.ThreadingTCPServer, MailServer)
    told(
        f"mailto://127.0.0.1:{server.server_address[1]}/?from=kepu@example.com&to=office@example.com&mode=insecure"
    )
    run(*WRONG)
    (mail,) = server.received
    assert mail["Subject"] == "kepu-eval 失败：kepu-eval report midterm -p as_of 2023-99-99"
    assert "office@example.com" in mail["To"]
    assert "失败" in mail.get_body(("html", "plain")).get_content()


def test_some_want_to_hear_of_failures_alone(chat, told):
    told(f"失败={at(chat)}")
    run(*FINE)
    assert chat.received == []
    run("batch", "nowhere.csv")  # refused before the command itself begins
    assert len(chat.received) == 1


def test_a_batch_tells_its_counts_and_its_failed_rows_without_personal_data(
    chat, told, monkeypatch, tmp_path
):
    row = namedtuple("Row", "number name")(3, "区教育局")
    failed = {row: "报告未能生成\n填报表13947212345.xlsx打不开" + "长" * 300}
    monkeypatch.setattr(batch, "read_spec", lambda *_: [row])
    monkeypatch.setattr(batch, "run_batch", lambda *_: Outcome(failed=failed))
    told(at(chat))
    (tmp_path / "季度.csv").touch()
    assert run("batch", str(tmp_path / "季度.csv"), "--jobs", "1").exit_code == 1
    (notice,) = chat.received
    assert "完成0份，未变0份，失败1份" in notice["message"]
    assert "第3行 区教育局" in notice["message"]
    assert "13947212345" not in str(notice)
    assert str(tmp_path) not in str(notice)
    assert max(map(len, notice["message"].splitlines())) < 250


@pytest.mark.parametrize("address", ["json://127.0.0.1:9/", "what is this", "{broken}"])
def test_a_notice_that_fails_is_logged_and_fails_nothing(chat, told, caplog, address):
    told(address.replace("{broken}", at(chat, "broken")), at(chat))
    with caplog.at_level(logging.WARNING, logger=notices.__name__):
        assert run(*FINE).exit_code == 0
    assert any("通知没有" in record.message for record in caplog.records)
    assert chat.received[-1]["type"] == "success"  # the other address hears all the same


def test_a_file_of_addresses_that_is_not_there_is_logged(monkeypatch, caplog):
    monkeypatch.setenv(notices.NOTICE, "nowhere.txt")
    with caplog.at_level(logging.WARNING, logger=notices.__name__):
        assert run(*FINE).exit_code == 0
    assert "nowhere.txt" in caplog.text


def test_who_is_ended_tells_it(chat, told, monkeypatch):
    told(at(chat))
    monkeypatch.setattr("kepu_eval.plan.load_plan", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    assert run("calendar", "--round", "2023-midterm").exit_code == 143
    assert "被终止" in chat.received[0]["message"]


def test_a_job_of_jupyter_scheduler_tells_its_end(chat, told, monkeypatch):
    from jupyter_scheduler.executors import ExecutionManager

    from kepu_eval.runner.scheduling import ReportExecutionManager

    told(at(chat))
    monkeypatch.setattr(ExecutionManager, "on_failure", lambda *_: None)
    monkeypatch.setattr(ExecutionManager, "on_complete", lambda *_: None)
    manager = ReportExecutionManager("1", "", "", {})
    manager._model = SimpleNamespace(name="季度调度")
    manager.on_complete()
    manager.on_failure(ValueError("第一行\n参数“as_of”有误"))
    assert [notice["title"] for notice in chat.received] == [
        "kepu-eval 完成：定时任务 季度调度",
        "kepu-eval 失败：定时任务 季度调度",
    ]
    assert "参数“as_of”有误" in chat.received[1]["message"]
