"""The vault of personal data: phone numbers sealed with a key of the deployment, masked for reading."""

import os
import re
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
_PHONE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9}|0[0-9]{9,11})")


class VaultError(Exception):
    """What was sealed cannot be opened: another key, another owner, or it was changed."""


class PersonalDataVault:
    """Seals and opens with AES-256-GCM. What is sealed for one owner opens for no other."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key of the vault has {KEY_BYTES} bytes")
        self._cipher = AESGCM(key)

    def seal(self, text: str, owner_id: str) -> bytes:
        """Encrypt for this owner."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), owner_id.encode())

    def open(self, sealed: bytes, owner_id: str) -> str:
        """Decrypt what was sealed for this owner. Raises VaultError."""
        try:
            return self._cipher.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], owner_id.encode()
            ).decode()
        except (InvalidTag, ValueError) as error:
            raise VaultError("sealed personal data cannot be opened") from error


def phone_digits(text: str) -> str | None:
    """The digits of a mainland phone number written with blanks, hyphens or +86; None when it is not one."""
    # Full-width digits and brackets become plain ones.
    plain = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text[:60]))
    found = _PHONE.fullmatch(plain)
    return found[1] if found else None


def masked(phone: str) -> str:
    """The number for reading: 138****5678. A number too short to hide anything is hidden whole."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 10 else "****"
