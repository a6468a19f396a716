"""County versions over HTTP: draft, publish, compare, see who lives under which, try and change over."""

from typing import Any

import pytest

from domain.matters import ObligationKind
from domain.stages import ConsultationState
from records.tables.obligations import ClockRow
from regulations.reading_ladders import ladder_table
from tests import cast
from tests.api.conftest import House
from tests.stories import BOOKS

DRAFTS = "/api/v1/rule-set-drafts"
DRAFTER, PUBLISHER = cast.SYSTEM_ADMIN_PLAYER, cast.OWNER_PLAYER
DRAFT: dict[str, Any] = {
    "rule_set_id": "suzhou",
    "area": cast.DISTRICT,
    "version": "枫溪-1",
    "effective_on": "2026-03-01",
    "basis": "枫政协〔2026〕3号",
    "parameters": {"report_days": 10},
}


def made(answer: Any) -> Any:
    assert answer.status_code == 201, answer.text
    return answer.json()


def drafted(house: House, **values: Any) -> str:
    return str(made(house.post(DRAFTS, {**DRAFT, **values}, DRAFTER))["draft_id"])


def published(house: House, **values: Any) -> str:
    draft_id = drafted(house, **values)
    return str(made(house.post(f"{DRAFTS}/{draft_id}/publications", {}, PUBLISHER))["rule_set_version_id"])


def test_who_may_not_set_parameters_learns_of_no_draft(house: House) -> None:
    draft_id = drafted(house)
    for player in (cast.OUTSIDER_PLAYER, cast.STAFF_PLAYER, cast.HOUSING_PLAYER):
        assert house.get(f"{DRAFTS}/{draft_id}", player).status_code == 404
        assert house.get(f"{DRAFTS}?rule_set_id=suzhou", player).json() == []
        assert house.post(f"{DRAFTS}/{draft_id}/publications", {}, player).status_code == 404
        assert house.post(DRAFTS, DRAFT, player).status_code == 403
    assert [one["id"] for one in house.get(f"{DRAFTS}?rule_set_id=suzhou", PUBLISHER).json()] == [draft_id]


def test_a_draft_is_amended_published_by_another_and_shown_as_a_version(house: House) -> None:
    draft_id = drafted(house)
    more = {**DRAFT, "parameters": {"forbidden_words": ["商量驿站"]}, "row_version": 1}
    made(house.post(f"{DRAFTS}/{draft_id}/amendments", more, DRAFTER))
    own = house.post(f"{DRAFTS}/{draft_id}/publications", {}, DRAFTER)
    assert (own.status_code, own.json()["code"]) == (403, "same_person")
    made(house.post(f"{DRAFTS}/{draft_id}/publications", {}, PUBLISHER))
    (version,) = house.get("/api/v1/rule-sets/suzhou").json()["county_versions"]
    assert version["parameters"] == {"forbidden_words": ["商量驿站"]}
    assert (version["basis"], version["drafted_by"]) == ("枫政协〔2026〕3号", DRAFTER.id)
    again = house.post(f"{DRAFTS}/{draft_id}/withdrawals", {"reason": "误拟"}, PUBLISHER)
    assert (again.status_code, again.json()["code"]) == (409, "state_forbids")


@pytest.mark.parametrize(
    ("values", "status", "code", "field"),
    [
        ({"parameters": {"no_such_parameter": 1}}, 422, "invalid_input", "no_such_parameter"),
        ({"parameters": {"feedback_days": 0}}, 422, "invalid_input", "feedback_days"),
        (
            {"parameters": {"direct_stakeholder_min": {"numerator": 1, "denominator": 3}}},
            409,
            "parent_rule_hard",
            "direct_stakeholder_min",
        ),
        ({"rule_set_id": "atlantis"}, 404, "not_found", ""),
        ({"version": "两 段"}, 422, "invalid_input", "version"),
        ({"ladders": {"siesta": []}}, 422, "invalid_input", "ladder.siesta.kind"),
    ],
)
def test_what_a_county_may_not_say_is_refused(
    house: House, values: dict[str, Any], status: int, code: str, field: str
) -> None:
    answer = house.post(DRAFTS, {**DRAFT, **values}, DRAFTER)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["field"] == field


@pytest.mark.parametrize("value", ["六十", [60], 60.5, None, {"street": "x"}, True])
def test_a_parameter_that_is_no_period_is_refused(house: House, value: object) -> None:
    answer = house.post(DRAFTS, {**DRAFT, "parameters": {"feedback_days": value}}, DRAFTER)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_two_versions_are_told_apart_parameter_by_parameter_and_rung_by_rung(house: House) -> None:
    rungs = ladder_table(BOOKS.rule_sets["suzhou"].ladder(ObligationKind.REPORTING))
    later = [{**rungs[0], "offset_workdays": -3}, *rungs[1:2]]
    words = {"report_days": 10, "forbidden_words": ["商量驿站"]}
    first = published(house)
    second = published(house, version="枫溪-2", parameters=words, ladders={"reporting": later})
    found = house.get(f"/api/v1/rule-sets/suzhou/differences?old={first}&new={second}", PUBLISHER).json()
    assert (found["old_version"], found["new_version"]) == ("枫溪-1", "枫溪-2")
    (words_changed,) = found["parameters"]
    assert words_changed["key"] == "forbidden_words"
    assert words_changed["new"][-1] == "商量驿站"
    assert "三位一体" in words_changed["clause"]
    assert [(one["name"], one["change"]) for one in found["rungs"]] == [
        ("blue_2", "amended"),
        ("red", "removed"),
    ]
    assert "SZ-07" in {one["rule_id"] for one in found["rules"]}
    parent = house.get(f"/api/v1/rule-sets/suzhou/differences?new={first}", PUBLISHER).json()
    assert [(one["key"], one["old"], one["new"]) for one in parent["parameters"]] == [("report_days", 7, 10)]
    assert house.get(f"/api/v1/rule-sets/linfen/differences?new={first}", PUBLISHER).status_code == 404


def test_running_consultations_are_counted_under_their_version_within_the_readers_scope(house: House) -> None:
    house.story.reach(ConsultationState.REPORTING)
    version_id = published(house)

    def running(player: cast.Player) -> dict[str, int]:
        lines = house.get("/api/v1/rule-sets/suzhou/versions", player).json()
        return {one["id"]: one["running"] for one in lines}

    assert running(cast.STAFF_PLAYER) == {"region": 1, version_id: 0}
    assert running(cast.OUTSIDER_PLAYER) == {"region": 0, version_id: 0}
    listed = house.get("/api/v1/rule-sets/suzhou/versions/region/consultations", cast.STAFF_PLAYER).json()
    assert [one["id"] for one in listed] == [house.story.consultation_id]
    unknown = house.get("/api/v1/rule-sets/suzhou/versions/none/consultations", cast.STAFF_PLAYER)
    assert unknown.status_code == 404


def test_a_dry_run_shows_what_would_move_and_changes_nothing(house: House) -> None:
    house.story.reach(ConsultationState.REPORTING)
    version_id = published(house)
    before = house.story.footprint()
    path = f"{house.consultation}/rule-set-adoptions/preview?version_id={version_id}"
    found = house.get(path, cast.OWNER_PLAYER).json()
    assert (found["refused_with"], found["old_version"], found["new_version"]) == (None, "2020-1", "枫溪-1")
    (clock,) = found["clocks"]
    assert clock["old_due_on"] < clock["due_on"]
    assert [one["name"] for one in clock["rungs"]] == ["blue_2", "yellow", "red"]
    assert house.story.footprint() == before
    assert house.get(path, cast.OUTSIDER_PLAYER).status_code == 404


def test_changing_over_is_refused_before_the_process_is_asked(house: House) -> None:
    house.story.reach(ConsultationState.REPORTING)
    version_id = published(house)
    due_on = house.story.one(ClockRow, kind=ObligationKind.REPORTING).due_on
    house.story.follow_the_clock(due_on)
    body = {"version_id": version_id, "reason": "区里研究同意"}
    path = f"{house.consultation}/rule-set-adoptions"
    answer = house.post(path, body, cast.OWNER_PLAYER)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_at_stage_border")
    assert house.post(path, body, cast.STAFF_PLAYER).status_code == 403
    assert house.get(path, cast.OWNER_PLAYER).json() == []
