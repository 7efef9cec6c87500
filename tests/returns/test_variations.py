"""What busy clerks do to a workbook without changing what it says: it is read the same, and nothing is asked."""

import datetime as dt
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kepu_eval.returns import layout, read_round
from tests.returns.conftest import PLAN, ROUND, cover

UNDATED = {"cover_lost"}  # without a cover it is not known when a return was sent
EXAMPLE = Path("data/example/2023-midterm")
FARMERS, SCHOOLS = "区农牧局", "区教育局"
ASKED_ABOUT = {"police_in_another_order"}  # of these alone: a name of which nobody here knows the order


def title(sheet, old, new):
    def change(book):
        next(cell for cell in book[sheet][layout.HEADER_ROW] if cell.value == old).value = new

    return change


def titles(sheet, **new):
    def change(book):
        for one in book[sheet][layout.HEADER_ROW]:
            one.value = new.get(one.value, one.value)

    return change


def below(sheet, *values, gap=0):
    def change(book):
        page = book[sheet]
        used = [r for r in range(1, page.max_row + 1) if any(cell.value is not None for cell in page[r])]
        for column, value in enumerate(values, 1):
            page.cell(used[-1] + 1 + gap, column).value = value

    return change


def inserted(sheet, row, *values):
    def change(book):
        page = book[sheet]
        rest = [[cell.value for cell in cells] for cells in page.iter_rows(min_row=row)]
        for number, old in enumerate([[*values, *[None] * (page.max_column - len(values))], *rest], row):
            for column, value in enumerate(old, 1):
                page.cell(number, column).value = value

    return change


def column_before(sheet, at, head):
    def change(book):
        page = book[sheet]
        for area in list(page.merged_cells.ranges):
            page.unmerge_cells(str(area))
        page.insert_cols(at)
        page.cell(layout.HEADER_ROW, at).value = head

    return change


def turned_round(sheet):
    def change(book):
        page = book[sheet]
        rows = [[cell.value for cell in cells] for cells in page.iter_rows(min_row=layout.FIRST_ROW)]
        filled = [row for row in rows if any(value is not None for value in row)]
        for number, row in enumerate(reversed(filled), layout.FIRST_ROW):
            for column, value in enumerate(row, 1):
                page.cell(number, column).value = value

    return change


def cell(sheet, address, written):
    def change(book):
        book[sheet][address].value = written(book[sheet][address].value)

    return change


def renamed(sheet, name):
    def change(book):
        book[sheet].title = name

    return change


def copied(sheet, name):
    def change(book):
        book.copy_worksheet(book[sheet]).title = name

    return change


def added(name, *values):
    def change(book):
        book.create_sheet(name).append(list(values))

    return change


def without(sheet):
    def change(book):
        del book[sheet]

    return change


def column(sheet, head, written):
    def change(book):
        page = book[sheet]
        at = [c.value for c in page[layout.HEADER_ROW]].index(head) + 1
        for row in range(layout.FIRST_ROW, page.max_row + 1):
            if page.cell(row, at).value is not None:
                page.cell(row, at).value = written(page.cell(row, at).value)

    return change


def hidden_column(sheet, head):
    def change(book):
        page = book[sheet]
        at = next(one.column_letter for one in page[layout.HEADER_ROW] if one.value == head)
        page.column_dimensions[at].hidden = True

    return change


def without_column(sheet, head):
    def change(book):
        page = book[sheet]
        for area in list(page.merged_cells.ranges):
            page.unmerge_cells(str(area))
        page.delete_cols([c.value for c in page[layout.HEADER_ROW]].index(head) + 1)

    return change


def header_twice(book):
    head = [c.value for c in book[EVENTS][layout.HEADER_ROW]]
    below(EVENTS, *head)(book)


def rows_apart(book):
    for row in (7, 9, 11):
        book[EVENTS].insert_rows(row)


def on_its_head(book):
    book._sheets.reverse()
    book[EVENTS].insert_rows(1, 3)
    for sheet in (NUMBERS, TASKS):
        book[sheet].delete_rows(layout.EXAMPLE_ROW)


def merged(sheet, area, value):
    def change(book):
        for row in book[sheet][area]:
            for one in row:
                one.value = None
        book[sheet][area.partition(":")[0]].value = value
        book[sheet].merge_cells(area)

    return change


def column_as(sheet, head, by_row):
    def change(book):
        page = book[sheet]
        at = [c.value for c in page[layout.HEADER_ROW]].index(head) + 1
        for row, value in by_row.items():
            page.cell(row, at).value = value

    return change


def rows_hidden(sheet, *rows):
    def change(book):
        for row in rows:
            book[sheet].row_dimensions[row].hidden = True

    return change


def all_titles(sheet, written):
    def change(book):
        for one in book[sheet][layout.HEADER_ROW]:
            one.value = written(str(one.value))

    return change


def cover_cells(**values):
    def change(book):
        for address, value in values.items():
            book[layout.COVER][address].value = value

    return change


def unit(written):
    return cover(layout.UNIT_FIELD, written)


def in_two_rows(book):
    """Titles of the terms over those of lectures and trips, in merged cells."""
    page = book[PUPILS]
    for area in list(page.merged_cells.ranges):
        page.unmerge_cells(str(area))
    heads = [str(cell.value).split(" ") for cell in page[layout.HEADER_ROW]]
    page.insert_rows(layout.HEADER_ROW + 1)
    for column, (head, *under) in enumerate(heads, 1):
        again = bool(under) and column > 1 and heads[column - 2][0] == head
        page.cell(layout.HEADER_ROW, column).value = None if again else head
        page.cell(layout.HEADER_ROW + 1, column).value = under[0] if under else None
        if again:
            page.merge_cells(None, layout.HEADER_ROW, column - 1, layout.HEADER_ROW, column)


def sheet_a_year(book):
    """The activities of each year on a sheet of their own."""
    page = book[EVENTS]
    rows = [[cell.value for cell in cells] for cells in page.iter_rows(min_row=layout.FIRST_ROW)]
    for year in (2021, 2022, 2023):
        part = book.copy_worksheet(page)
        part.title = f"{EVENTS}{year}"
        part.delete_rows(layout.FIRST_ROW, len(rows))
        for row in rows:
            if row[1] and row[1].year == year:
                part.append(row)
    del book[EVENTS]


def shown_as(code):
    def change(book):
        book[NUMBERS]["H6"].number_format = code

    return change


NUMBERS, TASKS, EVENTS, PUPILS = layout.NUMBERS, layout.TASKS, layout.EVENTS, layout.SCHOOLS
VARIATIONS = {
    "titles_in_two_rows": (SCHOOLS, in_two_rows),
    "a_sheet_a_year": (FARMERS, sheet_a_year),
    "unit_in_the_format": (FARMERS, shown_as('"共"0"人次"')),
    "kind_of_school_as_a_heading": (SCHOOLS, inserted(PUPILS, layout.FIRST_ROW, "小学")),
    "row_of_dashes": (FARMERS, below(EVENTS, *"——————————")),
    "numbers_and_unit_beforehand": (FARMERS, below(EVENTS, "EV099", *[None] * 6, "区农牧局")),
    "notes_that_go_on": (SCHOOLS, lambda book: [below(PUPILS, text)(book) for text in ("注：1. 以年报为准", "2. 含兼职")]),
    "period_behind": (SCHOOLS, title(PUPILS, "2021春 讲座次数", "讲座次数（2021春）")),
    "problem_and_cause": (FARMERS, titles(TASKS, 存在问题="存在问题及原因", 下一步措施="下步打算")),
    "evidence_without_letters": (FARMERS, cell(NUMBERS, "J6", lambda _: "佐证材料1")),
    "full_name": (FARMERS, unit("昆都仑区农牧局")),
    "seal": (FARMERS, unit("区农牧局（盖章）")),
    "short_name": (FARMERS, unit("农牧局")),
    "city_before": (FARMERS, unit("包头市昆都仑区农牧局")),
    "district_in_short": (FARMERS, unit("昆区农牧局")),
    "spaces": (FARMERS, unit(" 区 农 牧 局 ")),
    "section": (FARMERS, unit("区农牧局（综合股）")),
    "office": (FARMERS, unit("昆都仑区农牧局办公室")),
    "label_again": (FARMERS, unit("填报单位：区农牧局")),
    "no_name": (FARMERS, unit(None)),
    "party": ("区委宣传部", unit("中共昆都仑区委宣传部")),
    "department": ("区委组织部", unit("组织部")),
    "youth_league": ("团区委", unit("共青团昆都仑区委")),
    "police": ("区公安分局", unit("昆都仑区公安分局")),
    "police_in_another_order": ("区公安分局", unit("包头市公安局昆都仑区分局")),
    "file_copy": (FARMERS, None, "区农牧局 - 副本.xlsx"),
    "file_numbered": (FARMERS, None, "09.区农牧局填报表（定稿）.xlsx"),
    "file_of_a_sentence": (FARMERS, None, "关于报送昆都仑区农牧局2023年中期自查评估填报表.xlsx"),
    "file_without_name": (FARMERS, None, "填报表.xlsx"),
    "file_upper_case": (FARMERS, None, "区农牧局.XLSX"),
    "date_in_words": (FARMERS, cover(layout.DATE_FIELD, "2024年1月15日")),
    "date_with_dots": (FARMERS, cover(layout.DATE_FIELD, "2024.1.15")),
    "date_in_a_run": (FARMERS, cover(layout.DATE_FIELD, 20240115)),
    "year_in_full": (FARMERS, title(NUMBERS, "2023年", "2023年度")),
    "year_broken": (FARMERS, title(NUMBERS, "2023年", "2023\n年")),
    "year_full_width": (FARMERS, title(NUMBERS, "2023年", "２０２３年")),
    "year_number": (FARMERS, title(NUMBERS, "2021年", 2021)),
    "year_with_words": (FARMERS, title(NUMBERS, "2023年", "2023年完成数")),
    "title_with_unit": (FARMERS, title(EVENTS, "参与人次", "参与人次（人次）")),
    "title_starred": (FARMERS, title(EVENTS, "参与人次", "*参与人次")),
    "title_of_the_same": (FARMERS, title(EVENTS, "日期", "活动时间")),
    "title_longer": (FARMERS, title(TASKS, "存在问题", "存在的问题")),
    "title_both": (FARMERS, title(EVENTS, "主办单位", "主办（承办）单位")),
    "title_school": (SCHOOLS, title(PUPILS, "学校名称", "学校全称")),
    "remark": (SCHOOLS, below(PUPILS, "注：在校生数取自教育事业统计")),
    "remark_with_gap": (SCHOOLS, below(PUPILS, "备注：数据截至2023年底", gap=2)),
    "signatures": (FARMERS, below(NUMBERS, "填报人：王某", None, None, "审核人：李某", gap=1)),
    "explanation": (FARMERS, below(EVENTS, "说明：以上为主要活动")),
    "rest_is_blank": (FARMERS, below(EVENTS, "以下空白")),
    "line_drawn": (FARMERS, below(EVENTS, "——————")),
    "numbered_beforehand": (FARMERS, below(EVENTS, "EV099")),
    "total_of_events": (FARMERS, below(EVENTS, "合计")),
    "total_of_schools": (SCHOOLS, below(PUPILS, "总  计")),
    "heading": (SCHOOLS, inserted(PUPILS, 6, "一、小学")),
    "heading_year": (FARMERS, inserted(EVENTS, 6, "2021年")),
    "blank_row": (FARMERS, inserted(NUMBERS, 6)),
    "blank_row_of_tasks": (FARMERS, inserted(TASKS, 8)),
    "sheet_renamed": (FARMERS, renamed(EVENTS, "活动台账（农牧局）")),
    "cover_renamed": (FARMERS, renamed(layout.COVER, "封面")),
    "sheet_copied": (FARMERS, copied(NUMBERS, "指标数据 (2)")),
    "sheet_added": (FARMERS, added("培训名册", "序号", "培训班", "人数")),
    "hidden_sheet_lost": (FARMERS, without(layout.HIDDEN)),
    "cover_lost": (FARMERS, without(layout.COVER)),
    "number_as_text": (FARMERS, cell(NUMBERS, "H6", str)),
    "number_full_width": (FARMERS, cell(NUMBERS, "H6", lambda v: "".join(chr(ord(c) + 0xFEE0) for c in str(v)))),
    "number_with_unit": (FARMERS, cell(NUMBERS, "H6", lambda v: f"{v}人次")),
    "unit_spaced": (FARMERS, cell(NUMBERS, "D6", lambda v: f"（{v}）")),
    "unit_gone": (FARMERS, cell(NUMBERS, "D6", lambda _: None)),
    "column_inserted": (FARMERS, column_before(NUMBERS, 6, "备用")),
    "serial_numbers": (SCHOOLS, column_before(PUPILS, 1, "序号")),
    "schools_sorted": (SCHOOLS, turned_round(PUPILS)),
    "events_sorted": (FARMERS, turned_round(EVENTS)),
    "indicator_small": (FARMERS, cell(NUMBERS, "A6", str.lower)),
    "commitment_small": (FARMERS, cell(TASKS, "C6", str.lower)),
    "number_with_point": (FARMERS, cell(NUMBERS, "H6", lambda v: f"{v}.0")),
    "number_and_stop": (FARMERS, cell(NUMBERS, "H6", lambda v: f"{v}。")),
    "number_in_all": (FARMERS, cell(NUMBERS, "H6", lambda v: f"共{v}人次")),
    "number_with_apostrophe": (FARMERS, cell(NUMBERS, "H6", lambda v: f"'{v}")),
    "number_unit_in_brackets": (FARMERS, cell(NUMBERS, "H6", lambda v: f"{v}（人次）")),
    "number_no_break": (FARMERS, cell(NUMBERS, "H6", lambda v: f"\u00a0{v}\n")),
    "ticks": (FARMERS, column(TASKS, "2023年", lambda v: {"有": "√", "无": "×"}.get(v, v))),
    "yes_and_no": (FARMERS, column(TASKS, "2023年", lambda v: {"有": "是", "无": "否"}.get(v, v))),
    "done_or_not": (FARMERS, column(TASKS, "2023年", lambda v: {"有": "已开展", "无": "未开展"}.get(v, v))),
    "days_in_words": (FARMERS, column(EVENTS, "日期", lambda v: f"{v.year}年{v.month}月{v.day}号")),
    "days_of_the_week": (FARMERS, column(EVENTS, "日期", lambda v: f"{v:%Y.%m.%d}（周三）上午")),
    "days_with_time": (FARMERS, column(EVENTS, "日期", lambda v: f"{v:%Y-%m-%d} 09:30")),
    "tasks_in_words": (FARMERS, column(EVENTS, "任务号", lambda v: f"任务{v}")),
    "tasks_by_id": (FARMERS, column(EVENTS, "任务号", lambda v: f"T{int(v):02d}")),
    "persons": (FARMERS, column(EVENTS, "参与人次", lambda v: f"{v}人")),
    "persons_named": (FARMERS, column(EVENTS, "参与人次", lambda v: f"{v}名")),
    "printed_column_deleted": (FARMERS, without_column(NUMBERS, "指标名称")),
    "unit_column_deleted": (FARMERS, without_column(NUMBERS, "计量单位")),
    "header_twice": (FARMERS, header_twice),
    "rows_apart": (FARMERS, rows_apart),
    "sheets_and_rows_moved": (FARMERS, on_its_head),
    "unit_and_person": (FARMERS, unit("区农牧局 王某")),
    "file_dated": (FARMERS, None, "20240115区农牧局V2.xlsx"),
    "file_in_brackets": (FARMERS, None, "【区农牧局】填报表.xlsx"),
    "government_before": (FARMERS, unit("昆都仑区人民政府农牧局")),
    "digits_apart": (FARMERS, cell(NUMBERS, "H6", lambda v: " ".join(str(v)))),
    "number_with_remark": (FARMERS, cell(NUMBERS, "H6", lambda v: f"{v}（含线上）")),
    "number_equals": (FARMERS, cell(NUMBERS, "H6", lambda v: f"＝{v}")),
    "number_plus": (FARMERS, cell(NUMBERS, "H6", lambda v: f"+{v}")),
    "number_of_pieces": (FARMERS, cell(NUMBERS, "H6", lambda v: f"{v}个人次")),
    "year_done": (FARMERS, title(NUMBERS, "2023年", "2023年实际完成数")),
    "year_in_chinese": (FARMERS, title(NUMBERS, "2023年", "二〇二三年")),
    "year_short": (FARMERS, title(NUMBERS, "2023年", "23年")),
    "year_and_unit": (FARMERS, title(NUMBERS, "2023年", "2023年/人次")),
    "title_of_remarks": (FARMERS, title(NUMBERS, "说明", "情况说明")),
    "units_below_the_header": (FARMERS, inserted(NUMBERS, layout.HEADER_ROW + 1, None, None, None, None, "（人次）", "（人次）")),
    "boxes_ticked": (FARMERS, column(TASKS, "2023年", lambda v: {"有": "☑", "无": "☒"}.get(v, v))),
    "letters": (FARMERS, column(TASKS, "2023年", lambda v: {"有": "Y", "无": "N"}.get(v, v))),
    "yes_with_place": (FARMERS, column(TASKS, "2023年", lambda v: {"有": "有（见台账）", "无": "没有"}.get(v, v))),
    "tasks_with_words_behind": (FARMERS, column(EVENTS, "任务号", lambda v: f"{v}号任务")),
    "tasks_apart": (FARMERS, column(EVENTS, "任务号", lambda v: f"任务 {v}")),
    "tasks_in_brackets": (FARMERS, column(EVENTS, "任务号", lambda v: f"（{v}）")),
    "days_in_a_row": (FARMERS, column(EVENTS, "日期", lambda v: f"{v:%Y-%m-%d}至{v.day}日")),
    "days_to_a_day": (FARMERS, column(EVENTS, "日期", lambda v: f"{v:%Y.%m.%d}-{v:%m.%d}")),
    "days_with_commas": (FARMERS, column(EVENTS, "日期", lambda v: f"{v:%Y、%m、%d}")),
    "days_with_hours": (FARMERS, column(EVENTS, "日期", lambda v: f"{v:%Y年%m月%d日上午9时}")),
    "persons_and_remark": (FARMERS, column(EVENTS, "参与人次", lambda v: f"{v}人（线下）")),
    "persons_of_a_kind": (FARMERS, column(EVENTS, "参与人次", lambda v: f"{v}名群众")),
    "persons_with_stroke": (FARMERS, column(EVENTS, "参与人次", lambda v: f"{v}人/次")),
    "persons_took_part": (FARMERS, column(EVENTS, "参与人次", lambda v: f"共{v}人参加")),
    "tasks_with_stop": (FARMERS, column(TASKS, "任务号", lambda v: f"{v}.")),
    "titles_of_tasks": (FARMERS, titles(TASKS, 自评="自评结果", 进展说明="进展", 下一步措施="下一步工作计划")),
    "titles_of_events": (FARMERS, titles(EVENTS, 活动名称="活动内容", 地点="举办地点", 日期="开展时间", 参与人次="参与人数", 主办单位="主办方")),
    "titles_of_evidence": (FARMERS, titles(layout.EVIDENCE, 文号或日期="文号/日期")),
    "heading_with_count": (SCHOOLS, inserted(PUPILS, 10, "初中（12所）")),
    "indicator_with_stop": (FARMERS, cell(NUMBERS, "A6", lambda v: f"{v}.")),
    "indicator_with_word": (FARMERS, cell(NUMBERS, "A6", lambda v: f"指标{v}")),
    "indicators_with_names": (FARMERS, column(EVENTS, "关联指标", lambda v: v and f"{v}高素质农牧民培训")),
    "evidence_with_stop": (FARMERS, column(layout.EVIDENCE, "佐证编号", lambda v: v and f"{v}.")),
    "primary_school": (SCHOOLS, column(PUPILS, "学校类型", lambda v: {"小学": "小学校"}.get(v, f"（{v}）" if v else v))),
    "rural_in_words": (SCHOOLS, column(PUPILS, "是否农村牧区", lambda v: {"是": "农牧区", "否": "非农牧区"}.get(v, v))),
    "printed_column_hidden": (FARMERS, hidden_column(TASKS, "类型")),
    "tasks_in_chinese": (FARMERS, column(EVENTS, "任务号", lambda v: f"任务{'一二三四五六七八九'[int(v) - 1]}")),
    "runs_well": (FARMERS, column(TASKS, "运行情况", lambda v: {"已运行": "正常"}.get(v, v))),
    "size_with_measure": (FARMERS, column(TASKS, "现有规模", lambda v: v and f"{v}支")),
    "being_done": (FARMERS, column(TASKS, "自评", lambda v: {"正在推进": "正在实施", "完成": "完成（100%）"}.get(v, v))),
    "mark_and_word": (FARMERS, column(TASKS, "自评", lambda v: {"完成": "√完成"}.get(v, v))),
    "number_with_verb": (FARMERS, cell(NUMBERS, "H6", lambda v: f"已培训{v}人次")),
    "number_with_proof": (FARMERS, cell(NUMBERS, "H6", lambda v: f"{v}（见P01）")),
    "choice_over_the_years": (FARMERS, merged(TASKS, "G6:I6", "有")),
    "types_merged": (SCHOOLS, merged(PUPILS, "B6:B27", "小学")),
    "types_as_above": (SCHOOLS, column_as(PUPILS, "学校类型", dict.fromkeys(range(7, 28), "同上"))),
    "blank_rows_hidden": (FARMERS, rows_hidden(TASKS, 91, 93, 94)),
    "unit_and_day_below": (FARMERS, below(EVENTS, None, None, None, None, None, None, None, "区农牧局（盖章）")),
    "day_below": (FARMERS, below(EVENTS, None, None, None, None, None, None, None, "2024年1月15日")),
    "people_below": (FARMERS, below(EVENTS, "制表：王某", None, "复核：李某", None, None, None, None, "2024.1.15")),
    "page_number": (FARMERS, below(EVENTS, None, None, "第1页，共1页")),
    "count_of_events": (FARMERS, below(EVENTS, None, None, "共18场")),
    "label_sealed": (FARMERS, cover_cells(A3="填报单位（盖章）", A10="报 送 日 期")),
    "label_and_value_in_one": (FARMERS, cover_cells(A3="填报单位：区农牧局", B3=None, A10="报送日期：2024年1月15日", B10=None)),
    "value_a_cell_further": (FARMERS, cover_cells(B3=None, C3="区农牧局", B10=None, C10="2024-01-15")),
    "date_in_chinese": (FARMERS, cover(layout.DATE_FIELD, "二〇二四年一月十五日")),
    "city_and_district_in_short": (FARMERS, unit("包头市昆区农牧局")),
    "terms_in_full": (SCHOOLS, all_titles(PUPILS, lambda t: t.replace("春 ", "年春季学期").replace("秋 ", "年秋季学期"))),
    "titles_hyphened": (SCHOOLS, all_titles(PUPILS, lambda t: t.replace("—", "-").replace(" ", "\n"))),
    "titles_with_units": (SCHOOLS, all_titles(PUPILS, lambda t: t.replace("次数", "（次）").replace("生数", "生数（人）"))),
    "titles_of_numbers": (FARMERS, titles(EVENTS, 任务号="对应任务编号")),
    "tasks_by_title": (FARMERS, column(EVENTS, "任务号", lambda v: PLAN.tasks[int(v) - 1].title)),
    "tasks_and_titles": (FARMERS, column(EVENTS, "任务号", lambda v: f"{v} {PLAN.tasks[int(v) - 1].title}")),
    "tasks_by_commitment": (FARMERS, column(EVENTS, "任务号", lambda v: f"T{int(v):02d}.01")),
    "indicators_short": (FARMERS, column(EVENTS, "关联指标", lambda v: v and v.replace("Q0", "Q"))),
    "indicators_by_name": (FARMERS, column(EVENTS, "关联指标", lambda v: v and "高素质农牧民培训人次")),
    "no_indicator": (FARMERS, column_as(EVENTS, "关联指标", {10: "/", 12: "无"})),
    "commitments_small": (FARMERS, column(layout.EVIDENCE, "支撑承诺号", lambda v: v and f"承诺{v.lower()}")),
    "number_with_a_part": (FARMERS, cell(NUMBERS, "H6", lambda v: f"共有{v}人次（含线上50）")),
    "measure_spaced": (FARMERS, cell(NUMBERS, "C6", lambda v: f"{v[:2]} {v[2:]}")),
}  # fmt: skip


def said(returns):
    """Every figure with what it is, how many rows there are of all else, who has sent, and how many questions and rejections."""
    rows = returns.observations
    names = ["unit", "indicator", "measure", "period", "entity"]
    figures = {
        tuple(row[:-1]): row[-1]
        for row in rows[[*names, "value"]].itertuples(index=False)
        if row[-1] == row[-1]
    }
    counts = [len(frame) for frame in (returns.events, returns.statuses, returns.schools, returns.evidence)]
    return figures, counts, returns.standing, len(returns.open_questions), len(returns.open_rejections)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """What a unit's untouched return says."""
    known = {}

    def of(unit):
        if unit not in known:
            folder = tmp_path_factory.mktemp("plain")
            (folder / f"{unit}.xlsx").write_bytes((EXAMPLE / f"{unit}.xlsx").read_bytes())
            known[unit] = said(read_round(folder, PLAN, ROUND))
        return known[unit]

    return of


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_harmless_variation_is_read_the_same_and_asks_nothing(name, plain, tmp_path):
    unit, change, *file = VARIATIONS[name]
    book = load_workbook(EXAMPLE / f"{unit}.xlsx")
    if change:
        change(book)
    book.save(tmp_path / (file[0] if file else f"{unit}.xlsx"))
    read, expected = said(read_round(tmp_path, PLAN, ROUND)), plain(unit)
    if name in UNDATED:
        read, expected = ((*one[:2], *one[3:]) for one in (read, expected))
    same = read == expected
    assert same is (name not in ASKED_ABOUT)


DOUBTFUL = {
    "format": shown_as('"约"0'),
    "format with another unit": shown_as('0"户"'),
    "title": title(NUMBERS, "2022年", "2022年（累计）"),
    "part of a year": title(NUMBERS, "2022年", "2022年（截至9月）"),
    "another base": title(NUMBERS, "基期(2020年末)", "基期(2019年末)"),
    "larger unit": title(EVENTS, "参与人次", "参与人次（百人次）"),
    "note": below(NUMBERS, "注：2022年数据为预计数"),
    "note on activities": below(EVENTS, "注：以上人次为估算"),
    "total in words": below(EVENTS, "合计：99场，99999人次"),
    "evidence to come": cell(NUMBERS, "J6", lambda _: "P01（后补）"),
    "month": lambda book: (cell(EVENTS, "B6", lambda _: dt.datetime(2021, 3, 1))(book),
                           setattr(book[EVENTS]["B6"], "number_format", 'yyyy"年"m"月"')),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_may_change_the_meaning_is_one_question_with_its_place(name, plain, tmp_path):
    book = load_workbook(EXAMPLE / f"{FARMERS}.xlsx")
    DOUBTFUL[name](book)
    book.save(tmp_path / f"{FARMERS}.xlsx")
    returns = read_round(tmp_path, PLAN, ROUND)
    asked = returns.open_questions
    assert len(asked) == plain(FARMERS)[3] + 1
    assert (asked["cell"].ne("") & asked["remedy"].ne("")).all()


def test_hardly_any_of_them_is_asked_about():
    assert len(VARIATIONS) >= 42
    assert len(ASKED_ABOUT) <= 4
