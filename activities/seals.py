"""The deed of the daily seal: every audit stream sealed once a day, a missed day told."""

from datetime import date, datetime

from domain.calendar import local_date
from records.seals import Sealing, missed_days
from records.tables.seals import AuditSeal


def seal_the_day(sealing: Sealing, at: datetime) -> tuple[str, AuditSeal]:
    """Seal the day in which ``at`` lies, once. Returns what was done, in a sentence, and the seal."""
    seal, is_new = sealing.seal_the_day(at)
    if not is_new:
        return f"{_day(local_date(at))}已有第{seal.number}号封存。", seal
    told = f"已封存第{seal.number}号：{seal.streams}条留痕链，{seal.entries}条记录。"
    if missed := missed_days(seal):
        told += f"其中{_day(missed[0])}起{len(missed)}日未按日封存，本次补封。"
    if seal.left_out:
        told += f"有{seal.left_out}条留痕链与记载不符，未列入封存，请立即核验。"
    return told, seal


def _day(on: date) -> str:
    return f"{on:%Y年%-m月%-d日}"
