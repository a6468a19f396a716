"""The vault: what is sealed opens for its owner only, and nothing is shown in full by mistake."""

import pytest

from records.personal_data import PersonalDataVault, VaultError, masked, phone_digits

KEY = bytes(range(32))
PHONE = "13812345678"


def test_what_is_sealed_opens_for_its_owner() -> None:
    vault = PersonalDataVault(KEY)
    sealed = vault.seal(PHONE, "p1")
    assert PHONE.encode() not in sealed
    assert vault.open(sealed, "p1") == PHONE


def test_the_same_number_is_sealed_differently_each_time() -> None:
    vault = PersonalDataVault(KEY)
    assert vault.seal(PHONE, "p1") != vault.seal(PHONE, "p1")


@pytest.mark.parametrize("position", [0, 12, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    vault = PersonalDataVault(KEY)
    sealed = bytearray(vault.seal(PHONE, "p1"))
    sealed[position] ^= 1
    with pytest.raises(VaultError):
        vault.open(bytes(sealed), "p1")


def test_nothing_opens_for_another_owner_or_with_another_key_or_when_cut() -> None:
    sealed = PersonalDataVault(KEY).seal(PHONE, "p1")
    with pytest.raises(VaultError):
        PersonalDataVault(KEY).open(sealed, "p2")
    with pytest.raises(VaultError):
        PersonalDataVault(KEY[::-1]).open(sealed, "p1")
    with pytest.raises(VaultError):
        PersonalDataVault(KEY).open(sealed[:5], "p1")


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        PersonalDataVault(b"short")


@pytest.mark.parametrize(
    ("phone", "shown"),
    [(PHONE, "138****5678"), ("051266668888", "051****8888"), ("12345", "****"), ("", "****")],
)
def test_a_number_is_masked_in_its_middle(phone: str, shown: str) -> None:
    assert masked(phone) == shown


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        (PHONE, PHONE),
        ("+86 138-1234-5678", PHONE),
        ("".join(chr(ord(digit) + 0xFEE0) for digit in PHONE), PHONE),
        ("（0512）66668888", "051266668888"),
        ("0512-66668888", "051266668888"),
        ("", None),
        ("110", None),
        ("1381234567x", None),
        ("1" * 10_000, None),
    ],
)
def test_a_phone_number_is_read_however_people_write_it(text: str, digits: str | None) -> None:
    assert phone_digits(text) == digits
