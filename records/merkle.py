"""Merkle trees as in RFC 6962, §2.1: a leaf is hashed behind the byte 0x00, a node behind 0x01, with SHA-256."""

import hashlib

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class RunningRoot:
    """The root over leaves seen once, in order; its memory grows with the logarithm of their number."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Take in the hash of the next leaf."""
        size = 1
        while self._peaks and self._peaks[-1][0] == size:
            leaf = node_hash(self._peaks.pop()[1], leaf)
            size *= 2
        self._peaks.append((size, leaf))

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


class MerkleTree:
    """A tree whose leaves can be put anew: 64 bytes a leaf, and one path is hashed for each change."""

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH_BYTES

    def put(self, position: int, leaf: bytes) -> None:
        """Set the hash of the leaf at this position, or append it. Raises IndexError for a position beyond the end."""
        if not 0 <= position <= len(self):
            raise IndexError(position)
        level = 0
        self._set(0, position, leaf)
        while len(self._levels[level]) > HASH_BYTES:
            left, right = self._get(level, position & ~1), self._get(level, position | 1)
            # A node without a sibling stands one level higher as it is.
            node = node_hash(left, right) if right else left
            position //= 2
            level += 1
            self._set(level, position, node)

    def root(self) -> bytes:
        """The root over all leaves."""
        return bytes(self._levels[-1]) or EMPTY_ROOT

    def path(self, position: int) -> list[bytes]:
        """The siblings from the leaf up to the root (RFC 9162, §2.1.3.1)."""
        siblings = [self._get(level, (position >> level) ^ 1) for level in range(len(self._levels) - 1)]
        return [one for one in siblings if one]

    def _get(self, level: int, position: int) -> bytes:
        return bytes(self._levels[level][position * HASH_BYTES : (position + 1) * HASH_BYTES])

    def _set(self, level: int, position: int, node: bytes) -> None:
        if level == len(self._levels):
            self._levels.append(bytearray())
        self._levels[level][position * HASH_BYTES : (position + 1) * HASH_BYTES] = node
