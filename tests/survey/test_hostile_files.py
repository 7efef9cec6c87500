"""Damaged and hostile files: one Chinese sentence, in bounded time and memory."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from kepu_eval.survey import SurveyError, probing
from kepu_eval.survey.formats import read_file, read_responses

FRAME = pd.DataFrame({"w": np.ones(50), "y": np.arange(50) % 2, "g": ["a", "b"] * 25})
KINDS = ("sav", "dta", "parquet", "xlsx")


def sound(folder, kind):
    file = folder / f"r.{kind}"
    save = {
        "sav": pyreadstat.write_sav,
        "dta": pyreadstat.write_dta,
        "parquet": pd.DataFrame.to_parquet,
        "xlsx": lambda frame, path: frame.to_excel(path, index=False),
    }[kind]
    save(FRAME, str(file))
    return file


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["cut", "flipped", "of another kind"])
def test_a_damaged_file_is_refused(tmp_path, kind, fault):
    file = sound(tmp_path, kind)
    content = bytearray(file.read_bytes())
    if fault == "cut":
        content = content[: len(content) // 2]
    elif fault == "flipped":
        content[100::37] = bytes(byte ^ 0x5A for byte in content[100::37])
    else:
        content = FRAME.to_csv(index=False).encode()
    file.write_bytes(content)
    with pytest.raises(SurveyError, match=rf"“r\.{kind}”无法读取"):
        read_responses(file)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("w,y,组\n1,1,中\n".encode("utf-16"), "空字符"),
        (b"w,y\n1,\xff\xfe\xfa\n", "不是UTF-8或GB18030"),
        (b"", "是空文件"),
        (b"w,y\n", "没有任何记录"),
        (b"w,y\n1,1\n1,1,1,1\n", "各行列数不一"),
        (b'w,y\n1,"unclosed\n1,1\n', "各行列数不一"),
        (b"w,y,y\n1,1,0\n", "重名的列“y”"),
        (b"w,y, y\n1,1,0\n", "重名的列“y”"),
        (",".join(f"c{k}" for k in range(10**6)).encode(), "不是表头"),
        (b"a,b" * 30_000 + b"\n1", "列，超过"),
        (b"x" * 2**23, "不是表头"),
    ],
)
def test_a_text_that_is_no_table_is_refused(tmp_path, content, told):
    file = tmp_path / "r.csv"
    file.write_bytes(content)
    with pytest.raises(SurveyError, match=told):
        read_responses(file)


@pytest.mark.slow
def test_names_that_come_twice_in_a_sheet_are_refused(tmp_path):
    file = tmp_path / "r.xlsx"
    FRAME.set_axis(["w", "y", "y"], axis=1).to_excel(file, index=False)
    with pytest.raises(SurveyError, match="重名的列“y”"):
        read_responses(file)


@pytest.mark.slow
def test_more_columns_than_any_questionnaire_has_are_refused(tmp_path):
    file = tmp_path / "r.parquet"
    pd.DataFrame(np.ones((2, 25_000)), columns=[f"c{k}" for k in range(25_000)]).to_parquet(file)
    with pytest.raises(SurveyError, match="25000列，超过"):
        read_responses(file)


@pytest.mark.slow
def test_what_never_ends_or_takes_its_reader_along_is_refused(tmp_path, monkeypatch):
    file = sound(tmp_path, "dta")
    monkeypatch.setattr(probing, "SECONDS", 0.01)
    with pytest.raises(SurveyError, match="仍未读完"):
        read_responses(file)


@pytest.mark.slow
def test_a_file_with_very_many_labels_is_read(tmp_path):
    file = tmp_path / "r.sav"
    labels = {"y": {float(k): f"label {k}" for k in range(200_000)}}
    pyreadstat.write_sav(FRAME, str(file), variable_value_labels=labels)
    assert len(read_responses(file)[0]) == len(FRAME)


@pytest.mark.parametrize("kind", ["sav", "dta", "parquet"])
def test_columns_are_counted_before_they_are_read(tmp_path, monkeypatch, kind):
    file = sound(tmp_path, kind)
    monkeypatch.setattr(probing, "WIDEST", 2)
    with pytest.raises(SurveyError, match=rf"“r\.{kind}”有3列，超过2列的上限"):
        read_file(file)


@pytest.mark.parametrize("kind", ["sav", "dta"])
def test_labels_are_counted_before_the_table_is_read(tmp_path, monkeypatch, kind):
    file = tmp_path / f"r.{kind}"
    save = pyreadstat.write_sav if kind == "sav" else pyreadstat.write_dta
    frame = FRAME.astype({"y": "int32"})
    save(frame, str(file), variable_value_labels={"y": {0: "no", 1: "yes", 2: "?"}})
    monkeypatch.setattr(probing, "LABELS", 2)
    with pytest.raises(SurveyError, match="有3个值标签，超过2个的上限"):
        read_file(file)


def test_a_reader_that_gives_up_on_labels_is_told_in_chinese(tmp_path, monkeypatch):
    file = sound(tmp_path, "sav")

    def gives_up(*_, **__):  # what ReadStat says of a million labels
        raise pyreadstat.ReadstatError("Unable to allocate memory")

    monkeypatch.setattr(pyreadstat, "read_sav", gives_up)
    with pytest.raises(SurveyError, match="值标签过多"):
        read_file(file)


def test_a_text_file_larger_than_memory_is_not_read(tmp_path, monkeypatch):
    file = tmp_path / "r.csv"
    FRAME.to_csv(file, index=False)
    monkeypatch.setattr(probing, "LARGEST", 100)
    with pytest.raises(SurveyError, match="请只保留需要的列"):
        read_responses(file)


def test_numbers_among_words_are_named_where_numbers_are_due(tmp_path):
    file = tmp_path / "r.csv"
    FRAME.assign(g=["a", 1] * 25).to_csv(file, index=False)
    assert set(read_responses(file)[0]["g"]) == {"a", "1"}
