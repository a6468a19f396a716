"""Papers to be printed: who may have them, when there is one, and what it says."""

import io
import re
from datetime import date
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from docx import Document

from domain.acts import RecordInstruction
from domain.matters import ParticipantKind, SessionFormat, SessionState
from domain.stages import ConsultationState
from records.papers.sessions import DepartmentPresencePaper, record_department_presence
from records.papers.statements import (
    DissentPaper,
    ExplanationPaper,
    StatementPaper,
    explain_dissent,
    record_dissent,
    record_statement,
)
from records.tables.deliberations import ConsultationSession, Participant, SignIn
from records.tables.obligations import Escalation
from records.tables.rooms import Convener
from tests import cast
from tests.api.conftest import House
from tests.stories import ASSIGNED_ON, DELIBERATED_ON, PARTICIPANT_NAMES, Story

DUE = "2026年5月22日"
YELLOW_ON, RED_ON, REPORTED_ON = date(2026, 5, 25), date(2026, 5, 29), date(2026, 6, 5)


def text_of(answer: Any) -> str:
    """What a docx says, paragraph by paragraph and then the imprint."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].endswith("wordprocessingml.document")
    document = Document(io.BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def name_of(answer: Any) -> str:
    """The file name of a download."""
    kind, _, name = answer.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert kind == "attachment"
    assert name.isascii()
    return unquote(name)


def code_of(answer: Any, status: int) -> str:
    """The code of a problem."""
    assert answer.status_code == status, answer.text
    return str(answer.json()["code"])


# ---------------------------------------------------------------- 纪要 and 签到表


@pytest.fixture
def met(house: House) -> House:
    """A house whose consultation has held its session."""
    house.story.reach(ConsultationState.REPORTING)
    return house


def session_path(house: House) -> str:
    """The address of the session that was held."""
    held = house.story.one(ConsultationSession, state=SessionState.HELD)
    return f"{house.consultation}/sessions/{held.id}"


def speak(story: Story) -> None:
    """A resident speaks and another objects; a department comes and explains."""
    held = story.one(ConsultationSession, state=SessionState.HELD)
    resident = story.one(Participant, name="甲业主")
    case, meeting = story.consultation_id, held.id
    presence = DepartmentPresencePaper(
        organisation_id=cast.HOUSING.id, officer_name="吴建安", has_presented=True
    )
    story.write(lambda pen: record_department_presence(pen, case, meeting, presence))
    for paper in (
        StatementPaper(participant_id=resident.id, text="乙业主家采光会受影响", basis="实测", is_public=True),
        StatementPaper(speaker="赵大妈", text="希望早日动工", is_public=True),
    ):
        story.write(lambda pen, paper=paper: record_statement(pen, case, meeting, paper))  # type: ignore[misc]
    dissent = DissentPaper(dissenter="丙业主", text="不同意占用绿地")
    dissent_id = story.write(lambda pen: record_dissent(pen, case, meeting, dissent))["dissent_id"]
    explanation = ExplanationPaper(
        explained_on=DELIBERATED_ON, explained_by="林晓", manner="上门", text="已改用北侧空地"
    )
    story.write(lambda pen: explain_dissent(pen, case, dissent_id, explanation))


def test_the_minutes_say_what_was_recorded_of_the_session(met: House) -> None:
    speak(met.story)
    answer = met.get(f"{session_path(met)}/minutes", cast.STAFF_PLAYER)
    text = text_of(answer)
    assert name_of(answer) == f"{met.story.row.number}第1场协商会纪要.docx"
    assert f"“{met.story.row.title}”协商会纪要" in text
    assert "2026年3月26日，周启明在" in text
    assert "1. 同意加装" in text
    assert "甲业主：乙业主家采光会受影响（依据：实测）。" in text
    assert "丙业主：不同意占用绿地。解释说明：2026年3月26日，林晓：已改用北侧空地。" in text
    assert "1. 低层补偿参考方案。" in text
    (present,) = [line for line in text.splitlines() if line.startswith("出席：")]
    assert all(name in present for name in (*PARTICIPANT_NAMES, "吴建安（枫溪区住房和城乡建设局）"))


def test_whoever_did_not_sign_in_is_not_said_to_have_been_present(met: House) -> None:
    absent = Participant(
        consultation_id=met.story.consultation_id, name="庚业主", kind=ParticipantKind.STAKEHOLDER
    )
    met.story.add(absent)
    assert "庚业主" not in text_of(met.get(f"{session_path(met)}/minutes", cast.STAFF_PLAYER))


def test_with_pseudonyms_no_member_of_the_public_is_named(met: House) -> None:
    speak(met.story)
    answer = met.get(f"{session_path(met)}/minutes?pseudonyms=true", cast.STAFF_PLAYER)
    text = text_of(answer)
    assert not [name for name in ("甲业主", "乙业主", "丙业主", "丁业主", "赵大妈") if name in text]
    assert re.search("群众代表[甲乙丙丁]：群众代表[甲乙丙丁]家采光会受影响", text)
    assert all(name in text for name in ("周启明", "吴建安", "戊委员", "己干部"))
    assert name_of(answer).endswith("纪要（代称）.docx")


@pytest.mark.parametrize("state", [SessionState.PLANNED, SessionState.CANCELLED, SessionState.INVALID])
def test_a_session_that_did_not_take_place_has_no_minutes(met: House, state: SessionState) -> None:
    story = met.story
    story.add(
        ConsultationSession(
            id="another",
            consultation_id=story.consultation_id,
            number=2,
            planned_on=story.today,
            format=SessionFormat.MEETING,
            state=state,
        )
    )
    answer = met.get(f"{met.consultation}/sessions/another/minutes", cast.STAFF_PLAYER)
    assert code_of(answer, 409) == "state_forbids"


def test_the_sign_in_sheet_masks_every_phone_and_marks_who_came(met: House) -> None:
    story = met.story
    gone = story.one(Participant, name="己干部")
    with story.register.writing() as session:
        session.query(SignIn).filter_by(participant_id=gone.id).delete()
    answer = met.get(f"{session_path(met)}/sign-in-sheet", cast.CONVENER_PLAYER)
    assert answer.status_code == 200
    assert name_of(answer) == f"{story.row.number}第1场签到表.xlsx"
    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    assert "应到：6人　实到：5人" in sheet["A2"].value
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    phones = {name: f"138****800{number}" for number, name in enumerate(PARTICIPANT_NAMES)}
    assert {row[1]: row[4] for row in rows} == phones
    assert [row[1] for row in rows if not row[5]] == ["己干部"]


@pytest.mark.parametrize("paper", ["minutes", "sign-in-sheet"])
def test_papers_of_a_session_are_for_those_who_may_read_the_consultation(met: House, paper: str) -> None:
    path = f"{session_path(met)}/{paper}"
    for by, status in (
        (cast.SUPERVISOR_PLAYER, 200),
        (cast.MEMBER_PLAYER, 200),
        (cast.OUTSIDER_PLAYER, 404),
        (cast.SYSTEM_ADMIN_PLAYER, 404),
        (None, 401),
    ):
        assert met.get(path, by).status_code == status, by
    assert met.get(f"{met.consultation}/sessions/none/{paper}", cast.STAFF_PLAYER).status_code == 404


def test_printing_writes_nothing(met: House) -> None:
    before = met.story.footprint()
    for paper in ("minutes", "sign-in-sheet"):
        assert met.get(f"{session_path(met)}/{paper}", cast.STAFF_PLAYER).status_code == 200
    assert met.story.footprint() == before


# ---------------------------------------------------------------- phones


def test_readers_see_phones_masked_and_only_where_there_is_one(house: House) -> None:
    story = house.story.reach(ConsultationState.RESEARCH)
    story.add(Participant(consultation_id=story.consultation_id, name="庚", kind=ParticipantKind.EXPERT))
    answer = house.get(f"{house.consultation}/participants", cast.MEMBER_PLAYER)
    shown = {one["name"]: one["phone_masked"] for one in answer.json()}
    assert shown["甲业主"] == "138****8000"
    assert shown["庚"] == ""
    assert "13800138000" not in answer.text


# ---------------------------------------------------------------- the ladder


@pytest.fixture
def late(any_house: House) -> House:
    """A house with one task in the hands of a unit that does not answer."""
    story = any_house.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    story.assign(cast.HOUSING.id)
    return any_house


def task_path(house: House) -> str:
    """The address of the task."""
    return f"/api/v1/feedback-tasks/{house.story.tasks[0].id}"


def test_an_urge_notice_is_there_from_the_yellow_card_on(late: House) -> None:
    path = f"{task_path(late)}/urge-notice"
    late.story.follow_the_clock(date(2026, 5, 24))
    assert code_of(late.get(path, cast.STAFF_PLAYER), 409) == "state_forbids"
    late.story.follow_the_clock(YELLOW_ON)
    answer = late.get(path, cast.STAFF_PLAYER)
    text = text_of(answer)
    assert "逾期未反馈的催办通知书" in text
    assert f"办理期限至{DUE}，已逾期1个工作日。" in text
    assert "于2026年5月29日前书面反馈" in text
    assert "苏政〔2020〕9号" in text
    assert f"{cast.HOUSING.name}：" in text
    assert name_of(answer) == f"{late.story.row.number}第1项催办通知书.docx"


def test_the_urge_notice_stays_as_it_was_when_more_days_pass(late: House) -> None:
    path = f"{task_path(late)}/urge-notice"
    late.story.follow_the_clock(YELLOW_ON)
    first = late.get(path, cast.HOUSING_PLAYER).content
    late.story.follow_the_clock(REPORTED_ON)
    assert late.get(path, cast.HOUSING_PLAYER).content == first


def test_a_circular_is_there_from_the_red_card_on_and_copied_to_the_inspection(late: House) -> None:
    path = f"{task_path(late)}/circular"
    late.story.follow_the_clock(YELLOW_ON)
    assert code_of(late.get(path, cast.STAFF_PLAYER), 409) == "state_forbids"
    late.story.follow_the_clock(RED_ON)
    text = text_of(late.get(path, cast.STAFF_PLAYER))
    assert "按红牌事项予以通报" in text
    assert "已逾期5个工作日" in text
    assert f"抄送：{cast.CPPCC.name}，{cast.INSPECTION.name}。" in text


@pytest.mark.parametrize("paper", ["urge-notice", "circular"])
def test_letters_about_a_task_are_for_its_unit_and_its_readers(late: House, paper: str) -> None:
    late.story.follow_the_clock(RED_ON)
    for by, status in (
        (cast.HOUSING_HEAD_PLAYER, 200),
        (cast.SUPERVISOR_PLAYER, 200),
        (cast.POLICE_PLAYER, 404),
        (cast.OUTSIDER_PLAYER, 404),
        (None, 401),
    ):
        assert late.get(f"{task_path(late)}/{paper}", by).status_code == status, by


def report_path(house: House, kind: str = "escalation") -> str:
    """The address of the 专报 to be printed."""
    return f"/api/v1/escalations/{house.story.one(Escalation, kind=kind).id}/special-report"


def test_a_special_report_goes_upward_with_what_was_done_before(late: House) -> None:
    late.story.follow_the_clock(REPORTED_ON)
    answer = late.get(report_path(late), cast.STAFF_PLAYER)
    text = text_of(answer)
    assert "签发人：周启明" in text
    assert f"{cast.DISTRICT_PARTY.name}：" in text
    assert "已逾期10个工作日" in text
    assert "第1项：2026年5月25日发出催办通知书，2026年5月29日予以通报，至今未收到书面反馈。" in text
    assert "以上报告，请审阅批示。" in text
    assert name_of(answer) == f"{late.story.row.number}第1项专报.docx"


def test_a_special_report_is_for_its_desk_its_organisers_and_supervisors(late: House) -> None:
    late.story.follow_the_clock(REPORTED_ON)
    path = report_path(late)
    for by, status in (
        (cast.DISTRICT_PARTY_PLAYER, 200),
        (cast.SUPERVISOR_PLAYER, 200),
        (cast.HOUSING_PLAYER, 404),
        (cast.MEMBER_PLAYER, 404),
        (None, 401),
    ):
        assert late.get(path, by).status_code == status, by


def test_a_proposed_talk_is_no_special_report(late: House) -> None:
    story = late.story.follow_the_clock(REPORTED_ON)
    story.go_to(date(2026, 6, 8))
    story.do(
        RecordInstruction(
            by=cast.DISTRICT_PARTY_OFFICE,
            occurred_on=story.today,
            escalation_id=story.one(Escalation).id,
            text="请于六月中旬前办结",
            new_due_on=date(2026, 6, 15),
        )
    )
    story.follow_the_clock(date(2026, 6, 16))
    assert code_of(late.get(report_path(late, "talk"), cast.STAFF_PLAYER), 409) == "state_forbids"
    assert "已逾期10个工作日" in text_of(late.get(report_path(late), cast.STAFF_PLAYER))


def test_a_special_report_that_nobody_signs_out_is_not_printed(late: House) -> None:
    late.story.follow_the_clock(REPORTED_ON)
    with late.story.register.writing() as session:
        session.query(Convener).update({"until_on": date(2026, 6, 1)})
    assert code_of(late.get(report_path(late), cast.STAFF_PLAYER), 409) == "state_forbids"
