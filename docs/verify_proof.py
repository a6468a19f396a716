"""Check the proof of one audit entry with nothing but Python and a public key.

    python3 verify_proof.py PROOF.json PUBLIC-KEY

PROOF.json is what the page of a consultation or the API hands out; PUBLIC-KEY is the deployment's key in Base64, from
`/api/v1/audit/public-keys` or, better, from paper. The key inside the proof is never trusted.
Exit code 0: the entry lies under the signed seal. 1: it does not. 2: the arguments are wrong.

Hashes are those of RFC 6962 §2.1, paths those of RFC 9162 §2.1.3.2, signatures those of RFC 8032 §5.1.7 (Ed25519).
"""

import base64
import binascii
import hashlib
import json
import sys

PROOF_HEAD = "shangliang-proof/1"
SEAL_HEAD = "shangliang-seal/1"


class Refuted(Exception):
    """The proof does not hold; the text says where."""


def check(proof, public_key):
    """Raise Refuted unless the entry lies under the seal; returns the entry, the leaf of its stream, the seal."""
    if proof.get("proof") != PROOF_HEAD:
        raise Refuted("not a proof of this form")
    statement = proof["seal"]["statement"]
    if not ed25519_verify(public_key, statement.encode(), bytes.fromhex(proof["seal"]["signature"])):
        raise Refuted("the signature of the seal does not fit this key")
    seal = read_statement(statement)
    leaf = json.loads(proof["stream"]["leaf"])
    root = root_of(hash_leaf(proof["stream"]["leaf"].encode()), proof["stream"])
    if root.hex() != seal["root"] or proof["stream"]["size"] != int(seal["streams"]):
        raise Refuted("the stream does not lie under the root of the seal")
    entry = json.loads(proof["entry"]["content"])
    data = proof["entry"]["hash"].encode() + b"\n" + proof["entry"]["content"].encode()
    root = root_of(hash_leaf(data), proof["entry"])
    if root.hex() != leaf["entries_root"] or proof["entry"]["size"] != leaf["length"] - leaf["since"]:
        raise Refuted("the entry does not lie under the root of its stream")
    place = leaf["since"] + proof["entry"]["index"] + 1
    if (entry["stream"], entry["sequence"]) != (leaf["stream"], place):
        raise Refuted("the entry stands at another place than the proof says")
    return entry, leaf, seal


def read_statement(text):
    """The names and values of a seal."""
    head, *parts = text.split(" ")
    if head != SEAL_HEAD:
        raise Refuted("not a seal of this form")
    return dict(part.split("=", 1) for part in parts)


def hash_leaf(data):
    return hashlib.sha256(b"\x00" + data).digest()


def root_of(node, place):
    """The root that a leaf's hash and its path give."""
    index, last = place["index"], place["size"] - 1
    if not 0 <= index <= last:
        raise Refuted("a place outside of the tree")
    for sibling in map(bytes.fromhex, place["path"]):
        if last == 0:
            raise Refuted("a path that is too long")
        if index & 1 or index == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        index, last = index >> 1, last >> 1
    if last:
        raise Refuted("a path that is too short")
    return node


# ---- Ed25519 (RFC 8032, §5.1 and §6). Verifying handles no secret, so it need not run in constant time.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def ed25519_verify(public_key, message, signature):
    """Whether the signature over the message was made with the private half of this key."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, commitment = decompress(public_key), decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % L
    return same(multiply(scalar, BASE), add(commitment, multiply(challenge, key)))


def add(left, right):
    """The sum of two points in extended coordinates (x, y, z, t) with x = X/Z, y = Y/Z, x·y = T/Z."""
    a = (left[1] - left[0]) * (right[1] - right[0]) % P
    b = (left[1] + left[0]) * (right[1] + right[0]) % P
    c = 2 * left[3] * right[3] * D % P
    d = 2 * left[2] * right[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def same(left, right):
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 == (left[1] * right[2] - right[1] * left[2]) % P


def decompress(data):
    """The point that 32 bytes stand for, None where there is none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else (0, y, 1, 0)
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - x2) % P:
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def main(arguments):
    """Tell whether the proof holds."""
    if len(arguments) != 2:
        sys.stderr.write(__doc__)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            proof = json.load(file)
        public_key = base64.b64decode(arguments[1], validate=True)
    except (OSError, ValueError, binascii.Error) as trouble:
        sys.stderr.write(f"cannot be read: {trouble}\n")
        return 2
    try:
        entry, _, seal = check(proof, public_key)
    except (Refuted, KeyError, TypeError, ValueError, AttributeError) as trouble:
        sys.stdout.write(f"不成立 / does not hold: {trouble}\n")
        return 1
    sys.stdout.write(
        f"成立 / holds: {entry['stream']} #{entry['sequence']}, {entry['action']}, {entry['at']}\n"
    )
    sys.stdout.write(f"seal {seal['number']} of {seal['sealed_on']}, signed with key {seal['key_id']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
