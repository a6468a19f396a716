"""The keys of the daily seals: one signs, those that signed before are still known by their public halves."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32
KEY_ID_CHARACTERS = 16


def key_id_of(public_key: bytes) -> str:
    """The name of a key: the beginning of the SHA-256 of its public half, in hex."""
    return hashlib.sha256(public_key).hexdigest()[:KEY_ID_CHARACTERS]


def public_key_of(text: str) -> bytes:
    """The 32 bytes of a public key written in Base64. Raises ValueError."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise ValueError("a public key is written in Base64") from error
    if len(key) != KEY_BYTES:
        raise ValueError(f"a public key has {KEY_BYTES} bytes")
    return key


class SealKeys:
    """Signs with Ed25519 (RFC 8032), and knows every key whose signature still counts."""

    def __init__(self, private_key: bytes, retired: Iterable[bytes] = ()) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(private_key)
        own = self._private.public_key().public_bytes_raw()
        self.key_id = key_id_of(own)
        self.public_keys: Mapping[str, bytes] = {key_id_of(key): key for key in (*retired, own)}
        """Every known public key by its name; the one that signs is the last."""

    def sign(self, statement: bytes) -> str:
        """The signature of a statement, in hex."""
        return self._private.sign(statement).hex()

    def is_signed(self, statement: bytes, key_id: str, signature: str) -> bool:
        """Whether this known key made this signature. An unknown key has signed nothing."""
        public = self.public_keys.get(key_id)
        if public is None:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), statement)
        except (InvalidSignature, ValueError):
            return False
        return True
