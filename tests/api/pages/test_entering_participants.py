"""Many participants at once: looked over before anything is written, all of them or none."""

from io import BytesIO

from openpyxl import Workbook
from sqlalchemy import event

from domain.stages import ConsultationState
from records.tables.deliberations import Participant
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_ids, form_on
from tests.stories import PARTICIPANT_NAMES, list_people

GOOD = "姓名\t类别\t联系电话\t利益相关依据\t直接利益相关\n张三\t利益相关方\t13800138000\t三幢业主\t是\n李四\t专家\t13800138001\t结构专家\t否"
BAD = "张三\t村民\t三社区\t也许\t否\t三幢业主\t13800138000\n李四\t专家\t\t否\t否\t\t12"


def check(pages: Pages, **fields: object) -> str:
    """The page after the rows were looked over."""
    staff = pages.by(cast.STAFF_PLAYER)
    answer = staff.send(f"{pages.case}/participants", "participants", intent="check", **fields)
    assert answer.status_code == 200
    return str(answer.text)


def test_a_check_writes_nothing_and_shows_the_ratio_that_the_gate_will_judge(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    text = check(pages, pasted=GOOD)
    assert not pages.story.every(Participant)
    assert "登记全部 2 人" in text
    form = form_on(text, "participants")
    assert form is not None
    pages.by(cast.STAFF_PLAYER).post(form.address, **form.values)
    assert [one.name for one in pages.story.every(Participant)] == ["张三", "李四"]
    listed = pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/participants").text
    overview = pages.by(cast.STAFF_PLAYER).get(pages.case).text
    measured = "直接利益相关群众 1 人，占参会人员 2 人的 50.0 %"
    assert measured in text
    assert measured in listed
    assert measured in overview
    assert "≥" in text


def test_every_bad_cell_is_marked_with_its_row_and_reason_and_nobody_is_listed(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    text = check(pages, pasted=BAD)
    assert "没有“村民”这一类别" in text
    assert "“直接利益相关”应填“是”或“否”" in text
    assert "粘贴第 2 行" in text
    assert "“联系电话”应为 11 位手机号码" in text
    assert "登记全部 " not in text
    form = form_on(text, "participants")
    assert form is not None
    refused = pages.by(cast.STAFF_PLAYER).post(form.address, **form.values)
    assert refused.status_code == 422
    assert "有 2 行填写有误" in refused.text
    mended = {
        **form.values,
        "rows-0-kind": "stakeholder",
        "rows-0-is_direct_stakeholder": "yes",
        "rows-1-left_out": "yes",
    }
    assert pages.by(cast.STAFF_PLAYER).post(form.address, **mended).status_code == 303
    (listed,) = pages.story.every(Participant)
    assert (listed.name, listed.is_direct_stakeholder) == ("张三", True)


def test_a_sheet_is_read_by_the_names_of_its_columns(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    book = Workbook()
    for row in (["参会人员登记表"], ["类别", "姓名", "单位"], ["党政部门", "王科长", cast.HOUSING.name]):
        book.worksheets[0].append(row)
    kept = BytesIO()
    book.save(kept)
    text = check(pages, files={"sheet": ("名单.xlsx", kept.getvalue())})
    assert "表格第 3 行" in text
    assert "单位名称与系统登记的单位不一致" not in text
    form = form_on(text, "participants")
    assert form is not None
    assert pages.by(cast.STAFF_PLAYER).post(form.address, **form.values).status_code == 303
    assert pages.story.one(Participant).organisation_id == cast.HOUSING.id


def test_a_file_that_is_no_sheet_is_refused_in_words(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    staff = pages.by(cast.STAFF_PLAYER)
    answer = staff.send(
        f"{pages.case}/participants", "participants", intent="check", files={"sheet": ("名单.xls", b"xls")}
    )
    assert answer.status_code == 422
    assert "不能读取该文件" in answer.text
    rows = {"pasted": GOOD, "files": {"sheet": ("名单.xls", b"xls")}}
    answer = staff.send(f"{pages.case}/participants", "participants", intent="check", **rows)
    form = form_on(answer.text, "participants")
    assert form is not None
    assert form.values["rows-1-name"] == "李四"


def test_the_empty_form_can_be_downloaded(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    path = f"{pages.case}/participants/form"
    answer = pages.by(cast.STAFF_PLAYER).get(path)
    assert answer.content[:2] == b"PK"
    assert pages.by(cast.OUTSIDER_PLAYER).get(path).status_code == 404


def test_a_repeated_name_and_an_unknown_unit_are_remarked_on_but_may_be_listed(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    list_people(pages.story)
    text = check(pages, pasted=f"{PARTICIPANT_NAMES[0]}\t党政部门\t某某局\t否\t否\t\t")
    assert "名单中已有同名人员" in text
    assert "单位名称与系统登记的单位不一致" in text
    assert "登记全部 1 人" in text


def test_removal_is_offered_only_while_it_can_be_done(pages: Pages) -> None:
    pages.story.reach(ConsultationState.RESEARCH)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/participants"
    assert any(one.startswith("participant-removals") for one in form_ids(staff.get(path).text))


def test_nobody_is_removed_after_the_session(pages: Pages) -> None:
    pages.story.reach(ConsultationState.REPORTING)
    staff, path = pages.by(cast.STAFF_PLAYER), f"{pages.case}/participants"
    text = staff.get(path).text
    assert not any(one.startswith("participant-removals") for one in form_ids(text))
    assert "会后不再移除" in text


def test_a_preview_takes_few_queries(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    list_people(pages.story)
    staff, said = pages.by(cast.STAFF_PLAYER), []
    form = form_on(staff.get(f"{pages.case}/participants").text, "participants")
    assert form is not None
    with pages.story.look() as session:
        engine = session.get_bind()

    def keep(*given: object) -> None:
        said.append(given[2])

    event.listen(engine, "before_cursor_execute", keep)
    many = "\n".join(f"居民{number}\t利益相关方\t\t是\t否\t业主\t13800138000" for number in range(60))
    answer = staff.post(form.address, **{**form.values, "pasted": many, "intent": "check"})
    event.remove(engine, "before_cursor_execute", keep)
    assert "登记全部 60 人" in answer.text
    asked = [one for one in said if str(one).startswith("SELECT")]
    assert len(asked) <= 12, asked
