"""One base of what users are told: on one line, in Chinese, with place, problem, hint and a code that stays."""

import ast
import errno
import pickle
import re
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import kepu_eval as ke
from kepu_eval.errors import KepuError, reason, told
from kepu_eval.survey.errors import SurveyError

PACKAGE = Path(ke.__file__).parent


def test_place_problem_and_hint_make_one_line():
    error = KepuError("没有列“年龄”", place="参数survey", hint="请补上")
    assert str(error) == "参数survey：没有列“年龄”，请补上"
    assert (error.place, error.message, error.hint) == ("参数survey", "没有列“年龄”", "请补上")
    assert str(KepuError("没有任何记录", place="“调查.csv”")) == "“调查.csv”没有任何记录"


def test_of_several_problems_each_line_names_the_place():
    assert str(KepuError("第3行：缺少\n第5行：重复", place="方案.yaml")).splitlines() == [
        "方案.yaml：第3行：缺少",
        "方案.yaml：第5行：重复",
    ]


def test_every_error_of_the_library_has_the_base():
    other = [
        f"{path.name}: {node.name}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error") and not node.name.startswith("_")
        if ast.unparse(node.bases[0]) != "KepuError" and node.name != "KepuError"
    ]
    assert other == []


def test_codes_are_stable_words():
    assert (ke.KepuError.code, SurveyError.code) == ("kepu", "survey")


def test_what_the_front_door_refuses_says_where_and_what_there_is():
    with pytest.raises(ke.KepuError) as caught:
        ke.load_plan().unit("没有的单位")
    assert caught.value.code == "unknown"
    assert isinstance(caught.value, KeyError)
    assert str(caught.value) == "方案中没有单位“没有的单位”"


def test_it_goes_to_another_process_and_back():
    error = pickle.loads(pickle.dumps(SurveyError("没有列", place="“甲.csv”", hint="请补上")))
    assert (str(error), error.hint) == ("“甲.csv”没有列，请补上", "请补上")


def test_a_notebook_shows_the_line_alone(capsys):
    shell = InteractiveShell.instance()
    shell.run_cell("import kepu_eval as ke\nke.load_plan('没有.yaml')")
    shown = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out)
    assert shown.strip() == "没有.yaml：无法读取方案文件（没有这个文件或文件夹），请检查路径"


@pytest.mark.parametrize("code", [errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EISDIR])
def test_the_systems_reasons_are_chinese(code):
    error = OSError(code, "in English", "甲.xlsx")
    assert re.search("[一-鿿]", reason(error))
    assert not re.search("[A-Za-z]", told(error).replace("甲.xlsx", ""))
