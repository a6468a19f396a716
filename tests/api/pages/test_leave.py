"""请假代办 by hand and by API: naming a deputy, acting as “X 代 Y”, and where both names stand."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from domain.bodies import Role
from domain.stages import ConsultationState
from records.tables.audit import AuditEntry
from records.tables.consultations import StageAdvance
from records.tables.people import Leave, Membership, Person
from tests import cast
from tests.api.pages.conftest import Pages
from tests.cast import Player
from tests.pages import form_ids

SECURITY, STAFF, CONVENER = cast.SECURITY_ADMIN_PLAYER, cast.STAFF_PLAYER, cast.CONVENER_PLAYER
FOR_STAFF = f"/people/{STAFF.id}/leaves"


def membership_of(pages: Pages, player: Player) -> str:
    """The membership of a player."""
    return str(pages.story.one(Membership, person_id=player.id).id)


def leave(pages: Pages, absent: Player = STAFF, deputy: Player = CONVENER, **changes: Any) -> dict[str, Any]:
    """What is typed: a week from today."""
    typed = {
        "membership_id": membership_of(pages, absent),
        "deputy_membership_id": membership_of(pages, deputy),
        "since_on": pages.story.today.isoformat(),
        "until_on": (pages.story.today + timedelta(days=6)).isoformat(),
        "reason": "体检",
    }
    return typed | changes


def stand_in(pages: Pages) -> Any:
    """The convener, acting for the member of staff on leave."""
    assert pages.by(STAFF).send("/leave", "leaves", **leave(pages)).status_code == 303
    deputy = pages.by(CONVENER)
    chosen = deputy.post("/membership-choices", key="stand-in", membership_id=membership_of(pages, STAFF))
    assert chosen.status_code == 303
    return deputy


def test_a_refused_leave_says_why_at_its_field_and_keeps_what_was_typed(pages: Pages) -> None:
    answer = pages.by(STAFF).send("/leave", "leaves", **leave(pages, until_on="2020-01-01"))
    assert answer.status_code == 422
    assert "“请假截止日期”不得早于“请假起始日期”。" in answer.text
    assert 'value="体检"' in answer.text
    with pages.story.look() as session:
        assert session.scalars(select(Leave)).all() == []


def test_only_the_security_administrator_enters_a_leave_for_somebody_else(pages: Pages) -> None:
    typed = leave(pages)
    for player in (CONVENER, cast.SYSTEM_ADMIN_PLAYER, cast.AUDIT_ADMIN_PLAYER):
        assert pages.by(player).get(FOR_STAFF).status_code == 403
        assert pages.by(player).post(FOR_STAFF, key=f"for-{player.id}", **typed).status_code == 403
    security = pages.by(SECURITY)
    assert security.send(FOR_STAFF, "leaves", **typed).status_code == 303
    (away,) = (line for line in security.get("/people?text=林晓").text.splitlines() if "由周启明代办" in line)
    assert "云塘街道政协工委 · 工作人员" in away
    shown = security.get(FOR_STAFF).text
    (button,) = (one for one in form_ids(shown) if one.startswith("leave-ends-"))
    assert security.send(FOR_STAFF, button).status_code == 303
    assert "已提前结束" in security.get(FOR_STAFF).text


def test_the_deputy_reads_of_the_deputyship_but_not_its_reason(pages: Pages) -> None:
    assert pages.by(STAFF).send("/leave", "leaves", **leave(pages)).status_code == 303
    assert "体检" in pages.by(STAFF).get("/leave").text
    shown = pages.by(CONVENER).get("/leave").text
    assert "代 <strong>林晓</strong>" in shown
    assert "体检" not in shown
    assert "林晓" not in pages.by(cast.OWNER_PLAYER).get("/leave").text


def test_who_stands_in_sees_it_in_the_header_and_does_what_the_absent_may_do(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PLATFORM)
    deputy = stand_in(pages)
    home = deputy.get("/").text
    assert "代林晓办理" in home
    assert "登记请假，请先在页面右上角切换回本人的任职" in deputy.get("/leave").text.replace("为本人", "")
    assert "代办期间不能签发访问令牌" in deputy.send("/tokens", "tokens", name="对接").text


def test_what_a_deputy_did_reads_as_one_for_the_other(pages: Pages) -> None:
    pages.story.reach(ConsultationState.DELIBERATION)
    deputy = stand_in(pages)
    form = next(one for one in form_ids(deputy.get(pages.case).text) if one.startswith("suspensions"))
    review_on = (pages.story.today + timedelta(days=3)).isoformat()
    answer = deputy.send(pages.case, form, reason="召集人出差", review_on=review_on)
    assert answer.status_code == 303, answer.text
    assert (
        "周启明 代 林晓 · 云塘街道政协工委 · 工作人员" in pages.by(STAFF).get(f"{pages.case}/timeline").text
    )
    with pages.story.look() as session:
        entry = session.scalars(select(AuditEntry).filter_by(on_behalf_of=STAFF.id)).all()[-1]
        assert (entry.person_id, entry.role) == (CONVENER.id, Role.STAFF.value)
        advances = session.scalars(select(StageAdvance).filter_by(on_behalf_of_id=STAFF.id)).all()
        assert all(one.by_person_id == CONVENER.id for one in advances)


def test_when_the_leave_ends_the_deputy_is_back_in_his_own_right(pages: Pages) -> None:
    deputy = stand_in(pages)
    with pages.story.register.writing() as session:
        session.scalars(select(Leave)).one().ended_at = pages.story.now
    home = deputy.get("/")
    assert home.status_code == 200
    assert "代林晓办理" not in home.text
    assert (
        deputy.post("/membership-choices", key="again", membership_id=membership_of(pages, STAFF)).status_code
        == 403
    )


def test_where_nobody_could_stand_in_the_page_says_what_is_missing(pages: Pages) -> None:
    assert "本单位没有可以代办的人员" in pages.by(cast.SUPERVISOR_PLAYER).get("/leave").text


def test_a_member_names_another_member(pages: Pages) -> None:
    with pages.story.register.writing() as session:
        session.add(Person(id="other-member", name="卫委员", sign_in_name="other-member", password_hash="!"))
        session.flush()
        session.add(Membership(person_id="other-member", organisation_id=cast.CPPCC.id, role=Role.MEMBER))
    member = pages.by(cast.MEMBER_PLAYER)
    shown = member.get("/leave").text
    assert "卫委员（政协委员）" in shown
    assert "钱若虚" not in shown
