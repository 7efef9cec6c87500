"""From a figure back to its cells, and the report computed again."""

import json

import nbformat
import openpyxl
from click.testing import CliRunner

from kepu_eval.cli import main
from kepu_eval.runner.verify import verify
from tests.reports.raw_cells import MIDTERM


class TestMidterm:
    def test_every_traced_cell_holds_the_value_that_is_shown(self, midterm):
        annex = openpyxl.load_workbook(midterm["xlsx"])
        books, known = {}, set()
        for file, sheet, cell, raw, _ in annex["来源单元格"].iter_rows(min_row=4, values_only=True):
            known.add((file, sheet, cell))
            if cell and file.endswith(".xlsx"):
                if file not in books:
                    books[file] = openpyxl.load_workbook(MIDTERM / file, data_only=True)
                assert str(books[file][sheet][cell].value) == raw
        head = [cell.value for cell in annex["追溯表"][3]]
        traced = 0
        for values in annex["追溯表"].iter_rows(min_row=4, values_only=True):
            row = dict(zip(head, values, strict=True))
            for span in (row["单元格"] or "").split("、") if row["来源文件"] in books else ():
                left, top, right, bottom = openpyxl.utils.range_boundaries(span)
                for column in range(left, right + 1):
                    for line in range(top, bottom + 1):
                        address = f"{openpyxl.utils.get_column_letter(column)}{line}"
                        assert (row["来源文件"], row["工作表"], address) in known
                        traced += 1
        assert traced > 1000

    def test_the_manifest_names_inputs_with_their_hashes(self, midterm):
        listing = json.loads(midterm["manifest"].read_text(encoding="utf-8"))
        inputs = {row["path"]: row["sha256"] for row in listing["inputs"]}
        assert len(inputs["区教育局.xlsx"]) == 64
        assert "kundulun-2021-2025.yaml" in inputs
        assert len(inputs["survey-2023/responses.csv"]) == 64
        assert listing["parameters"]["as_of"] == "2023-12-31"

    def test_trace_and_verify_at_the_terminal(self, midterm):
        run = CliRunner()
        traced = run.invoke(main, ["trace", str(midterm["manifest"].parent), "Q10.value"])
        assert traced.exit_code == 0
        assert "区科协.xlsx" in traced.output
        unknown = run.invoke(main, ["trace", str(midterm["manifest"].parent), "Q10.nothing"])
        assert unknown.exit_code == 2
        verified = run.invoke(main, ["verify", str(midterm["manifest"].parent)])
        assert verified.exit_code == 0, verified.output

    def test_verify_gives_the_notebook_the_parameters_it_has_and_no_other(self, midterm, monkeypatch):
        asked = {}

        def executed(notebook, parameters):  # noqa: ARG001 - as the real one
            asked.update(parameters)
            return nbformat.read(midterm["ipynb"], as_version=4)

        monkeypatch.setattr("kepu_eval.runner.verify.execute", executed)
        assert verify(midterm["manifest"].parent).agrees
        assert asked["as_of"] == "2023-12-31"
        assert "scorecard" not in asked  # known to every case, asked for by the final's notebook alone

    def test_verify_lists_a_figure_that_was_changed(self, midterm, tmp_path):
        listing = json.loads(midterm["manifest"].read_text(encoding="utf-8"))
        fact = next(f for f in listing["facts"] if f["id"] == "Q10.value")
        fact["value"], fact["text"] = 15000, "15000人"
        (tmp_path / "manifest.json").write_text(json.dumps(listing), encoding="utf-8")
        result = CliRunner().invoke(main, ["verify", str(tmp_path)])
        assert result.exit_code == 1
        assert "“Q10.value”由15000人变为" in result.output

    def test_verify_sees_an_edited_report_and_a_lineage_that_leads_elsewhere(self, midterm, tmp_path):
        document = midterm["docx"].read_bytes()
        (tmp_path / midterm["docx"].name).write_bytes(document[:-1] + bytes([document[-1] ^ 1]))
        listing = json.loads(midterm["manifest"].read_text(encoding="utf-8"))
        fact = next(f for f in listing["facts"] if f["id"] == "Q10.value")
        fact["sources"][0]["cell"] = "Z99"
        (tmp_path / "manifest.json").write_text(json.dumps(listing), encoding="utf-8")
        result = CliRunner().invoke(main, ["verify", str(tmp_path)])
        assert result.exit_code == 1
        assert "“Q10.value”的名称、算法或来源单元格与重新计算的不同" in result.output
        assert f"报告文件“{midterm['docx'].name}”与清单不符" in result.output
