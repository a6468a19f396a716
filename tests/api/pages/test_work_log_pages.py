"""工作台账 by hand: one short form, filters, counts by kind, withdrawal."""

from records.tables.work_log import WorkRecord
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_ids, form_on


def test_an_entry_is_recorded_counted_filtered_and_withdrawn(pages: Pages) -> None:
    staff = pages.by(cast.STAFF_PLAYER)
    answer = staff.send(
        "/work-log", "work-records", kind="training", title="<b>委员培训</b>", cost_yuan="800"
    )
    assert answer.status_code == 303
    row = pages.story.one(WorkRecord)
    assert (row.cost_yuan, row.happened_on) == (800, pages.story.today)
    text = staff.get(f"/work-log?year={pages.story.today.year}&kind=training").text
    assert "<dt>培训</dt>" in text
    assert "1 次" in text
    assert "<b>委员培训" not in text
    assert "委员培训" not in staff.get("/work-log?kind=analysis").text
    withdrawn = staff.send("/work-log", f"withdrawals-{row.id}", reason="重复登记")
    assert withdrawn.status_code == 303
    text = staff.get("/work-log").text
    assert "重复登记" in text
    assert "1 次" not in text
    assert f"withdrawals-{row.id}" not in form_ids(text)


def test_a_refused_entry_keeps_what_was_typed_and_says_what_is_missing(pages: Pages) -> None:
    staff = pages.by(cast.STAFF_PLAYER)
    answer = staff.send("/work-log", "work-records", kind="inspection", title="停车整治督查")
    assert answer.status_code == 422
    assert "登记指导督查应选择被督查的单位。" in answer.text
    form = form_on(answer.text, "work-records")
    assert form is not None
    assert (form.values["kind"], form.values["title"]) == ("inspection", "停车整治督查")
    assert not pages.story.every(WorkRecord)


def test_who_only_reads_sees_no_form_and_who_inspects_a_unit_is_told_so(pages: Pages) -> None:
    supervisor = pages.by(cast.SUPERVISOR_PLAYER)
    unit = {"title": "停车整治督查", "subject_organisation_id": cast.HOUSING.id}
    told = supervisor.send("/work-log", "work-records", kind="inspection", **unit)
    assert told.status_code == 303
    hidden = supervisor.send(
        "/work-log", "work-records", kind="unannounced_inspection", **{**unit, "title": "暗访"}
    )
    assert hidden.status_code == 303
    text = pages.by(cast.HOUSING_PLAYER).get("/work-log").text
    assert "停车整治督查" in text
    assert "暗访" not in text
    assert "1 次" in text
    assert not form_ids(text)
    assert "暗访" in supervisor.get("/work-log").text
    assert not form_ids(pages.by(cast.MEMBER_PLAYER).get("/work-log").text)
    assert pages.by(cast.SYSTEM_ADMIN_PLAYER).get("/work-log").status_code == 403
