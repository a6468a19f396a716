"""Keys that an embedded service makes for itself, once, and keeps in files of its own."""

import base64
import binascii
import contextlib
import os
import secrets
from pathlib import Path

KEY_BYTES = 32


class KeyFileError(Exception):
    """A key file cannot be read or made, or does not hold a key."""


def new_key() -> str:
    """32 random bytes in URL-safe Base64: good for HMAC and for Fernet."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def is_fernet_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def key_bytes(key: str) -> bytes:
    """The 32 bytes that a key's text stands for."""
    return base64.urlsafe_b64decode(key)


def read_or_create_key(path: Path) -> str:
    """The key in the file, made with mode 0600 when there is none; two processes get the same key.

    Raises:
        KeyFileError: the file cannot be read or made, or holds something else.
    """
    try:
        if not path.exists():
            _create(path, new_key())
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as trouble:
        raise KeyFileError(
            f"密钥文件无法读写 / the key file cannot be read or written ({path.name})"
        ) from trouble
    if not is_fernet_key(key):
        raise KeyFileError(f"密钥文件内容不对 / the key file does not hold a key ({path.name})")
    return key


def _create(path: Path, key: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Linked into place when complete, so that a second process never reads half a key or replaces the first one.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
