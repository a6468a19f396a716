"""Effects through HTTP: who records what a consultation led to, what is refused with its clause, what is shown."""

import io
from typing import Any

import openpyxl
import pytest

from domain.stages import ConsultationState
from records.tables.consultations import Topic
from tests import cast
from tests.api.conftest import House
from tests.cast import Player
from tests.stories import REPORTED_ON, VERIFIED_ON

CONVERSION = {"conversion": "project", "converted_on": VERIFIED_ON.isoformat(), "conversion_note": "列入实事"}
LINK = {"kind": "public_opinion", "number": "2026-031", "linked_on": VERIFIED_ON.isoformat()}
PUBLICATION = {
    "channel": "website",
    "title": "加装电梯协商",
    "text": "六幢同意加装",
    "published_on": VERIFIED_ON.isoformat(),
}
DECISION = {
    "organisation_id": cast.STREET_PARTY.id,
    "title": "加装电梯实施方案",
    "decided_on": VERIFIED_ON.isoformat(),
}


def made(answer: Any) -> Any:
    assert answer.status_code == 201, answer.text
    return answer.json()


def called_key(house: House) -> None:
    with house.story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).is_key = True


def test_a_conversion_is_shown_in_the_lists_and_on_the_suggestion(house: House) -> None:
    house.story.reach(ConsultationState.EVALUATION)
    suggestion = house.story.suggestions[0]
    path = f"{house.consultation}/suggestions/{suggestion.id}/conversions"
    assert house.post(path, CONVERSION, cast.HOUSING_PLAYER).status_code == 403
    made(house.post(path, CONVERSION, cast.STAFF_PLAYER))
    first = house.get(f"{house.consultation}/suggestions", cast.STAFF_PLAYER).json()[0]
    assert (first["conversion"], first["conversion_note"]) == ("project", "列入实事")
    rows = house.get(f"{house.consultation}/lists/feedback", cast.STAFF_PLAYER).json()["rows"]
    assert [row["conversion"] for row in rows] == ["民生实事项目", "", ""]
    xlsx = house.get(f"{house.consultation}/lists/feedback?format=xlsx", cast.STAFF_PLAYER)
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.content)).worksheets[0]
    column = [cell.value for cell in sheet[3]].index("转化形式")
    assert sheet[4][column].value == "民生实事项目"


def test_a_suggestion_without_a_verified_answer_is_not_converted(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION)
    suggestion = house.story.suggestions[0]
    body = {**CONVERSION, "converted_on": REPORTED_ON.isoformat()}
    path = f"{house.consultation}/suggestions/{suggestion.id}/conversions"
    answer = house.post(path, body, cast.STAFF_PLAYER)
    assert (answer.status_code, answer.json()["code"]) == (409, "state_forbids")


def test_a_link_is_recorded_once_and_read_back(house: House) -> None:
    house.story.reach(ConsultationState.EVALUATION)
    path = f"{house.consultation}/outcome-links"
    made(house.post(path, LINK, cast.CONVENER_PLAYER))
    again = house.post(path, LINK, cast.CONVENER_PLAYER)
    assert (again.status_code, again.json()["field"]) == (422, "number")
    assert [one["number"] for one in house.get(path, cast.STAFF_PLAYER).json()] == ["2026-031"]


@pytest.mark.parametrize(
    ("player", "status"),
    [
        (cast.STAFF_PLAYER, 201),
        (cast.STREET_PARTY_PLAYER, 201),
        (cast.CONVENER_PLAYER, 403),
        (cast.HOUSING_PLAYER, 403),
        (cast.OUTSIDER_PLAYER, 404),
    ],
    ids=lambda one: getattr(one, "id", ""),
)
def test_staff_and_the_leading_party_record_decisions(house: House, player: Player, status: int) -> None:
    house.story.reach(ConsultationState.EVALUATION)
    path = f"{house.consultation}/decisions"
    assert house.post(path, DECISION, player).status_code == status
    shown = [one["title"] for one in house.get(path, cast.STAFF_PLAYER).json()]
    assert shown == (["加装电梯实施方案"] if status == 201 else [])


def test_a_publication_is_refused_by_rule_clause_article_and_word(house: House) -> None:
    house.story.reach(ConsultationState.EVALUATION)
    path = f"{house.consultation}/publications"
    assert house.post(path, PUBLICATION, cast.CONVENER_PLAYER).status_code == 403
    body = {**PUBLICATION, "text": "推进“三位一体”建设"}
    answer = house.post(path, body, cast.STAFF_PLAYER)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (422, "gates_unmet", "text")
    (finding,) = problem["unmet"]
    assert "SZ-07" in finding["rule_id"]
    assert finding["measured"] == "发布内容含有“三位一体”"
    assert (finding["article"], finding["severity"]) == ("二(一)", "hard")
    assert "不再使用全市统一的" in finding["clause"]
    made(house.post(path, PUBLICATION, cast.STAFF_PLAYER))
    assert [one["title"] for one in house.get(path, cast.STAFF_PLAYER).json()] == ["加装电梯协商"]


def test_nothing_is_published_before_reporting_is_completed(house: House) -> None:
    house.story.reach(ConsultationState.REPORTING, until=VERIFIED_ON)
    answer = house.post(f"{house.consultation}/publications", PUBLICATION, cast.STAFF_PLAYER)
    assert (answer.status_code, answer.json()["code"]) == (409, "state_forbids")


def test_an_item_under_supervision_is_listed_with_its_units_and_closed(house: House) -> None:
    called_key(house)
    house.story.reach(ConsultationState.EVALUATION)
    (item,) = house.get("/api/v1/supervision-items", cast.SUPERVISOR_PLAYER).json()["items"]
    assert item["opened_on"] == REPORTED_ON.isoformat()
    assert [one["state"] for one in item["progress"]] == ["verified"] * 3
    path = f"/api/v1/supervision-items/{item['id']}/closures"
    body = {"conclusion": "三项均已落实", "closed_on": VERIFIED_ON.isoformat()}
    assert house.post(path, body, cast.STAFF_PLAYER).status_code == 403
    assert house.post(path, body, cast.OUTSIDER_PLAYER).status_code == 404
    made(house.post(path, body, cast.SUPERVISOR_PLAYER))
    assert house.get("/api/v1/supervision-items?is_open=true", cast.SUPERVISOR_PLAYER).json()["items"] == []
    (closed,) = house.get("/api/v1/supervision-items?is_open=false", cast.OWNER_PLAYER).json()["items"]
    assert closed["conclusion"] == "三项均已落实"
    assert house.get("/api/v1/supervision-items", cast.OUTSIDER_PLAYER).json()["items"] == []


def test_an_item_with_open_answers_stays_open(house: House) -> None:
    called_key(house)
    house.story.reach(ConsultationState.IMPLEMENTATION)
    house.story.assign(cast.HOUSING.id)
    (item,) = house.get("/api/v1/supervision-items", cast.SUPERVISOR_PLAYER).json()["items"]
    body = {"conclusion": "已落实", "closed_on": REPORTED_ON.isoformat()}
    path = f"/api/v1/supervision-items/{item['id']}/closures"
    answer = house.post(path, body, cast.OWNER_PLAYER)
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "尚有 1 项办理结果未核实，督查事项不能销号。",
    )


def test_a_topic_called_key_later_is_listed_by_hand(house: House) -> None:
    house.story.reach(ConsultationState.IMPLEMENTATION)
    path = f"{house.consultation}/supervision-items"
    assert house.post(path, {}, cast.SUPERVISOR_PLAYER).status_code == 409
    called_key(house)
    assert house.post(path, {}, cast.STAFF_PLAYER).status_code == 403
    made(house.post(path, {}, cast.SUPERVISOR_PLAYER))
    assert len(house.get("/api/v1/supervision-items", cast.STAFF_PLAYER).json()["items"]) == 1


def test_an_interim_report_says_so(house: House) -> None:
    house.story.reach(ConsultationState.DELIBERATION, until=REPORTED_ON)
    path = f"{house.consultation}/outcome-documents"
    body = {"kind": "report", "title": "进度报告", "drafted_on": REPORTED_ON.isoformat(), "is_interim": True}
    made(house.post(path, body, cast.STAFF_PLAYER))
    assert [one["is_interim"] for one in house.get(path, cast.STAFF_PLAYER).json()] == [True]
