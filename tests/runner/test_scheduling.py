"""jupyter-scheduler as a person uses it: a job given to its REST API, its files opened."""

import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import docx
import nbformat
import openpyxl
import pytest
from pypdf import PdfReader

pytestmark = pytest.mark.slow

REPORT = """
from kepu_eval.report.blocks import Cover, Fact, prose, table
fact = Fact(id="Q08.value", value=people, unit="人次", label="培训")
display(Cover(title="季度调度", notice="示例数据"))
display(prose("累计培训{done}。", done=fact))
display(table("t", "培训情况", ["单位", "人次"], [["区农牧局", fact]]))
"""


class Server:
    """A Jupyter server with jupyter-scheduler, configured as docs/导出.md says."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("DATA", "CONFIG", "RUNTIME")}
        (folder / "notebooks").mkdir()
        classes = "kepu_eval.runner.scheduling"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", f"--port={self.port}",
             "--IdentityProvider.token=t", f"--ServerApp.root_dir={folder / 'notebooks'}",
             f"--SchedulerApp.environment_manager_class={classes}.ReportEnvironmentManager",
             f"--Scheduler.execution_manager_class={classes}.ReportExecutionManager"],
            cwd=folder, env=os.environ | own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def call(self, path, data=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/scheduler/{path}",
            data=None if data is None else json.dumps(data).encode(),
            headers={"Authorization": "token t", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def wait(self, question, seconds=90):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if found := question():
                    return found
            except urllib.error.URLError:
                pass
            time.sleep(0.3)
        raise AssertionError("the server did not answer in time")

    def prepare(self, source, name):
        """Write a notebook; what a job or a job definition for it needs."""
        cells = [nbformat.v4.new_code_cell("people = 1", metadata={"tags": ["parameters"]}),
                 nbformat.v4.new_code_cell(source)]  # fmt: skip
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        nbformat.write(
            nbformat.v4.new_notebook(cells=cells, metadata=kernel), self.folder / "notebooks" / name
        )
        environment = self.wait(lambda: self.call("runtime_environments"))[0]
        formats = [offered["name"] for offered in environment["output_formats"]]
        return {
            "name": name, "input_filename": name, "input_uri": name, "parameters": {"people": 1210},
            "runtime_environment_name": environment["name"], "output_formats": formats,
        }  # fmt: skip

    def finish(self, job, name):
        """Files of a job by format when it is over, and its status."""

        def over():
            status = self.call(f"jobs/{job}")["status"]
            return status if status in ("COMPLETED", "FAILED") else None

        status = self.wait(over)
        staged = self.folder / "data" / "scheduler_staging_area" / job
        return status, {path.suffix[1:]: path.read_bytes() for path in staged.iterdir() if path.name != name}

    def run(self, source, name):
        """Files of a finished job by format, and its status."""
        return self.finish(self.call("jobs", self.prepare(source, name))["job_id"], name)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("scheduler"))
    yield server
    server.process.terminate()
    try:
        server.process.wait(5)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait(5)


def test_a_scheduled_job_writes_the_report_in_all_formats(server):
    status, files = server.run(REPORT, "dispatch.ipynb")
    assert status == "COMPLETED"
    assert set(files) == {"ipynb", "docx", "pdf", "html", "xlsx"}
    sentence = "累计培训1210人次。"
    assert sentence in [p.text for p in docx.Document(io.BytesIO(files["docx"])).paragraphs]
    assert sentence in "".join(PdfReader(io.BytesIO(files["pdf"])).pages[-1].extract_text().split())
    assert "1210人次" in files["html"].decode("utf-8")
    assert openpyxl.load_workbook(io.BytesIO(files["xlsx"]))["培训情况"]["B4"].value == 1210


def test_a_failed_job_leaves_its_notebook_and_no_half_report(server):
    status, files = server.run("raise ValueError('缺少填报表')", "broken.ipynb")
    assert status == "FAILED"
    assert set(files) == {"ipynb"}
    assert "缺少填报表" in files["ipynb"].decode("utf-8")


def test_a_job_definition_keeps_its_cron_line_and_runs_with_other_parameters(server):
    wanted = server.prepare(REPORT, "quarterly.ipynb")
    schedule = {"schedule": "0 6 5 1,4,7,10 *", "timezone": "Asia/Shanghai"}
    number = server.call("job_definitions", wanted | schedule)["job_definition_id"]
    kept = server.call(f"job_definitions/{number}")
    assert (kept["schedule"], kept["timezone"]) == tuple(schedule.values())
    assert kept["parameters"] == {"people": "1210"}  # jupyter-scheduler keeps them as text
    assert kept["active"]
    assert server.call(f"job_definitions/{number}")["output_formats"] == wanted["output_formats"]
    job = server.call(f"job_definitions/{number}/jobs", {"parameters": {"people": 77}})["job_id"]
    status, files = server.finish(job, "quarterly.ipynb")
    assert status == "COMPLETED"
    assert "77人次" in files["html"].decode("utf-8")
