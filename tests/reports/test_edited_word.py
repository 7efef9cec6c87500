"""A mid-term report is edited in Word, LibreOffice saves it, it comes home by ``absorb``, returns change, it is run again."""

import json
import shutil
import subprocess

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from kepu_eval.cli import main
from kepu_eval.resources import project_path
from kepu_eval.runner.absorbing import absorb
from kepu_eval.runner.own_copy import own_copy
from tests.report.homecoming.test_homecoming import after, find, say, tracked
from tests.reports.libreoffice import needs_libreoffice

EDITS = {
    "截至2023年12月31日": ("31项任务中", "经核实，31项任务中"),
    "目标、现值和完成比例": ("每个比例与算出它的两个数并列", "比例与所据的两个数并列"),
    "活动场次、人次取自": ("几个单位联合举办的只计一次", "联合举办的只计一次"),
    "产业工人科学素质提升行动。": ("举办活动", "全年举办活动"),
    "科技资源科普化工程。": ("主要是", "以下列形式为主："),
    "以下由评估人员从各单位填报中选出": ("供推广时参考", "供各单位参考"),
    "进度滞后。": ("原因是否属实由评估人员核实", "原因已逐一核实"),
    "数据不全。": ("因缺报、待核或没有佐证不能下结论", "还不能下结论"),
    "列入整改清单": ("请核定", "请领导小组核定"),
    "请示事项。": ("作为下一步调度的依据", "并抄送区政府督查室"),
}
NEW = ("领导小组认为，下一步要抓住薄弱环节。", "预计年底前还将举办45场活动。")


def change(path):
    """10 edits (one tracked), 2 additions, 1 deletion, 1 move, 3 comments, 2 figures by hand."""
    word = docx.Document(path)
    gone = find(word, "自评与评定不一致。")
    for number, (where, (old, new)) in enumerate(EDITS.items()):
        paragraph = find(word, where)
        assert old in paragraph.text
        if number == len(EDITS) - 1:
            tracked(paragraph, old, new)
        else:
            say(paragraph, paragraph.text.replace(old, new, 1))
    for where in list(EDITS)[:3]:
        paragraph = find(word, where)
        word.add_comment(paragraph.runs, f"请再核：{where}", "李处", "李")
    figure = find(word, "基层科普能力提升工程。")
    say(figure, figure.text.replace("举办活动7场", "举办活动777场"))
    figure = find(word, "农牧民科学素质提升行动。")
    say(figure, figure.text.replace("参加1784人次", "参加2784人次"))
    after(find(word, "老年人科学素质提升行动。"), NEW[0])
    after(find(word, "各单位反映的困难。"), NEW[1])
    gone._p.getparent().remove(gone._p)
    moved, target = find(word, "各单位反映的困难。"), find(word, "进度滞后。")
    target._p.addprevious(moved._p)
    word.save(path)


def saved_by_libreoffice(path, folder):
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "docx",
         "--outdir", str(folder / "saved"), str(path)],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "saved" / path.name


def as_wps(path):
    """WPS's own marks: an attribute namespace of its own, every run split in two, ids of bookmarks numbered anew."""
    word = docx.Document(path)
    for number, mark in enumerate(word.element.body.iter(qn("w:bookmarkStart"))):
        for end in word.element.body.iter(qn("w:bookmarkEnd")):
            if end.get(qn("w:id")) == mark.get(qn("w:id")):
                end.set(qn("w:id"), str(90000 + number))
                break
        mark.set(qn("w:id"), str(90000 + number))
    for piece in list(word.element.body.iter(qn("w:t"))):
        run, text = piece.getparent(), piece.text or ""
        if run.getparent().tag == qn("w:p") and len(text) > 3 and len(run.findall(qn("w:t"))) == 1:
            second = OxmlElement("w:r")
            properties = run.find(qn("w:rPr"))
            if properties is not None:
                second.append(docx.oxml.parse_xml(properties.xml))
            rest = OxmlElement("w:t")
            piece.text, rest.text = text[:2], text[2:]
            second.append(rest)
            run.addnext(second)
    word.save(path)
    return path


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A folder with a printed report."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "reports").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = CliRunner().invoke(main, ["report", "midterm", "--formats", "docx"])
        assert done.exit_code == 0, done.output
    return folder


def edited(office, tmp_path, monkeypatch):
    shutil.copytree(office / "reports", tmp_path / "reports", dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "回稿.docx"
    (printed,) = (p for p in (tmp_path / "reports/midterm").glob("*.docx") if "技术附册" not in p.name)
    shutil.copy(printed, path)
    change(path)
    return path


def entries(home, kind):
    return [entry.words for entry in home.entries if entry.kind == kind]


def check(home):
    assert len(entries(home, "改动")) == 10
    assert entries(home, "新增") == list(NEW)
    assert len(entries(home, "删除")) == len(entries(home, "移动")) == 1
    assert len(entries(home, "批注")) == 3
    assert [words.rpartition("：")[2] for words in entries(home, "改数")] == [
        "1784人次 → 2784人次",
        "7场 → 777场",
    ]
    assert all(entry.detail.startswith("来自 区") for entry in home.entries if entry.kind == "改数")
    assert entries(home, "无出处") == ["45"]
    assert entries(home, "冲突") == entries(home, "未收回") == entries(home, "原话") == []


@pytest.mark.slow
@needs_libreoffice
def test_everything_comes_home_and_the_next_run_prints_it_with_new_figures(office, tmp_path, monkeypatch):
    path = saved_by_libreoffice(edited(office, tmp_path, monkeypatch), tmp_path)
    home = absorb(path)
    check(home)
    returns = tmp_path / "returns"
    shutil.copytree(project_path("data/example/2023-midterm"), returns)
    book = openpyxl.load_workbook(returns / "区总工会.xlsx")
    cell = book["活动台账"]["E8"]
    cell.value += 100
    book.save(returns / "区总工会.xlsx")
    done = CliRunner().invoke(
        main, ["report", "midterm", "--round", "2023-midterm", "--returns", str(returns), "--formats", "docx"]
    )
    assert done.exit_code == 0, done.output
    assert "改过的句子所写的数变了（427人次→527人次）" in done.output
    (printed,) = (p for p in (tmp_path / "reports/midterm").glob("*.docx") if "技术附册" not in p.name)
    word = docx.Document(printed)
    said = [paragraph.text for paragraph in word.paragraphs]
    whole = "\n".join(said)
    assert all(new in whole for _, new in EDITS.values())
    assert NEW[0] in said
    assert "预计年底前还将举办〔45，待补出处〕场活动。" in said
    assert "参加527人次" in whole
    assert "777场" not in whole
    assert "参加1784人次" in whole
    assert "自评与评定不一致" not in whole
    assert whole.index("各单位反映的困难。") < whole.index("进度滞后。")
    assert len(list(word.comments)) == 3


def test_a_file_as_wps_saves_it_comes_home_as_well(office, tmp_path, monkeypatch):
    home = absorb(as_wps(edited(office, tmp_path, monkeypatch)))
    check(home)
    assert home.copy == own_copy("midterm", {"round_id": "2023-midterm"})
    assert json.loads(home.copy.read_text(encoding="utf-8"))["metadata"]["kepu_eval"]["kind"] == "midterm"
    assert "手工改的数" in home.record.read_text(encoding="utf-8")
