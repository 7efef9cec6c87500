"""Lists as counties and provinces publish them (structure of cases/plan; offices and figures invented): nothing is lost."""

import pytest

from kepu_eval.plan.importing import import_list
from kepu_eval.plan.importing.confirming import reconciliation
from tests.plan.lists import LEFT, excel, word

COUNTY = [
    ["序号", "指标名称", "单位", "2023年", "2026年", "2028年", "牵头单位", "责任单位"],
    ["1", "在册古树平均树龄", "岁", "61.4(2022年)", "≥62.3", "≥63", "县林草局", "县水务局、县防火大队等单位,县直各有关单位、各乡镇人民政府"],
    ["2", "20-60年林龄重点虫害年损失率", "%", "0.21", "≤11.8", "≤11.4", "县园林所", "县水务局,各乡镇人民政府"],
    ["序号", "指标名称", "单位", "2023年", "2026年", "2028年", "牵头单位", "责任单位"],
    ["3", "3年以下苗木损失率", "‰", "7.35", "持续改善", "持续改善", "县林草局", "县苗圃,各乡镇人民政府"],
]  # fmt: skip
PLAIN = ["序号", "工程", "主要任务", "具体措施", "牵头部门", "责任单位"]


def told(draft, kind=""):
    return [q.told for q in draft.questions if kind in ("", q.kind)]


def test_a_list_of_indicators_gives_tasks_targets_directions_baselines_and_groups(tmp_path):
    draft = import_list(word(tmp_path / "清单.docx", COUNTY, "示例县绿色生活三年计划指标分解清单"))
    assert [t["title"] for t in draft.tasks] == [COUNTY[1][1], COUNTY[2][1], COUNTY[4][1]]
    assert draft.tasks[0]["responsible"] == ("县水务局", "县防火大队", "县直各有关单位", "各乡镇人民政府")
    assert [g["name"] for g in draft.content["groups"]] == ["县直各有关单位", "各乡镇人民政府"]
    first, second, third = draft.indicators
    assert (first["operator"], first["target"], first["horizon"]) == (">=", 63, "2028-12-31")
    assert (first["milestones"], first["baseline"]) == (
        [{"year": 2026, "target": 62.3}],
        {"year": 2022, "value": 61.4},
    )
    assert (second["operator"], second["target"]) == ("<=", 11.4)
    assert (third["kind"], third["operator"], third["target"]) == ("trend", "decreasing", None)
    assert all(item["to_confirm"] for item in draft.indicators)
    assert reconciliation(draft) == "共5行＝表头2、导入3"
    assert draft.content["meta"]["title"] == "示例县绿色生活三年计划指标分解清单"
    assert any("县防火大队等单位" in line for line in told(draft, "单位名称"))


def test_goals_of_a_merged_field_with_dashes_in_a_cell(tmp_path):
    rows = [
        ["领域", "主 要 目 标", "主要责任单位", "责任单位"],
        ["青年与阅读", "1.改善馆藏质量。\n——问题图书占比以2012年实绩为基数,下降1/2。", "省图书办", "省邮政局\n省残协"],
        [None, "——超期未还图书占比控制在3%以下。\n——新书抽检率达93%以上,旧书复检率达88%以上。", "省图书办", ""],
        [None, "——提高职校学生达标率。", "省团委", "省总工会\n工会"],
    ]  # fmt: skip
    draft = import_list(word(tmp_path / "分工书.docx", rows))
    assert [(t["lead"], t["responsible"]) for t in draft.tasks] == [
        ("省图书办", ("省邮政局", "省残协")), ("省图书办", ()), ("省团委", ("省总工会", "工会")),
    ]  # fmt: skip
    found = {i["name"]: (i["kind"], i["operator"], i["target"]) for i in draft.indicators}
    assert found["问题图书占比"] == ("rate_of_change", "<=", -50)
    assert found["超期未还图书占比"] == ("stock_at_horizon", "<=", 3)
    assert found["新书抽检率"] == ("stock_at_horizon", ">=", 93)
    assert found["旧书复检率"] == ("stock_at_horizon", ">=", 88)
    assert found["职校学生达标率"] == ("trend", "increasing", None)
    assert "两个名称可能是同一单位" in told(draft)


def test_a_column_of_persons_makes_no_units_and_is_named_as_unread(tmp_path):
    rows = [["序号", "工程", "主要任务", "牵头部门", "责任单位", "责任人", "完成时限"],
            ["1", "青少年行动", "1.科学精神", "区教育局", "区科协、团区委", "张三", "2025年底"]]  # fmt: skip
    draft = import_list(word(tmp_path / "x.docx", rows))
    assert draft.tasks[0]["responsible"] == ("区科协", "团区委")
    assert {"“责任人”一列没有读取", "“完成时限”一列没有读取"} <= set(told(draft, "表头"))


def test_a_task_over_several_rows_keeps_every_lead_unit_and_figure(tmp_path):
    rows = [PLAIN, ["1", "青少年行动", "1.科学精神", "措施a", "区教育局", "区科协"],
            [None, None, None, "措施b 每年培训300人次", "区人社局", "区总工会、区妇联"], [None, None, None, "措施c", "", "团区委"],
            ["2", None, "2.校外联动", "措施d", "区教育局", "区科技局"]]  # fmt: skip
    draft = import_list(word(tmp_path / "x.docx", rows))
    first, second = draft.tasks
    assert (first["lead"], first["joint"]) == ("区教育局", ("区人社局",))
    assert first["responsible"] == ("区科协", "区总工会", "区妇联", "团区委")
    assert (second["number"], second["lead"]) == (2, "区教育局")
    assert [(i["kind"], i["target"]) for i in draft.indicators] == [("annual", 300)]
    texts = [c["text"] for c in draft.content["tasks"][0]["commitments"]]
    assert all(any(part in text for text in texts) for part in ("措施a", "300人次", "措施c"))


def test_a_cell_merged_over_lead_and_units_leads_and_a_gap_in_the_numbers_is_named(tmp_path):
    rows = [PLAIN, ["1", "青少年行动", "1.科学精神", "a", "区教育局", "区科协"], ["2", None, "2.校外联动", "b", "区科协", LEFT],
            ["5", None, "3.竞赛", "c", "区教育局", "团区委"]]  # fmt: skip
    draft = import_list(word(tmp_path / "x.docx", rows))
    assert [t["lead"] for t in draft.tasks] == ["区教育局", "区科协", "区教育局"]
    assert draft.tasks[1]["responsible"] == ()
    assert "序号3—4在清单中没有，请核对是否漏行" in told(draft)


def test_a_blank_lead_is_never_taken_from_another_programme(tmp_path):
    rows = [PLAIN, ["1", "青少年行动", "1.科学精神", "a", "区教育局", "区科协"],
            ["2", "农民行动", "2.农民培训", "b", "", "区农牧局"]]  # fmt: skip
    draft = import_list(word(tmp_path / "x.docx", rows))
    assert draft.tasks[1]["lead"] is None
    assert any("没有承接" in line for line in told(draft, "牵头单位"))


@pytest.mark.parametrize(
    ("lead", "units", "leads", "others"),
    [
        ("区教育局、区科协", "区科技局 区人社局 团区委", ["区教育局", "区科协"], ["区科技局", "区人社局", "团区委"]),
        ("区委组织部（区公务员局）", "区文化和旅游局（区文物局、区广电局）、区教育局、各街道办事处、镇", ["区委组织部"],
         ["区文化和旅游局", "区教育局", "各街道办事处、镇"]),
        ("区教育局牵头，区科协配合", "区工信局等有关单位", ["区教育局"], ["区科协", "区工信局"]),
        ("县委宣传部/县融媒体中心", "县直有关部门按职责分工负责", ["县委宣传部", "县融媒体中心"], ["县直有关部门"]),
        ("县教育局（牵头）", "科 协、县文化体育旅游\n广电局", ["县教育局"], ["科协", "县文化体育旅游广电局"]),
    ],
)  # fmt: skip
def test_names_of_units_as_offices_write_them(tmp_path, lead, units, leads, others):
    draft = import_list(word(tmp_path / "x.docx", [PLAIN, ["1", "行动", "1.任务", "a", lead, units]]))
    task = draft.tasks[0]
    assert [task["lead"], *task["joint"]] == leads
    assert list(task["responsible"]) == others


def test_two_names_that_may_be_one_unit_are_asked_about_and_not_joined(tmp_path):
    rows = [PLAIN, ["1", "行动", "1.任务", "a", "区卫健委", "区卫生健康委、区科协"]]
    draft = import_list(word(tmp_path / "x.docx", rows))
    assert [u["name"] for u in draft.content["units"]] == ["区卫健委", "区卫生健康委", "区科协"]
    asked = next(q for q in draft.questions if q.field == "units.区卫生健康委")
    assert asked.options == ("不同单位", "同一单位：区卫健委")


def test_every_sheet_group_rows_and_other_headers_are_read(tmp_path):
    one = [["某市行动计划任务分工表", LEFT, LEFT, LEFT], ["序号", "重点任务", "主责单位", "配合单位"],
           ["一、生态行动", LEFT, LEFT, LEFT], ["1", "5岁以下儿童绿色启蒙", "市教育局", "市妇联、团市委"], ["2", "植树3万亩以上", "市林草局", ""],
           ["二、节水行动", LEFT, LEFT, LEFT], ["3", "节水宣传", "市水务局", "各县（市、区）人民政府"], ["注：本表由办公室解释", LEFT, LEFT, LEFT]]  # fmt: skip
    two = [
        ["编号", "目标任务", "工作举措", "责任部门"],
        ["4", "低碳社区", "每个社区建成1个以上示范点", "市民政局牵头，市住建局配合"],
    ]
    draft = import_list(excel(tmp_path / "分工.xlsx", {"重点": one, "社区": two}))
    assert [(t["programme"], t["title"], t["lead"]) for t in draft.tasks] == [
        ("生态行动", "5岁以下儿童绿色启蒙", "市教育局"), ("生态行动", "植树3万亩以上", "市林草局"), ("节水行动", "节水宣传", "市水务局"),
        ("社区", "低碳社区", "市民政局"),
    ]  # fmt: skip
    assert draft.tasks[2]["responsible"] == ("各县（市、区）人民政府",)
    assert draft.tasks[3]["responsible"] == ("市住建局",)
    assert [(i["target"], i["unit"]) for i in draft.indicators] == [(30000, "亩"), (1, "个")]
    left = [fate.reason for fate in draft.fates if fate.outcome == "未导入"]
    assert left == ["表注"]
    assert sum(1 for _ in draft.fates) == len(one) + len(two)


def test_a_csv_of_an_office_in_its_own_encoding(tmp_path):
    file = tmp_path / "清单.csv"
    file.write_bytes(
        "序号,主要任务,牵头单位,责任单位\n1,科普讲座,县科协,县教育局、县卫健局\n2,科技下乡,,县农牧局\n".encode(
            "gb18030"
        )
    )
    draft = import_list(file)
    assert [(t["title"], t["lead"]) for t in draft.tasks] == [("科普讲座", "县科协"), ("科技下乡", "县科协")]
    assert "牵头单位为空，按同一行动或工程的上一行" in told(draft)


PROSE = """\
示例市全民阅读工作方案（2026—2028年）
一、主要任务
（一）阵地建设
1.建设阅读空间。到2028年，建成社区书屋120个以上。（责任单位：市文旅局、市民政局，各县区人民政府）
2.改善馆藏。每年更新图书不少于5万册。（牵头单位：市图书馆；配合单位：市财政局）
（二）队伍建设
3.培训阅读推广人。三年累计培训300人次。（市文旅局牵头，市教育局、团市委配合）
二、保障措施
加强领导。
"""


def test_paragraphs_with_their_units_in_brackets(tmp_path):
    file = tmp_path / "方案.txt"
    file.write_text(PROSE, encoding="utf-8")
    draft = import_list(file)
    assert [(t["programme"], t["title"], t["lead"], t["responsible"]) for t in draft.tasks] == [
        ("阵地建设", "建设阅读空间", "市文旅局", ("市民政局", "各县区人民政府")),
        ("阵地建设", "改善馆藏", "市图书馆", ("市财政局",)),
        ("队伍建设", "培训阅读推广人", "市文旅局", ("市教育局", "团市委")),
    ]
    assert [(i["kind"], i["target"], i["unit"], i["horizon"][:4]) for i in draft.indicators] == [
        ("stock_at_horizon", 120, "个", "2028"), ("annual", 50000, "册", "2028"), ("cumulative", 300, "人次", "2028"),
    ]  # fmt: skip
    meta = draft.content["meta"]
    assert (meta["district"], meta["first_year"], meta["last_year"]) == ("示例市", 2026, 2028)
    assert len(draft.fates) == len(PROSE.splitlines())


def figures(draft):
    return {i["name"]: (i["kind"], i["operator"], i["target"]) for i in draft.indicators}


def test_ranks_references_milestones_and_rosters_become_draft_targets(tmp_path):
    rows = [["序号", "主要任务", "具体措施", "牵头单位"],
            ["1", "环境", "生态质量指数进入全省前三；公众满意度高于全国平均水平；绿地率高于全省平均2个百分点", "县环保局"],
            ["2", "书房", "到2027年建成城市书房12个，2028年达到15个；每个行政村至少建成1个农家书屋", "县文旅局"],
            ["3", "装备", "配备无人机12架；20户以上自然村通网率达到95%；办结时限压缩至0.5个工作日以内", "县应急局"]]  # fmt: skip
    draft = import_list(word(tmp_path / "x.docx", rows, "示例县三年计划（2026—2028年）任务清单"))
    told = {i["name"]: i for i in draft.indicators}
    assert figures(draft)["生态质量指数"] == ("stock_at_horizon", "rank", 3)
    assert figures(draft)["公众满意度"] == ("stock_at_horizon", ">", 0)
    assert told["公众满意度"]["reference"] == {"name": "全国平均", "values": {}}
    assert figures(draft)["绿地率"] == ("stock_at_horizon", ">=", 2)
    yards = next(i for i in draft.indicators if i["target"] == 15)
    assert (yards["milestones"], yards["horizon"]) == ([{"year": 2027, "target": 12}], "2028-12-31")
    each = next(i for i in draft.indicators if i["kind"] == "every_entity")
    assert (each["entities"], each["target"]) == ("行政村", 1)
    rest = [(i["operator"], i["target"], i["unit"]) for i in draft.indicators if i["task"] == 3]
    assert rest == [(">=", 12, "架"), (">=", 95, "%"), ("<=", 0.5, "个工作日")]


def test_two_header_rows_of_units_tell_leads_from_others(tmp_path):
    rows = [
        ["序号", "任务", "责任单位", LEFT],
        [None, None, "牵头", "配合"],
        ["1", "老年助餐", "县民政局", "县市监局"],
    ]
    draft = import_list(word(tmp_path / "x.docx", rows))
    assert [(t["lead"], t["responsible"]) for t in draft.tasks] == [("县民政局", ("县市监局",))]


def test_numbered_measures_with_their_own_units_below_a_merged_field_are_tasks(tmp_path):
    rows = [["主要任务", "任务内容", "责任分工"],
            ["一、公交优先", "（一）基础设施\n专用道新增50公里", "牵头单位：州交通局\n参加单位：州公安局"],
            [None, "（二）服务品质\n新能源占比达到90%", "牵头单位：州交通局\n参加单位：州发改委"],
            ["二、宣传", "每年至少1次", "牵头单位：州委宣传部"]]  # fmt: skip
    draft = import_list(word(tmp_path / "x.docx", rows))
    assert [(t["programme"], t["title"], t["responsible"]) for t in draft.tasks] == [
        ("公交优先", "基础设施", ("州公安局",)), ("公交优先", "服务品质", ("州发改委",)), ("重点任务", "宣传", ()),
    ]  # fmt: skip


def test_units_on_their_own_lines_in_bare_brackets_and_beside_a_table(tmp_path):
    file = tmp_path / "方案.txt"
    file.write_text(
        "示例市工作方案（2026—2030年）\n1.技能培训。新增持证人员5万人次。\n牵头单位：市人社局\n责任单位：市总工会、市国资委\n"
        "2.土壤治理。安全利用率保持在93%以上。（市农业农村局、市生态环境局）\n"
        "| 序号 | 指标 | 2030年 | 牵头单位 |\n|---|---|---|---|\n| 1 | 人均场地面积 | ≥2.9 | 市体育局 |\n",
        encoding="utf-8",
    )
    draft = import_list(file)
    assert [(t["title"], t["lead"], t["responsible"]) for t in draft.tasks] == [
        ("人均场地面积", "市体育局", ()), ("技能培训", "市人社局", ("市总工会", "市国资委")),
        ("土壤治理", "市农业农村局", ("市生态环境局",)),
    ]  # fmt: skip
    assert any("请核对有无重复" in line for line in told(draft))
