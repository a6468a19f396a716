"""Minutes record who was there, what was said, what was agreed and what was not."""

import io
from dataclasses import replace
from datetime import date

from docx import Document
from docx.document import Document as DocxDocument

from documents.minutes import (
    Attendee,
    DissentLine,
    OpinionLine,
    SessionMinutes,
    SuggestionLine,
    render_minutes,
    with_pseudonyms,
)

MINUTES = SessionMinutes(
    masthead="云塘街道协商议事室",
    number="第3期",
    issuer="政协枫溪区云塘街道工作委员会",
    issued_on=date(2026, 4, 3),
    title="老旧小区加装电梯协商会纪要",
    held_on=date(2026, 3, 26),
    place="云塘街道会议室",
    chair="周启明",
    recorder="何苗",
    present=(
        Attendee("周启明", "云塘街道政协工委"),
        Attendee("李明", "3号楼住户", may_be_named=False),
        Attendee("李明华", "5号楼住户", may_be_named=False),
    ),
    on_leave=(Attendee("顾玲", "区城管局"),),
    observers=(Attendee("陈立", "区纪委监委"),),
    topics=("加装电梯的补偿办法",),
    opinions=(OpinionLine("李明华", "低楼层采光受影响。", "现场测量记录"),),
    consensus=("先行试点两个单元",),
    dissents=(
        DissentLine("李明", "不同意占用绿地", "4月2日已上门说明"),
        DissentLine("李明华", "补偿太低"),
    ),
    suggestions=(SuggestionLine("制定补偿参考方案", "区住建局"),),
)


def texts(minutes: SessionMinutes) -> list[str]:
    return [paragraph.text for paragraph in opened(minutes).paragraphs if paragraph.text]


def opened(minutes: SessionMinutes) -> DocxDocument:
    return Document(io.BytesIO(render_minutes(minutes)))


def test_the_red_head_ends_in_the_word_minutes_exactly_once() -> None:
    assert texts(MINUTES)[0] == "云塘街道协商议事室纪要"
    assert texts(replace(MINUTES, masthead="云塘街道协商议事室纪要"))[0] == "云塘街道协商议事室纪要"


def test_number_office_and_date_stand_above_the_title() -> None:
    assert texts(MINUTES)[1:4] == [
        "第3期",
        "　政协枫溪区云塘街道工作委员会\t2026年4月3日",
        "老旧小区加装电梯协商会纪要",
    ]


def test_present_on_leave_and_observers_are_listed_apart() -> None:
    lines = texts(MINUTES)
    assert "出席：周启明（云塘街道政协工委），李明（3号楼住户），李明华（5号楼住户）" in lines
    assert "请假：顾玲（区城管局）" in lines
    assert "列席：陈立（区纪委监委）" in lines


def test_the_label_of_a_roll_is_bold_face_and_the_names_are_body_face() -> None:
    roll = next(p for p in opened(MINUTES).paragraphs if p.text.startswith("出席："))
    assert [run.font.name for run in roll.runs] == ["黑体", "仿宋_GB2312"]


def test_a_roll_without_names_is_left_out() -> None:
    assert not [line for line in texts(replace(MINUTES, on_leave=())) if line.startswith("请假")]


def test_the_parts_stand_in_order_with_their_lines() -> None:
    lines = texts(MINUTES)
    start = lines.index("一、协商议题")
    assert lines[start : start + 11] == [
        "一、协商议题",
        "1. 加装电梯的补偿办法",
        "二、协商意见",
        "1. 李明华：低楼层采光受影响（依据：现场测量记录）。",
        "三、协商共识",
        "1. 先行试点两个单元",
        "四、不同意见",
        "1. 李明：不同意占用绿地。解释说明：4月2日已上门说明。",
        "2. 李明华：补偿太低。尚待解释说明。",
        "五、协商建议",
        "1. 制定补偿参考方案（建议由区住建局研究办理）。",
    ]


def test_a_session_without_consensus_says_so() -> None:
    lines = texts(replace(MINUTES, consensus=(), dissents=()))
    assert "本次协商未形成共识。" in lines
    assert "经确认，会上没有不同意见。" in lines


def test_minutes_claim_no_agreement_that_nobody_recorded() -> None:
    open_questions = replace(
        MINUTES, consensus=(), dissents=(), is_without_consensus=False, is_dissent_list_confirmed=False
    )
    lines = texts(open_questions)
    assert "协商共识尚未登记。" in lines
    assert "不同意见清单尚未确认。" in lines


def test_minutes_bear_neither_seal_nor_signature() -> None:
    lines = texts(MINUTES)
    assert "政协枫溪区云塘街道工作委员会" not in lines
    assert lines[-1].startswith("列席：")


def test_members_of_the_public_who_declined_are_nowhere_named() -> None:
    everything = "\n".join(texts(with_pseudonyms(MINUTES)))
    assert "李明" not in everything
    assert "群众代表乙：低楼层采光受影响" in everything
    assert "群众代表甲：不同意占用绿地" in everything
    assert "出席：周启明（云塘街道政协工委），群众代表甲（3号楼住户）" in everything


def test_a_person_who_may_be_named_keeps_the_name() -> None:
    named = with_pseudonyms(replace(MINUTES, present=(Attendee("李明", "区住建局"),)))
    assert named.present == (Attendee("李明", "区住建局"),)
    assert named.dissents == MINUTES.dissents


def test_a_name_that_stands_only_in_the_text_is_hidden_too() -> None:
    spoken = replace(MINUTES, opinions=(OpinionLine("赵大妈", "李明说得对"),))
    (opinion,) = with_pseudonyms(spoken, ("赵大妈",)).opinions
    assert (opinion.speaker, opinion.text) == ("群众代表丙", "群众代表甲说得对")


def test_one_pseudonym_is_not_taken_for_the_name_of_another() -> None:
    crowd = (Attendee("群众代", "住户", may_be_named=False), Attendee("甲", "住户", may_be_named=False))
    assert [person.name for person in with_pseudonyms(replace(MINUTES, present=crowd)).present] == [
        "群众代表甲",
        "群众代表乙",
    ]


def test_the_eleventh_pseudonym_is_counted() -> None:
    crowd = tuple(Attendee(f"住户{letter}", "住户", may_be_named=False) for letter in "ABCDEFGHIJK")
    names = [person.name for person in with_pseudonyms(replace(MINUTES, present=crowd)).present]
    assert (names[0], names[-1]) == ("群众代表甲", "群众代表十一")
    assert len(set(names)) == 11


def test_hostile_text_does_not_stop_the_minutes() -> None:
    hostile = "甲\x00\x07乙\udfff"
    minutes = replace(
        MINUTES,
        title=hostile,
        chair=hostile,
        present=(Attendee(hostile, hostile),),
        opinions=(OpinionLine(hostile, "长" * 100_000, hostile),),
    )
    assert f"1. 甲乙：{'长' * 100_000}（依据：甲乙）。" in texts(minutes)


def test_the_same_minutes_give_the_same_bytes() -> None:
    assert render_minutes(MINUTES) == render_minutes(replace(MINUTES))
