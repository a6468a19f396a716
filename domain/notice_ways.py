"""The ways in which notices reach people and systems, in words."""

from domain.words import Word


class NoticeChannel(Word):
    """By which way an ordinary notice reaches a person."""

    MAIL = "mail", "电子邮件和站内信"
    HOUSE = "house", "仅站内信"


class WebhookFormat(Word):
    """How the body of a webhook is written."""

    PLAIN = "plain", "通用格式（JSON）"
    WECOM = "wecom", "企业微信群机器人"
    DINGTALK = "dingtalk", "钉钉群机器人"


class FeedScope(Word):
    """Whose dates a calendar feed holds."""

    PERSON = "person", "与我有关的"
    UNIT = "unit", "本单位的"


class DeliveryWay(Word):
    """By which way one attempt was made."""

    MAIL = "mail", "电子邮件"
    HOUSE = "house", "站内信"
    WEBHOOK = "webhook", "推送接口"
    BOUNCE = "bounce", "退信回报"
