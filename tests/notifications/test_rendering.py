from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest

from domain.notices import NoticeKind
from notifications.letters import Letter
from notifications.notices import DueSoon, Notice, SpecialReport
from notifications.rendering import render, render_digest
from notifications.wording import SUBJECT_CHARACTERS_MAX, TEXT_CHARACTERS_MAX
from tests.notifications.samples import ALL, BY_KIND

READER = {"recipient_name": "沈知远", "platform_name": "有事好商量"}
KINDS = pytest.mark.parametrize("kind", list(NoticeKind))


def letter_of(kind: NoticeKind, **changes: Any) -> Letter:
    return render(replace(BY_KIND[kind], **changes), **READER)


SAID: dict[NoticeKind, tuple[str, str]] = {
    NoticeKind.SPECIAL_REPORT: (
        "【专报】关于江海县公安局逾期未反馈“错峰上下学与护学岗”办理情况的报告",
        "建议中共江海县委员会予以批示，请江海县公安局限期办理并书面反馈；是否列入督查事项，由中共江海县委员会研究决定。",
    ),
    NoticeKind.TALK_PROPOSED: (
        "【约谈建议】江海县公安局办理“错峰上下学与护学岗”再次逾期1个工作日",
        "未经中共江海县委员会同意，不再确定新的办理期限。",
    ),
    NoticeKind.RED_NOTICE: (
        "【红牌通报】江海县公安局办理“错峰上下学与护学岗”已逾期5个工作日",
        "逾期后，已于2026年7月15日发出《催办通知书》。",
    ),
    NoticeKind.OVERDUE: (
        "【催办通知书·黄牌】“错峰上下学与护学岗”已逾期1个工作日",
        "截至2026年7月15日，未收到你单位的书面反馈，已逾期1个工作日，现予黄牌提醒。",
    ),
    NoticeKind.INSTRUCTION_RECORDED: (
        "【批示已登记】“错峰上下学与护学岗”新的办理期限为2026年8月13日（周四）",
        "请江海县公安局按照批示要求办理，并于2026年8月13日（周四）24时前书面反馈办理结果。",
    ),
    NoticeKind.TERMINATED: (
        "【终止】学校周边上下学拥堵治理",
        "经城东街道党工委决定，于2026年9月22日（周二）终止，未完成的办理事项不再办理。",
    ),
    NoticeKind.SUSPENDED: (
        "【中止】学校周边上下学拥堵治理",
        "中止期间，各项办理期限停止计算，不得进入下一环节。",
    ),
    NoticeKind.REJECTED: (
        "【不予受理告知】张家与李家宅基地边界和采光",
        "依据：川政协〔2020〕9号三（二）：不议有悖于公序良俗的、法规明文规定的以及个体利益纠纷之事",
    ),
    NoticeKind.INSPECTION_NOTICE: (
        "【督查取消通知】2026年7月16日（周四），护学岗落实情况督查",
        "江海县委督查室原定于2026年7月16日（周四）对江海县公安局开展的“护学岗落实情况督查”已撤销，原通知作废。",
    ),
    NoticeKind.DEMAND_ISSUED: (
        "【督查整改·退回重办】“护学岗无人值守”请于2026年8月6日（周四）24时前书面答复",
        "经江海县委督查室核实不符合要求，现退回重办。",
    ),
    NoticeKind.DEMAND_DUE: (
        "【督查整改·红牌】“护学岗无人值守”已逾期5个工作日",
        "江海县公安局尚未书面答复，已逾期5个工作日，现予红牌提醒",
    ),
    NoticeKind.DEMAND_ANSWERED: (
        "【已答复】江海县公安局已答复“护学岗无人值守”（按期），请予核实",
        "请登录平台核实。",
    ),
    NoticeKind.DEMAND_VERIFIED: (
        "【已销号】“护学岗无人值守”核实通过",
        "经江海县委督查室于2026年8月10日（周一）核实，予以销号。",
    ),
    NoticeKind.DEMAND_REPORTED: (
        "【督查专报】关于江海县公安局逾期未答复“护学岗无人值守”情况的报告",
        "建议江海县委督促江海县公安局限期办理并书面答复。",
    ),
    NoticeKind.SESSION_NOTICE: (
        "【协商活动通知】2026年4月9日（周四）09:30，学校周边上下学拥堵治理",
        "请提前熟悉有关情况和材料，以事实为依据准备意见。",
    ),
    NoticeKind.SESSION_RESCHEDULED: (
        "【协商活动改期】改至2026年4月9日（周四）09:30，学校周边上下学拥堵治理",
        "此前的通知不再有效，请以本通知为准。",
    ),
    NoticeKind.RESEARCH_RETURNED: (
        "【退回补充调研】学校周边上下学拥堵治理",
        "还可退回：1 次",
    ),
    NoticeKind.TOPIC_SENT_BACK: (
        "【议题退回补充】校门口停车，请于2026年3月10日（周二）前补充",
        "重新提交之前，不据此发起协商。",
    ),
    NoticeKind.MERGED: (
        "【并案告知】校门口停车",
        "并案后逐一协商、逐一答复",
    ),
    NoticeKind.UNMET_REPORT: (
        "【专报】“学校周边上下学拥堵治理”未达预期办结",
        "评价结果：群众满意率 70.0 %，综合得分 58.3 分",
    ),
    NoticeKind.DUE_SOON: (
        "【临期提醒·蓝牌】“错峰上下学与护学岗”还有5个工作日到期",
        "请抓紧办理，并于2026年7月14日（周二）24时前书面反馈办理结果。",
    ),
    NoticeKind.NOT_YET_ACKNOWLEDGED: (
        "【未签收提醒】“错峰上下学与护学岗”尚未签收，已超过签收期限1个工作日",
        "办理期限自交办次日起计算，不因未签收而顺延。",
    ),
    NoticeKind.SENT_BACK: (
        "【退回重办】“错峰上下学与护学岗”请于2026年7月14日（周二）24时前重新反馈",
        "退回理由：未说明护学岗的人员安排。",
    ),
    NoticeKind.RELAPSED: (
        "【反弹重办】“学校周边上下学拥堵治理”回头看发现问题反弹",
        "发现已解决的问题出现反弹，现启动二次办理，办理后进行再评议。",
    ),
    NoticeKind.REWORK_STARTED: (
        "【二次办理】“错峰上下学与护学岗”请于2026年8月24日（周一）24时前书面反馈",
        "请江海县公安局在20个工作日内，即2026年8月24日（周一）24时前完成整改并书面反馈。",
    ),
    NoticeKind.TASK_ASSIGNED: (
        "【交办通知】“错峰上下学与护学岗”请于2026年7月14日（周二）24时前书面反馈",
        "请及时签收，并在30个工作日内，即2026年7月14日（周二）24时前书面反馈办理结果。",
    ),
    NoticeKind.TASK_REASSIGNED: (
        "【改交办】“错峰上下学与护学岗”改由江海县公安局办理，请于2026年7月14日（周二）24时前书面反馈",
        "原交江海县城管局办理，现改交江海县公安局主办，办理期限重新计算。",
    ),
    NoticeKind.CO_HANDLING_ASKED: (
        "【请予会办】“错峰上下学与护学岗”请于2026年6月23日（周二）24时前答复会办意见",
        "会办逾期只计会办单位，主办期限不因此顺延。",
    ),
    NoticeKind.APPROVAL_ASKED: (
        "【请予审定】学校周边上下学拥堵治理",
        "未作表示不视为同意，决定登记后方可进入下一程序。",
    ),
    NoticeKind.RULE_SET_ADOPTED: (
        "【改用规则集新版本】学校周边上下学拥堵治理",
        "自2026年4月8日（周三）起改用规则集〔2025-1-yaoling-2〕，原版本〔2025-1〕不再适用于该协商今后的办理。",
    ),
    NoticeKind.DUE_DATE_RECOUNTED: (
        "【期限重新计算】“错峰上下学与护学岗”到期日确定为2027年1月6日（周三）",
        "原到期日为暂定，现已确定。",
    ),
    NoticeKind.FILED_BY_SILENCE: (
        "【视为已备案】学校周边上下学拥堵治理期满无异议",
        "至2026年3月17日（周二）期满未提出异议，视为已备案。",
    ),
    NoticeKind.EXTENSION_ASKED: (
        "【申请延期】江海县公安局申请将“错峰上下学与护学岗”延期15个工作日，请予审批",
        "审批决定登记前，仍按现办理期限执行。",
    ),
    NoticeKind.RETURN_ASKED: (
        "【申请退办】江海县公安局申请退办“错峰上下学与护学岗”，请予审批",
        "同意退办的，请同时明确新的承办单位；不同意的，请说明理由。",
    ),
    NoticeKind.EXTENSION_REFUSED: (
        "【不予延期】“错峰上下学与护学岗”仍须于2026年7月14日（周二）24时前书面反馈",
        "不予延期的理由：原定期限可以办结。",
    ),
    NoticeKind.RETURN_REFUSED: (
        "【不予退办】“错峰上下学与护学岗”仍由江海县公安局办理，请于2026年7月14日（周二）24时前书面反馈",
        "不予退办的理由：该事项属于公安机关交通管理职责。",
    ),
    NoticeKind.STAGE_DUTY: (
        "【环节待办】“学校周边上下学拥堵治理”进入“商前调研”环节，请予办理",
        "已完成“明确主体”环节，于2026年3月16日（周一）进入第四环节“商前调研”，由您负责推进。",
    ),
    NoticeKind.ANSWERED: (
        "【已办复】江海县公安局已反馈“错峰上下学与护学岗”（逾期6个工作日），请予核实",
        "经核实符合要求的，请予销号；不符合要求的，请说明理由退回重办。",
    ),
    NoticeKind.CO_HANDLING_ANSWERED: (
        "【会办已答复】江海县教育局已就“错峰上下学与护学岗”答复会办意见（逾期2个工作日）",
        "请江海县公安局在办复时统筹采用。",
    ),
    NoticeKind.EVALUATION_ASKED: (
        "【请评价】请不迟于2026年9月7日（周一）对“学校周边上下学拥堵治理”进行群众评价",
        "承办单位不评价本单位办理的事项。",
    ),
    NoticeKind.FOLLOW_UP_DUE: (
        "【回头看到期】请不迟于2026年11月20日（周五）对“学校周边上下学拥堵治理”开展回头看",
        "归档前须完成回头看。",
    ),
    NoticeKind.RESUMED: (
        "【恢复】学校周边上下学拥堵治理",
        "各项办理期限相应顺延9个工作日，顺延后的日期请登录平台查看。",
    ),
    NoticeKind.EXTENSION_GRANTED: (
        "【同意延期】“错峰上下学与护学岗”办理期限延至2026年9月7日（周一）",
        "同意江海县公安局将“错峰上下学与护学岗”的办理期限延长15个工作日，延至2026年9月7日（周一）。",
    ),
    NoticeKind.RETURN_ACCEPTED: (
        "【同意退办】“错峰上下学与护学岗”不再由江海县公安局办理",
        "请妥善移交已收集的有关材料，配合新的承办单位做好衔接。",
    ),
    NoticeKind.VERIFIED: (
        "【已核实】“错峰上下学与护学岗”办理结果核实通过，予以销号",
        "经城东街道政协工委于2026年8月24日（周一）核实，办理结果属实，予以销号。",
    ),
    NoticeKind.COMPLETED: (
        "【办结】学校周边上下学拥堵治理",
        "已于2026年6月8日（周一）完成评估质效环节，予以办结。",
    ),
    NoticeKind.ARCHIVED: (
        "【归档】学校周边上下学拥堵治理",
        "的全部程序已经完成，于2026年11月20日（周五）归档。",
    ),
    NoticeKind.DEPUTY_NAMED: (
        "【请假代办】2026年6月8日至2026年6月19日，顾明代沈知远办理",
        "代办的每一步均以“顾明 代 沈知远”留痕，并告知双方；互相制约的两个步骤不得由同一人办理。",
    ),
    NoticeKind.QUOTA_BEHIND: (
        "【年度指标提醒】截至2026年9月30日有1项2026年度指标未达到",
        "截至2026年9月30日（周三），政协江海县委员会有下列2026年度指标尚未达到：",
    ),
    NoticeKind.DEPUTY_ENDED: (
        "【代办结束】顾明不再代沈知远办理",
        "顾明代沈知远办理“城东街道政协工委 · 工作人员”事项，已于2026年6月12日（周五）提前结束。",
    ),
    NoticeKind.DONE_BY_DEPUTY: (
        "【代办事项】顾明 代 沈知远：交办",
        "顾明代沈知远以“城东街道政协工委 · 工作人员”的身份办理了“交办”，现予告知。",
    ),
    NoticeKind.DAY_SEALED: (
        "【每日封存】第12号，2026年4月9日（周四），发现1条留痕链不符",
        "请将本函留存在平台之外，日后可据以核对留痕是否被改动。",
    ),
}


@KINDS
def test_each_letter_says_its_key_sentences(kind: NoticeKind) -> None:
    letter = letter_of(kind)
    subject, sentence = SAID[kind]
    assert letter.subject == subject
    assert sentence in letter.text
    assert sentence.split("：", 1)[-1] in letter.html
    assert letter.text.startswith("沈知远：\n")
    assert "有事好商量" in letter.text.splitlines()


def test_a_special_report_lists_the_facts_and_never_orders() -> None:
    text = letter_of(NoticeKind.SPECIAL_REPORT).text
    parts = [text.index(f"{numeral}、") for numeral in ("一", "二", "三", "四")]
    assert parts == sorted(parts)
    for fact in (
        "江政协专〔2026〕3号",
        "中共江海县委员会：",
        "交办日期：2026年6月1日（周一）",
        "办理期限：2026年7月14日（周二）",
        "截至2026年7月28日已逾期10个工作日",
        "1. 2026年7月15日，黄牌，发出《催办通知书》",
        "2. 2026年7月21日，红牌，予以通报",
        "1. 2026年7月2日，申请延期10个工作日，未获同意",
        "特此报告。",
    ):
        assert fact in text
    assert "责令" not in text
    assert "督办" not in text


def test_a_special_report_says_so_when_nothing_was_asked_and_carries_its_own_proposal() -> None:
    report = letter_of(
        NoticeKind.SPECIAL_REPORT, rungs_fired=(), period_history=(), proposal="建议召开协调会。"
    )
    assert "二、提醒催办情况\n　　无。" in report.text
    assert "承办单位未申请延期，未申请退办。" in report.text
    assert "建议召开协调会。" in report.html
    assert "予以批示" not in report.text


def test_a_paper_is_signed_and_dated_below_its_text() -> None:
    lines = [line.strip() for line in letter_of(NoticeKind.OVERDUE).text.splitlines()]
    signed = lines.index("城东街道政协工委")
    assert lines[signed + 1] == "2026年7月15日"
    assert (
        lines.index("催办通知书")
        < lines.index("江政协工委〔2026〕6号")
        < lines.index("江海县公安局：")
        < signed
    )


def test_a_provisional_due_date_is_explained() -> None:
    letter = letter_of(NoticeKind.TASK_ASSIGNED, due_on=date(2027, 1, 5), is_provisional=True)
    assert "2027年1月5日（周二，暂定）" in letter.subject
    for body in (letter.text, letter.html):
        assert "工作日历尚未公布，上述日期为暂定，公布后将重新计算并另行告知。" in body
    assert "暂定" not in letter_of(NoticeKind.TASK_ASSIGNED).text


def test_a_requested_date_in_an_unpublished_year_is_explained() -> None:
    letter = letter_of(
        NoticeKind.EXTENSION_ASKED, requested_due_on=date(2027, 1, 5), is_requested_provisional=True
    )
    assert "申请延至：2027年1月5日（周二，暂定）" in letter.text
    assert "现办理期限：2026年7月14日（周二）\n" in letter.text
    assert "工作日历尚未公布" in letter.text


def test_a_filing_asks_for_objections_and_not_for_a_decision() -> None:
    letter = letter_of(NoticeKind.APPROVAL_ASKED, approval_name="备案", objection_by_on=date(2026, 3, 17))
    assert "至2026年3月17日（周二）未提出异议的，视为已备案。" in letter.text
    assert letter.subject == "【请予备案】学校周边上下学拥堵治理"
    assert "如有异议，请于期限内在平台提出并说明理由。" in letter.text
    assert "请于期限内作出决定" not in letter.text


@KINDS
def test_markup_in_any_text_is_shown_and_not_run(kind: NoticeKind) -> None:
    hostile = "<script>alert('x')</script>&{{ 7*7 }}"
    letter = render(
        replace(BY_KIND[kind], consultation_title=hostile), recipient_name=hostile, platform_name=hostile
    )
    assert "<script" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "{{ 7*7 }}" in letter.html
    assert hostile in letter.text


def test_markup_in_prose_and_histories_is_shown_and_not_run() -> None:
    report = BY_KIND[NoticeKind.SPECIAL_REPORT]
    assert isinstance(report, SpecialReport)
    fired = tuple(replace(fact, what="<b>黄牌</b>") for fact in report.rungs_fired)
    letter = letter_of(NoticeKind.SPECIAL_REPORT, suggestion="<i>甲</i>\n<i>乙</i>", rungs_fired=fired)
    assert "&lt;i&gt;甲&lt;/i&gt;<br>&lt;i&gt;乙&lt;/i&gt;" in letter.html
    assert "&lt;b&gt;黄牌&lt;/b&gt;" in letter.html


def test_only_a_web_address_becomes_a_link() -> None:
    assert '<a href="https://' in letter_of(NoticeKind.DUE_SOON).html
    hostile = "javascript:alert(1)"
    assert "<a " not in letter_of(NoticeKind.DUE_SOON, link=hostile).html
    digest = render_digest([replace(notice, link=hostile) for notice in ALL[:2]], **READER)
    assert "<a " not in digest.html


@KINDS
def test_a_line_break_in_a_title_cannot_start_a_header_or_a_line(kind: NoticeKind) -> None:
    hostile = "拥堵治理\r\nBcc: victim@example.cn\r\n\r\n伪造的正文\x00\x1b\u202e\ud800"
    changes = {
        name: hostile
        for name in ("consultation_title", "task_title")
        if name in BY_KIND[kind].__dataclass_fields__
    }
    letter = letter_of(kind, **changes)
    for body in (letter.subject, letter.text, letter.html):
        assert not {"\r", "\x00", "\x1b", "\u202e", "\ud800"} & set(body)
    assert "\n" not in letter.subject
    assert "拥堵治理 Bcc: victim@example.cn 伪造的正文" in letter.text
    message = EmailMessage()
    message["Subject"] = letter.subject
    assert message.keys() == ["Subject"]


@KINDS
def test_a_text_of_100_kilobytes_is_cut_and_still_sent(kind: NoticeKind) -> None:
    letter = letter_of(kind, consultation_title="商" * 100_000)
    assert len(letter.subject) <= SUBJECT_CHARACTERS_MAX
    assert len(letter.text) < 5 * TEXT_CHARACTERS_MAX
    assert "……" in letter.text


def test_a_digest_lists_the_most_urgent_first_and_then_the_earliest_due() -> None:
    due_soon = BY_KIND[NoticeKind.DUE_SOON]
    assert isinstance(due_soon, DueSoon)
    late = replace(due_soon, task_title="晚的", due_on=date(2026, 8, 1))
    early = replace(due_soon, task_title="早的", due_on=date(2026, 7, 1))
    digest = render_digest([BY_KIND[NoticeKind.VERIFIED], late, early, BY_KIND[NoticeKind.OVERDUE]], **READER)
    assert digest.subject == "【待办汇总】共4项：【催办通知书·黄牌】“错峰上下学与护学岗”已逾期1个工作日"
    for body in (digest.text, digest.html):
        places = [
            body.index(words)
            for words in ("1. 【催办", "2. 【临期提醒·蓝牌】“早的”", "3. 【临期", "4. 【已核实】")
        ]
        assert places == sorted(places)
    assert digest.text.count("沈知远：") == 1
    assert digest.html.count("</html>") == 1


def test_a_digest_holds_every_kind_of_letter_in_full() -> None:
    digest = render_digest(ALL, **READER)
    for _, sentence in SAID.values():
        assert sentence in digest.text
        assert sentence.split("：", 1)[-1] in digest.html
    assert "&lt;table" not in digest.html
    assert sum(digest.text.count(link) for link in {notice.link for notice in ALL}) == len(ALL)


def test_a_digest_shows_markup_and_does_not_run_it() -> None:
    hostile: list[Notice] = [replace(notice, consultation_title="<script>") for notice in ALL]
    assert "<script" not in render_digest(hostile, **READER).html


def test_a_digest_of_one_is_the_letter_itself() -> None:
    notice = BY_KIND[NoticeKind.DUE_SOON]
    assert render_digest([notice], **READER) == render(notice, **READER)


def test_a_digest_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no notices"):
        render_digest([], **READER)


def test_a_co_handler_is_urged_for_its_opinion_and_in_the_colour_of_the_rung() -> None:
    urged = letter_of(NoticeKind.OVERDUE, lead_name="江海县公安局", colour_name="红牌")
    assert urged.subject == "【催办通知书·红牌】“错峰上下学与护学岗”会办已逾期1个工作日"
    assert "会办（主办单位：江海县公安局），会办期限为" in urged.text
    assert "未收到你单位的会办意见，已逾期1个工作日，现予红牌提醒。" in urged.text
    assert "专报" not in urged.text
    soon = letter_of(NoticeKind.DUE_SOON, lead_name="江海县教育局")
    assert "24时前向主办单位答复会办意见。" in soon.text
    assert "主办单位：江海县教育局" in soon.text
