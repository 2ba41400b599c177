"""Keys of clients, with nothing but Python: ES256 (RFC 7518 section 3.4), for assertions (RFC 7523) and proofs (RFC 9449).

Far too slow, and too easy to watch, for anything but tests.
"""

import base64
import hashlib
import json
import secrets
import time

PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
BASE = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(one, other):
    """The sum of two points of P-256."""
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % PRIME == 0:
        return None
    if one == other:
        slope = 3 * (one[0] ** 2 - 1) * pow(2 * one[1], -1, PRIME)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, PRIME)
    x = (slope**2 - one[0] - other[0]) % PRIME
    return x, (slope * (one[0] - x) - one[1]) % PRIME


def times(number, point=BASE):
    """A multiple of a point."""
    total = None
    while number:
        if number & 1:
            total = add(total, point)
        number, point = number >> 1, add(point, point)
    return total


def encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Key:
    """A key pair, whose public half is `jwk`."""

    def __init__(self):
        self.private = secrets.randbelow(ORDER - 1) + 1
        x, y = (encode(number.to_bytes(32, "big")) for number in times(self.private))
        self.jwk = {"crv": "P-256", "kty": "EC", "x": x, "y": y}
        bare = json.dumps(self.jwk, separators=(",", ":"), sort_keys=True)
        self.thumbprint = encode(hashlib.sha256(bare.encode()).digest())

    def signs(self, header, claims):
        """A JWT (RFC 7519)."""
        signed = ".".join(encode(json.dumps(part).encode()) for part in ({"alg": "ES256", **header}, claims))
        digest = int.from_bytes(hashlib.sha256(signed.encode()).digest(), "big")
        once = secrets.randbelow(ORDER - 1) + 1
        r = times(once)[0] % ORDER
        s = pow(once, -1, ORDER) * (digest + r * self.private) % ORDER
        return f"{signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def proof(self, url, nonce=None):
        """A proof for a post to `url` (RFC 9449 section 4.2)."""
        claims = {"jti": secrets.token_urlsafe(24), "htm": "POST", "htu": url, "iat": int(time.time())}
        return self.signs({"typ": "dpop+jwt", "jwk": self.jwk}, claims | ({"nonce": nonce} if nonce else {}))

    def assertion(self, client, issuer):
        """What proves to `issuer` that this is `client` (RFC 7523 section 3)."""
        now = int(time.time())
        claims = {"iss": client, "sub": client, "aud": issuer, "iat": now, "exp": now + 60, "jti": secrets.token_urlsafe(24)}
        return self.signs({}, claims)
