"""What people do to a Word report, and what the text cells say afterwards."""

import copy

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.report.homecoming.small_report import (
    MORE,
    NAMES,
    TEXT,
    fact,
    home,
    notebook,
    printed_word,
    says,
    told,
)

CELLS = {"text": TEXT, "more": MORE}


@pytest.fixture
def book():
    return notebook(CELLS)


@pytest.fixture
def edit(book, tmp_path):
    """Change the printed Word file: ``edit(change)`` gives what came home, the own copy and conflicts."""

    def edited(change, **options):
        path = printed_word(tmp_path, book)
        word = docx.Document(path)
        change(word)
        word.save(path)
        return home(book, path, **options)

    return edited


def find(word, text):
    return next(p for p in word.paragraphs if text in p.text)


def say(paragraph, text):
    """Type a paragraph anew, in one run, as programs often save it."""
    for run in list(paragraph._p.iter(qn("w:r"))):
        run.getparent().remove(run)
    paragraph.add_run(text)


def after(paragraph, text, style=None):
    new = OxmlElement("w:p")
    paragraph._p.addnext(new)
    made = docx.text.paragraph.Paragraph(new, paragraph._parent)
    made.add_run(text)
    if style:
        made.style = style
    return made


def test_an_untouched_file_changes_nothing(edit, book):
    result, own, conflicts = edit(lambda _: None)
    assert result.entries == []
    assert result.sources == {}
    assert conflicts == []
    assert says(own) == says(book)


def test_words_come_home_and_figures_stay_placeholders(edit):
    def change(word):
        say(find(word, "滞后5项"), "31项任务中，落后的有5项，主要集中在基层。其中2项已经列入整改清单。")

    result, own, _ = edit(change)
    assert told(result, "改动") == ["31项任务中，落后的有5项，主要集中在基层。其中2项已经列入整改清单。"]
    assert "31项任务中，落后的有5项，主要集中在基层。其中2项已经列入整改清单。" in says(own)
    later = {**NAMES, "任务": {"滞后": fact("任务.滞后", 8), "合计": fact("任务.合计", 31)}, "有": None}
    assert "31项任务中，落后的有8项，主要集中在基层。" in says(own, later)  # the condition is still one


def test_one_item_of_a_loop_is_changed_alone(edit):
    def change(word):
        paragraph = find(word, "区科协举办")
        say(paragraph, paragraph.text.replace("资料齐全", "尚缺照片"))

    _result, own, _ = edit(change)
    said = says(own)
    assert "区科协举办活动7场，自报“建成2个展厅”，尚缺照片。" in said
    assert "区教育局举办活动24场，自报“办了3场讲座”，资料齐全。" in said
    turned = {**NAMES, "单位": NAMES["单位"][::-1]}
    assert "区科协举办活动7场，自报“建成2个展厅”，尚缺照片。" in says(own, turned)


def test_one_turn_of_a_loop_inside_a_sentence_is_changed_alone(edit):
    result, own, _ = edit(
        lambda word: say(
            find(word, "均已核对"), "各单位区教育局报24场、区科协补报7场、区农牧局报25场，均已核对。"
        )
    )
    assert "各单位区教育局报24场、区科协补报7场、区农牧局报25场，均已核对。" in says(own)
    assert told(result, "改数") == []


def test_a_figure_changed_by_hand_is_refused_with_its_place_and_the_words_around_it_are_kept(edit):
    result, own, _ = edit(
        lambda word: say(find(word, "累计培训"), "全区累计培训1500人次，覆盖全部街道和乡镇。")
    )
    (entry,) = [e for e in result.entries if e.kind == "改数"]
    assert entry.words == "培训：1200人次 → 1500人次"
    assert "区科协.xlsx › 任务自查 › B7" in entry.detail
    assert "全区累计培训1200人次，覆盖全部街道和乡镇。" in says(own)


def test_a_units_own_words_are_no_words_to_change(edit):
    result, own, _ = edit(
        lambda word: say(find(word, "区教育局举办"), "区教育局举办活动24场，自报“办了很多讲座”，资料齐全。")
    )
    assert told(result, "原话") == ["办了3场讲座 → 办了很多讲座"]
    assert says(own) == says(notebook(CELLS))


def test_a_number_typed_anew_is_listed_and_stays_visible_until_it_has_a_source(edit):
    result, own, _ = edit(
        lambda word: after(find(word, "累计培训"), "预计年底前还要举办45场，2024年3月1日前完成。")
    )
    assert told(result, "新增") == ["预计年底前还要举办45场，2024年3月1日前完成。"]
    assert told(result, "无出处") == ["45"]
    said = says(own)
    assert (
        said[said.index("累计培训1200人次，覆盖全部街道和乡镇。") + 1]
        == "预计年底前还要举办〔45，待补出处〕场，2024年3月1日前完成。"
    )


def test_new_headings_lists_and_bold_words_come_home_as_such(edit):
    def change(word):
        last = find(word, "两个方面")
        bold = after(last, "注意：", "Normal")
        bold.runs[0].bold = True
        bold.add_run("*号和{{括号}}照印")
        after(after(last, "列项一", "公文列项"), "新小节", "Heading 2")

    _, own, _ = edit(change)
    assert {"列项一", "新小节", "注意：*号和{{括号}}照印"} <= set(says(own))
    source = next(cell.source for cell in own.cells if cell.id == "more")
    assert "- 列项一" in source
    assert "### 新小节" in source
    assert "**注意：**" in source


def test_deleted_paragraphs_go_and_moved_ones_move(edit):
    def change(word):
        gone = find(word, "累计培训")._p
        gone.getparent().remove(gone)
        moved, target = find(word, "下一步要抓紧")._p, find(word, "两个方面")._p
        target.addnext(moved)

    result, own, _ = edit(change)
    assert told(result, "删除") == ["累计培训1200人次，覆盖全部街道和乡镇。"]
    assert told(result, "移动") == ["下一步要抓紧补报，并由责任单位说明原因。"]
    said = says(own)
    assert not any("累计培训" in text for text in said)
    assert said[-1] == "下一步要抓紧补报，并由责任单位说明原因。"
    assert said.count(said[-1]) == 1


def test_an_item_of_a_loop_moves_with_its_figures(edit):
    def change(word):
        first, third = find(word, "区教育局举办")._p, find(word, "区农牧局举办")._p
        first.addprevious(third)

    result, own, _ = edit(change)
    units = [text[:4] for text in says(own) if "举办活动" in text]
    assert units == ["区农牧局", "区教育局", "区科协举"]
    assert len(told(result, "移动")) == 1


def test_a_paragraph_parted_in_two_and_two_joined_keep_their_figures(edit):
    def change(word):
        paragraph = find(word, "滞后5项")
        say(paragraph, "31项任务中，滞后5项，主要在基层。")
        after(paragraph, "其中2项已经列入整改。")
        first, second = find(word, "均已核对"), find(word, "两个方面")
        first.add_run(second.text)
        second._p.getparent().remove(second._p)

    result, own, _ = edit(change)
    said = says(own)
    assert said[1:3] == ["31项任务中，滞后5项，主要在基层。", "其中2项已经列入整改。"]
    assert said[-1].endswith("均已核对。问题主要是经费和人员两个方面。")
    assert told(result, "无出处") == []
    assert told(result, "删除") == []


@pytest.mark.parametrize("drop", ["bookmarks", "styles"])
def test_a_file_that_lost_its_marks_finds_home_by_its_words(edit, drop):
    def change(word):
        find(word, "两个方面").add_run("要尽快解决。")
        for name in {"bookmarks": ("bookmarkStart", "bookmarkEnd"), "styles": ("pStyle",)}[drop]:
            for element in list(word.element.body.iter(qn(f"w:{name}"))):
                if name != "pStyle" or "表格" not in element.get(qn("w:val")):
                    element.getparent().remove(element)

    result, own, _ = edit(change)
    assert says(own)[-1] == "问题主要是经费和人员两个方面。要尽快解决。"
    assert [e.kind for e in result.entries] == ["改动"]


def tracked(paragraph, old, new):
    """Replace words with a tracked deletion and insertion, as Word writes them."""
    text = paragraph.text
    say(paragraph, text[: text.index(old)])
    for tag, run_tag, words in (("del", "delText", old), ("ins", "t", new)):
        change = OxmlElement(f"w:{tag}")
        change.set(qn("w:author"), "王某")
        run, piece = OxmlElement("w:r"), OxmlElement(f"w:{run_tag}")
        piece.text = words
        run.append(piece)
        change.append(run)
        paragraph._p.append(change)
    paragraph.add_run(text[text.index(old) + len(old) :])


@pytest.mark.parametrize(
    ("accept", "said"), [(True, "问题主要是经费和场地两个方面。"), (False, "问题主要是经费和人员两个方面。")]
)
def test_tracked_changes_are_read_as_made_or_as_not_made(edit, accept, said):
    result, own, _ = edit(lambda word: tracked(find(word, "两个方面"), "人员", "场地"), accept=accept)
    assert says(own)[-1] == said
    assert len(result.entries) == accept


def test_comments_are_kept_with_their_paragraph_and_stand_in_the_next_word_file(edit, tmp_path):
    def change(word):
        paragraph = find(word, "累计培训")
        word.add_comment(paragraph.runs, "这个数和去年的口径一样吗？", "李某", "李")

    result, own, _ = edit(change)
    (cell, words, remark) = result.remarks[0]
    assert (cell, remark.author, remark.text) == ("text", "李某", "这个数和去年的口径一样吗？")
    assert words == "累计培训1200人次，覆盖全部街道和乡镇。"
    again = printed_word(tmp_path, own, "下一份.docx")
    (comment,) = docx.Document(again).comments
    assert (comment.author, comment.text) == ("李某", "这个数和去年的口径一样吗？")
    _kept, copied, _ = home(own, again, own=copy.deepcopy(own))
    assert len(copied.cells[1].metadata["kepu_eval"]["remarks"]) == 1  # and is not written down twice

    word = docx.Document(again)
    for name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        for element in list(word.element.body.iter(qn(f"w:{name}"))):
            element.getparent().remove(element)
    word.save(again)
    _, settled, _ = home(own, again, own=copy.deepcopy(own))
    assert settled.cells[1].metadata["kepu_eval"]["remarks"] == []  # deleted in Word: settled


def test_what_was_changed_in_the_notebook_meanwhile_stays_and_is_told(edit):
    own = notebook(
        {**CELLS, "text": TEXT.replace("覆盖全部街道和乡镇", "覆盖各街道").replace("抓紧补报", "尽快补报")}
    )
    _result, own, conflicts = edit(
        lambda word: (
            say(find(word, "累计培训"), "累计培训1200人次，覆盖全区。"),
            say(find(word, "滞后5项"), "31项任务中，滞后5项。其中2项已经列入整改。"),
        ),
        own=own,
    )
    said = says(own)
    assert "累计培训1200人次，覆盖各街道。" in said  # both changed it: the notebook's stays
    assert "下一步要尽快补报，并由责任单位说明原因。" in said
    assert "31项任务中，滞后5项。其中2项已经列入整改。" in said  # only Word changed it
    (conflict,) = conflicts
    assert "覆盖全区" in conflict.words
    assert "覆盖各街道" in conflict.detail


def test_what_the_program_makes_is_not_taken_from_word_but_told(edit):
    def change(word):
        find(word, "进度表").runs[0].text = "表1　进度情况表"
        word.tables[0].cell(1, 1).paragraphs[0].runs[0].text = "9"

    result, _own, _ = edit(change)
    assert result.sources == {}
    assert told(result, "未收回") == ["（无） → 情况", "1 → 9"]


def test_a_new_paragraph_between_tables_gets_a_cell_of_its_own(book, tmp_path):
    book.cells.insert(2, copy.deepcopy(book.cells[2]))
    path = printed_word(tmp_path, book)
    word = docx.Document(path)
    after(find(word, "注：示例"), "以上两表口径相同。")
    word.save(path)
    result, _, _ = home(book, path)
    assert result.new_cells == [("table-1", "%%正文\n\n以上两表口径相同。\n")]
