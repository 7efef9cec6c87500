"""What is reported twice (C54–C56): activities of two units, of two tasks, persons and attendances."""

from tests.returns.conftest import event_row, years
from tests.returns.reading import THREE, read, told


def shared_event(send, participants):
    common = {"活动名称": "2023年高素质农牧民培训班", "关联指标": "Q08", "地点": "某镇文化站"}
    send("区农牧局", event_row(**common))
    return read(send("区科协", event_row(**{**common, "参与人次": participants})))


def test_c54_differing_numbers_are_asked_about_and_the_larger_not_taken(send):
    returns = shared_event(send, 48)
    message = told(returns, "C54", "question")["message"]
    assert "60" in message
    assert "48" in message
    assert returns.events.set_index("unit")["main"].to_dict() == {"U02": False, "U09": True}


def test_c55_an_event_of_two_tasks_is_counted_once(send):
    returns = read(send("区农牧局", event_row(任务号="5、28")))
    assert told(returns, "C55", "note")["message"] == "活动EV001引用于任务5、28，次数和人次只计一次"
    assert returns.events["task"].tolist() == [5]


def test_c56_persons_are_told_from_attendances(send):
    def list_of_participants(book):
        page = book.create_sheet("参训人员")
        page.append(["指标号", "年份", "匿名编号"])
        for number in ("A1", "A2", "A3", "A1", "A2"):
            page.append(["Q08", 2023, number])

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=list_of_participants))
    assert told(returns, "C56", "note")["message"] == "Q08名册5人次，去重3人，重复编号2个"
