"""站内信, choices, the delivery log, webhooks, subscriptions and the daily round by hand, on pages."""

import re
from datetime import timedelta

from domain.daily_steps import DailyStep
from domain.notices import NoticeKind
from domain.stages import ConsultationState
from records.tables.daily_rounds import DailyRound, DailyStepRun, QuotaWarning
from records.tables.letters import NoticeRow, NoticeState
from records.tables.notice_ways import MailStanding, NoticeChoice, Webhook
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_ids

ADMIN = cast.SYSTEM_ADMIN_PLAYER


def letter_of(pages: Pages, state: NoticeState) -> NoticeRow:
    """A letter to 林晓 in that state."""
    pages.story.reach(ConsultationState.TOPIC)
    row = next(one for one in pages.story.every(NoticeRow) if one.person_id == cast.STAFF_PLAYER.id)
    with pages.story.register.writing() as session:
        session.get_one(NoticeRow, row.id).state = state
    return row


def test_a_letter_that_mail_refused_is_read_in_the_house_by_its_reader_alone(pages: Pages) -> None:
    row = letter_of(pages, NoticeState.REFUSED)
    assert pages.by(cast.CONVENER_PLAYER).get(f"/notices/{row.id}").status_code == 404
    assert pages.by(ADMIN).get(f"/notices/{row.id}").status_code == 404
    listed = pages.by(cast.STAFF_PLAYER).get("/notices").text
    assert f'href="/notices/{row.id}"' in listed
    assert "被拒收" in listed
    assert "林晓：" in pages.by(cast.STAFF_PLAYER).get(f"/notices/{row.id}").text
    assert "还没有写给您的信件" in pages.by(cast.OUTSIDER_PLAYER).get("/notices").text


def test_a_choice_that_the_rules_forbid_is_refused_with_the_reason_and_nothing_is_kept(pages: Pages) -> None:
    unit = pages.by(cast.HOUSING_PLAYER)
    assert 'value="overdue"' not in unit.get("/notices/choices").text
    forged = unit.send("/notices/choices", "notice-choices", channel="mail", house_kinds="overdue")
    assert forged.status_code == 422
    assert "按规则必须送达本人" in forged.text
    late = unit.send("/notices/choices", "notice-choices", channel="mail", digest_hour="20")
    assert late.status_code == 422
    assert pages.story.every(NoticeChoice) == []
    kept = unit.send("/notices/choices", "notice-choices", channel="house", digest_hour="15")
    assert kept.status_code == 303
    assert pages.story.one(NoticeChoice).digest_minute == 15 * 60


def test_a_letter_is_sent_anew_by_the_administrator_with_a_reason(pages: Pages) -> None:
    row = letter_of(pages, NoticeState.REFUSED)
    path = f"/deliveries/{row.id}"
    assert pages.by(cast.STAFF_PLAYER).get(path).status_code == 403
    assert "resends" not in form_ids(pages.by(cast.AUDIT_ADMIN_PLAYER).get(path).text)
    page = pages.by(ADMIN).get(path).text
    assert pages.story.row.title not in page
    assert pages.by(ADMIN).send(path, "resends").status_code == 422
    assert pages.by(ADMIN).send(path, "resends", reason="收件人称未收到").status_code == 303
    assert pages.story.one(NoticeRow, id=row.id).resends == 1


def test_a_stopped_address_stands_on_the_administrators_desk_until_it_is_corrected(pages: Pages) -> None:
    pages.story.add(
        MailStanding(
            person_id=cast.STAFF_PLAYER.id,
            address=cast.STAFF_PLAYER.email,
            refused_in_a_row=3,
            last_refused_at=pages.story.now,
            stopped_at=pages.story.now,
            detail="收件方拒收（5.1.1 no such user）",
        )
    )
    admin, path = pages.by(ADMIN), f"/addresses/{cast.STAFF_PLAYER.id}"
    assert "有 1 个收件地址已停用" in admin.get("/").text
    assert "已停用" not in pages.by(cast.STAFF_PLAYER).get("/").text
    assert pages.by(cast.SECURITY_ADMIN_PLAYER).get(path).status_code == 403
    assert path in admin.get("/deliveries").text
    refused = admin.send(path, "address", email="no address")
    assert refused.status_code == 422
    assert "no address" in refused.text
    assert admin.send(path, "address", email="lin@example.net").status_code == 303
    assert "已停用" not in admin.get("/").text


def test_a_webhooks_secret_stands_on_the_page_once(pages: Pages) -> None:
    admin = pages.by(ADMIN)
    values = {"name": "住建局群", "organisation_id": cast.HOUSING.id, "format": "dingtalk"}
    insecure = admin.send("/webhooks", "webhooks", address="http://example.org/hook", **values)
    assert insecure.status_code == 422
    assert "须以 https:// 开头" in insecure.text
    opened = admin.send("/webhooks", "webhooks", address="https://example.org/hook?key=693a", **values)
    (secret,) = re.findall(r'<code class="token">([^<]+)</code>', opened.text)
    again = admin.get("/webhooks").text
    assert secret not in again
    assert "693a" not in again
    hook = pages.story.one(Webhook)
    assert admin.send("/webhooks", f"endings-{hook.id}", reason="群已解散").status_code == 303
    assert "已停用" in admin.get("/webhooks").text


def test_a_subscription_is_opened_read_and_revoked(pages: Pages) -> None:
    unit = pages.by(cast.HOUSING_PLAYER)
    opened = unit.send("/calendar-feeds", "feeds", name="手机", scope="unit")
    (path,) = re.findall(r"http://testserver(/api/v1/calendar-feeds/[^<]+\.ics)", opened.text)
    assert pages.client.get(path).status_code == 200
    (form,) = [one for one in form_ids(unit.get("/calendar-feeds").text) if one.startswith("revocations-")]
    assert unit.send("/calendar-feeds", form).status_code == 303
    assert pages.client.get(path).status_code == 404


def test_a_template_is_shown_in_a_frame_that_may_do_nothing(pages: Pages) -> None:
    admin = pages.by(ADMIN)
    assert pages.by(cast.STAFF_PLAYER).get("/notice-templates").status_code == 403
    assert admin.get("/notice-templates/none").status_code == 404
    listed = admin.get("/notice-templates").text
    assert all(f'href="/notice-templates/{kind.value}"' in listed for kind in NoticeKind)
    shown = admin.get("/notice-templates/overdue")
    assert "frame-src 'self'" in shown.headers["content-security-policy"]
    assert '<iframe class="letter-frame" sandbox ' in shown.text
    framed = admin.get("/notice-templates/overdue/html")
    assert "sandbox" in framed.headers["content-security-policy"]
    assert "default-src 'none'" in framed.headers["content-security-policy"]


def test_the_last_daily_round_stands_on_the_administrators_desk_and_turns_red_after_26_hours(
    pages: Pages,
) -> None:
    admin = pages.by(cast.AUDIT_ADMIN_PLAYER)
    assert "上次每日例行：尚未运行" in admin.get("/").text
    started_at = pages.story.now - timedelta(hours=25)
    pages.story.add(
        DailyRound(
            id="run", for_on=pages.story.today, started_at=started_at, ended_at=started_at, fault_count=1
        )
    )
    pages.story.add(
        DailyStepRun(
            round_id="run",
            step=DailyStep.RING_POST_OFFICE,
            started_at=started_at,
            ended_at=started_at,
            is_done=False,
            told="未能完成：连接中断",
        )
    )
    assert "1 个步骤未能完成" in admin.get("/").text
    assert "house-line-late" not in admin.get("/").text
    assert "未能完成：连接中断" in admin.get("/daily-rounds").text
    assert "上次每日例行" not in pages.by(cast.STAFF_PLAYER).get("/").text
    with pages.story.register.writing() as session:
        session.get_one(DailyRound, "run").started_at = pages.story.now - timedelta(hours=27)
    assert "已超过 26 小时没有运行" in admin.get("/").text
    assert "house-line-late" in admin.get("/daily-rounds").text


def test_a_quota_that_lags_stands_on_the_desks_of_its_area_alone(pages: Pages) -> None:
    pages.story.add(
        QuotaWarning(
            rule_set_id="suzhou",
            rule_id="SZ-12",
            area=cast.DISTRICT,
            year=pages.story.today.year,
            look_on=pages.story.today,
            warned_on=pages.story.today,
            title="每室协商议事活动次数",
            measured="0 次",
            required="不少于 2 次",
        )
    )
    assert "每室协商议事活动次数" in pages.by(cast.OWNER_PLAYER).get("/").text
    assert "每室协商议事活动次数" not in pages.by(cast.OUTSIDER_PLAYER).get("/").text
    assert "每室协商议事活动次数" not in pages.by(cast.HOUSING_PLAYER).get("/").text
