"""Verifies an access token of this server (RFC 9068, ES256) with nothing but Python and openssl.

python3 verify.py ISSUER WALLET TOKEN says "good" or "refused", and who may do what.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

# What comes before the point of a P-256 key in DER (RFC 5480 §2).
P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def integer(half):
    """A half of the signature, as an integer in DER."""
    half = half.lstrip(b"\0") or b"\0"
    half = b"\0" + half if half[0] > 127 else half
    return bytes([2, len(half)]) + half


def signed(key, text, signature):
    """Whether the signature (RFC 7518 §3.4) is that of the key."""
    if len(signature) != 64:
        return False
    both = integer(signature[:32]) + integer(signature[32:])
    with tempfile.TemporaryDirectory() as place:
        files = {"key": P256 + raw(key["x"]) + raw(key["y"]), "signature": bytes([48, len(both)]) + both}
        for name, content in files.items():
            with open(os.path.join(place, name), "wb") as file:
                file.write(content)
        command = ["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", "key", "-signature", "signature"]
        return subprocess.run(command, cwd=place, input=text.encode(), stdout=subprocess.DEVNULL).returncode == 0


def verify(issuer, wallet, token):
    """The claims of a token that is good at this wallet, now; else an error that says why not."""
    head, body, signature = token.split(".")
    header, claims = json.loads(raw(head)), json.loads(raw(body))
    if header.get("alg") != "ES256" or header.get("typ") != "at+jwt":
        raise ValueError("it is not an access token")
    # Keep the keys, and read them again for a kid that you do not know. The URL is the metadata's jwks_uri.
    with urllib.request.urlopen(issuer + "/jwks.json", timeout=5) as answer:
        keys = {key["kid"]: key for key in json.load(answer)["keys"]}
    if header.get("kid") not in keys or not signed(keys[header["kid"]], f"{head}.{body}", raw(signature)):
        raise ValueError("the issuer has not signed it")
    if claims["iss"] != issuer or claims["aud"] != wallet:
        raise ValueError("it is somebody else's")
    if not claims["nbf"] - 5 <= time.time() < claims["exp"]:
        raise ValueError("it is too old, or not good yet")
    return claims


if __name__ == "__main__":
    try:
        found = verify(*sys.argv[1:])
    except (ValueError, KeyError) as why:
        sys.exit(f"refused: {why}")
    print("good:", found["sub"], "may", *found["authorization_details"][0]["actions"])
