"""我的履职: what concerns one convener or member, and nobody else's; the same over JSON; where they land."""

from datetime import date

from domain.bodies import Role
from domain.matters import ParticipantKind, ResearchKind, SessionFormat, SessionState
from domain.stages import ConsultationState
from records.accounts import hash_password
from records.tables.deliberations import ConsultationSession, Participant, ResearchRecord, SignIn, Statement
from records.tables.people import Membership, Organisation, Person
from records.tables.work_log import MemberAssignment
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import QUERIES_MAX, section, statements
from tests.stories import DELIBERATED_ON, RESEARCHED_ON

MINE = "/mine"
_HASH = hash_password("correct horse")


def list_member(pages: Pages) -> Participant:
    """The member among the participants of the consultation."""
    member = Participant(
        id="listed-member",
        consultation_id=pages.story.consultation_id,
        name=cast.MEMBER_PLAYER.name,
        kind=ParticipantKind.CPPCC_MEMBER,
        person_id=cast.MEMBER_PLAYER.id,
    )
    pages.story.add(member)
    return member


def planned(pages: Pages) -> ConsultationSession:
    """The first session of the consultation."""
    sessions = pages.story.every(ConsultationSession, consultation_id=pages.story.consultation_id)
    return sorted(sessions, key=lambda one: one.number)[0]


def test_nobody_else_has_such_a_page(pages: Pages) -> None:
    for player in (cast.STAFF_PLAYER, cast.HOUSING_PLAYER, cast.SUPERVISOR_PLAYER, cast.SYSTEM_ADMIN_PLAYER):
        browser = pages.by(player)
        assert browser.get(MINE).status_code == 403
        assert browser.get("/api/v1/mine").status_code == 403
        assert f'href="{MINE}"' not in browser.get("/rooms").text
    assert f'href="{MINE}"' in pages.by(cast.MEMBER_PLAYER).get("/rooms").text


def test_a_member_sees_nothing_of_consultations_that_are_not_theirs(pages: Pages) -> None:
    pages.story.reach(ConsultationState.REPORTING)
    text = pages.by(cast.MEMBER_PLAYER).get(MINE).text
    assert pages.case not in text
    assert "近期没有安排" in section(text, "coming")


def test_somebody_elsewhere_is_told_nothing_though_their_name_stands_on_the_list(pages: Pages) -> None:
    pages.story.reach(ConsultationState.REPORTING)
    pages.story.add(
        Person(id="far", name="远方", sign_in_name="far", password_hash="-", email=""),
        Organisation(id="far-cppcc", name="远方政协", kind=cast.CPPCC.kind, area="elsewhere"),
    )
    pages.story.add(
        Membership(id="far-member", person_id="far", organisation_id="far-cppcc", role=Role.MEMBER)
    )
    list_member(pages)
    with pages.story.register.writing() as session:
        session.get_one(Participant, "listed-member").person_id = "far"
    far = cast.Player(
        "far", "远方", cast.Body("far-cppcc", "远方政协", cast.CPPCC.kind, "elsewhere"), Role.MEMBER
    )
    assert pages.case not in pages.by(far).get(MINE).text


def test_a_convener_is_led_to_what_waits_for_them(pages: Pages) -> None:
    pages.story.reach(ConsultationState.RESEARCH)
    report = ResearchRecord(
        id="report",
        consultation_id=pages.story.consultation_id,
        kind=ResearchKind.RESEARCH,
        held_on=RESEARCHED_ON,
        place="东区",
    )
    pages.story.add(report)
    owed = section(pages.by(cast.CONVENER_PLAYER).get(MINE).text, "owed")
    assert f'href="{pages.case}/research#record-report"' in owed
    assert "审核" in owed


def test_a_convener_owes_the_scores_that_are_missing(pages: Pages) -> None:
    pages.story.reach(ConsultationState.EVALUATION)
    convener = pages.by(cast.CONVENER_PLAYER)
    owed = section(convener.get(MINE).text, "owed")
    assert f'href="{pages.case}/evaluation"' in owed
    assert "尚缺党政点评、委员评议、组织者评析" in owed
    pages.story.evaluate()
    assert "尚缺" not in section(convener.get(MINE).text, "owed")


def test_a_planned_session_is_coming_until_its_day_and_then_waits_to_be_written_down(pages: Pages) -> None:
    pages.story.reach(ConsultationState.DELIBERATION)
    pages.story.add(
        ConsultationSession(
            id="first",
            consultation_id=pages.story.consultation_id,
            number=1,
            planned_on=DELIBERATED_ON,
            format=SessionFormat.MEETING,
            state=SessionState.PLANNED,
        )
    )
    place = f'href="{pages.case}/sessions/first"'
    convener = pages.by(cast.CONVENER_PLAYER)
    pages.story.go_to(DELIBERATED_ON.replace(day=20))
    assert place in section(convener.get(MINE).text, "coming")
    pages.story.go_to(DELIBERATED_ON)
    text = convener.get(MINE).text
    assert place in section(text, "owed")
    assert place not in section(text, "coming")


def test_a_listed_member_finds_sessions_statements_and_their_own_numbers(pages: Pages) -> None:
    pages.story.reach(ConsultationState.REPORTING)
    member, held = list_member(pages), planned(pages)
    pages.story.add(
        SignIn(session_id=held.id, participant_id=member.id),
        Statement(
            id="own", session_id=held.id, participant_id=member.id, speaker=member.name, text="先通道路"
        ),
    )
    text = pages.by(cast.MEMBER_PLAYER).get(MINE).text
    assert "已签到" in section(text, "past")
    assert "参会" in section(text, "past")
    assert "先通道路" in section(text, "said")
    assert '<dd class="figures">1 场</dd>' in section(text, "year")
    found = pages.by(cast.MEMBER_PLAYER).get("/api/v1/mine").json()
    assert found["year"]["attended"] == found["year"]["statements"] == 1
    assert [one["id"] for one in found["statements"]] == ["own"]
    assert found["sessions"][0]["case"]["part"] == "listed"
    # A convener's numbers are their own: what others did stands nowhere on the page.
    assert pages.by(cast.CONVENER_PLAYER).get("/api/v1/mine").json()["year"]["attended"] == 0


def test_a_member_assigned_to_the_room_sees_its_sessions_while_it_lasts(pages: Pages) -> None:
    pages.story.reach(ConsultationState.REPORTING)
    pages.story.add(
        MemberAssignment(
            person_id=cast.MEMBER_PLAYER.id,
            room_id=cast.ROOM_ID,
            since_on=date(2026, 1, 1),
            until_on=date(2026, 4, 30),
        )
    )
    member = pages.by(cast.MEMBER_PLAYER)
    assert "编入本室" in section(member.get(MINE).text, "past")
    pages.story.go_to(date(2026, 5, 6))
    assert pages.case not in member.get(MINE).text


def test_the_page_asks_a_dozen_times_at_most(pages: Pages) -> None:
    pages.story.reach(ConsultationState.EVALUATION)
    browser = pages.by(cast.CONVENER_PLAYER)
    browser.get(MINE)
    with statements(pages) as asked:
        assert browser.get(MINE).status_code == 200
    assert len(asked) <= QUERIES_MAX, asked


def test_a_member_holds_no_obligation_of_their_organisation(pages: Pages) -> None:
    pages.story.open()
    assert "/?show=overdue" in pages.by(cast.MEMBER_PLAYER).get("/").text
    assert "由我办的事项" not in pages.by(cast.MEMBER_PLAYER).get("/").text


def test_who_has_nothing_else_to_do_begins_here_and_everybody_else_at_the_worklist(pages: Pages) -> None:
    with pages.story.register.writing() as session:
        for player in (cast.STAFF_PLAYER, cast.CONVENER_PLAYER, cast.MEMBER_PLAYER):
            session.get_one(Person, player.id).password_hash = _HASH

    def landing(player: cast.Player, going: str = "/") -> str:
        sent = {"sign_in_name": player.id, "password": "correct horse", "next": going}
        return str(pages.by(None).post("/sign-in", **sent).headers["location"])

    assert landing(cast.STAFF_PLAYER) == "/"
    assert landing(cast.MEMBER_PLAYER) == landing(cast.CONVENER_PLAYER) == MINE
    assert landing(cast.MEMBER_PLAYER, "/topics") == "/topics"
    pages.story.reach(ConsultationState.RESEARCH)
    assert landing(cast.CONVENER_PLAYER) == "/"
