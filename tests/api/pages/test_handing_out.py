"""The three lists item by item, and several suggestions handed to their units in one form."""

from domain.stages import ConsultationState
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_on
from tests.stories import ASSIGNED_ON

PATH = "feedback-tasks"


def test_several_suggestions_go_to_their_units_in_one_form(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON)
    first, second, third = pages.story.suggestions
    chosen = {
        "suggestion_ids": [first.id, second.id],
        "lead-all": cast.HOUSING.id,
        f"lead-{second.id}": cast.POLICE.id,
        f"period-{second.id}": "15",
    }
    answer = pages.by(cast.STAFF_PLAYER).send(f"{pages.case}/tasks", PATH, **chosen)
    assert answer.status_code == 303
    handed = {one.suggestion_id: (one.unit_id, one.period_workdays) for one in pages.story.tasks}
    assert handed == {first.id: (cast.HOUSING.id, 30), second.id: (cast.POLICE.id, 15)}
    text = pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/tasks").text
    assert f'value="{third.id}"' in text
    assert f'value="{first.id}"' not in text


def test_the_period_is_filled_in_and_the_due_day_is_shown_before_anything_is_sent(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON)
    staff, (first, *_) = pages.by(cast.STAFF_PLAYER), pages.story.suggestions
    path = f"{pages.case}/tasks"
    form = form_on(staff.get(path).text, PATH)
    assert form is not None
    assert form.values[f"period-{first.id}"] == "30"
    assert "2026年5月22日（周五）" in staff.get(path).text
    asked = {"suggestion_ids": first.id, "lead-all": cast.HOUSING.id, f"period-{first.id}": "15"}
    checked = staff.send(path, PATH, intent="check", **asked)
    assert checked.status_code == 200
    assert "尚未交办" in checked.text
    row = checked.text.split(f'name="suggestion_ids" value="{first.id}"')[1].split("</fieldset>")[0]
    assert "2026年4月29日（周三）</output>" in row
    assert not pages.story.tasks
    again = form_on(checked.text, PATH)
    assert again is not None
    assert staff.post(again.address, **again.values).status_code == 303
    (task,) = pages.story.tasks
    assert task.period_workdays == 15


def test_a_wrong_period_is_told_at_its_field_and_keeps_what_was_typed(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON)
    first, second, _ = pages.story.suggestions
    wrong = {
        "suggestion_ids": [first.id, second.id],
        "lead-all": cast.HOUSING.id,
        f"period-{second.id}": "三十",
    }
    answer = pages.by(cast.STAFF_PLAYER).send(f"{pages.case}/tasks", PATH, **wrong)
    assert answer.status_code == 422
    assert f'id="period-{second.id}-error"' in answer.text
    form = form_on(answer.text, PATH)
    assert form is not None
    assert form.values[f"period-{second.id}"] == "三十"
    assert not pages.story.tasks


def test_each_item_is_one_row_through_all_three_lists(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON)
    pages.story.assign(cast.HOUSING.id)
    text = pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/tasks").text
    rows = text.split('<div class="table-frame three-lists">')[1].split("</table>")[0].split("<tr>")[3:]
    assert len(rows) == len(pages.story.suggestions)
    assert cast.HOUSING.name in rows[0]
    assert "2026年5月22日（周五）" in rows[0]
    assert "未办复" in rows[0]
    assert "尚未交办" in rows[1]
    pages.story.answer_and_verify()
    text = pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/tasks").text
    row = text.split('<div class="table-frame three-lists">')[1].split("<tr>")[3]
    assert "按期办复" in row
    assert "核实" in row
