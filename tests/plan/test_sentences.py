"""A measure's text is cut into what can be checked by itself, and no further."""

import pytest

from kepu_eval.plan.importing.sentences import items


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "着力打造一批科技强镇、科技名村、科技小院",
            ["着力打造科技强镇", "着力打造科技名村", "着力打造科技小院"],
        ),
        ("建设消防安全科普馆、气象科普馆等应急科普宣教场馆", ["建设消防安全科普馆", "建设气象科普馆"]),
        ("深入开展“专家乡村行”“技能大篷车”活动", ["深入开展“专家乡村行”", "深入开展“技能大篷车”活动"]),
        ("建设市、县、乡三级平台", ["建设市、县、乡三级平台"]),
        ("推动建立学校、家庭、社会协同机制", ["推动建立学校、家庭、社会协同机制"]),
        ("鼓励科学家、工程师、医疗专家走进校园", ["鼓励科学家、工程师、医疗专家走进校园"]),
        ("建成图书馆、文化馆、书屋共12个", ["建成图书馆、文化馆、书屋共12个"]),
    ],
)
def test_items(text, wanted):
    assert [item for item, _ in items(text)] == wanted
