"""A whole small wallet for the README's guide: what a wallet serves, and to whom. It holds one mandate and no money.

python3 wallet.py ISSUER WALLET RESOURCE_SERVER_ID RESOURCE_SERVER_SECRET FILE

The last token that could read is written to FILE.
"""

import base64
import http.server
import json
import sys
import urllib.parse
import urllib.request

ISSUER, WALLET, ID, SECRET, SEEN = sys.argv[1:]
DISCOVERY = {"issuer": WALLET, "authorization_issuer": ISSUER, "payment_mandates_endpoint": WALLET + "/mandates",
             "payment_assets_supported": [{"code": "USD", "scale": 2}]}
MANDATE = {"name": WALLET + "/mandates/1", "subject": WALLET + "/alice", "assetCode": "USD", "assetScale": 2,
           "amount": "2000", "interval": "P1M", "cycles": 12, "description": "A magazine"}


def introspect(token):
    login = base64.b64encode(f"{ID}:{SECRET}".encode()).decode()
    form = urllib.parse.urlencode({"token": token}).encode()
    request = urllib.request.Request(ISSUER + "/introspect", form, {"Authorization": "Basic " + login})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


class Wallet(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/.well-known/open-payments":
            return self.answer(200, DISCOVERY)
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            known = introspect(token) if token else {"active": False}
        except OSError:  # another status than 200, too: that is no answer
            return self.answer(503, {"title": "Try again later"})
        if not known["active"]:
            return self.answer(401, {"title": "Send a token that is active here"})
        detail = known["authorization_details"][0]
        if WALLET + self.path not in detail["locations"] or "read" not in detail["actions"]:
            return self.answer(403, {"title": "This token is for something else"})
        with open(SEEN, "w") as seen:
            seen.write(token)
        if self.path == "/mandates/1":
            return self.answer(200, MANDATE, ETag='"1"')
        if self.path == "/mandates/0":
            return self.answer(410, {"title": "This mandate was cancelled"})
        self.answer(404, {"title": "There is no such agreement"})

    def answer(self, status, body, **headers):
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(text), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(text)


place = urllib.parse.urlsplit(WALLET)
http.server.ThreadingHTTPServer((place.hostname, place.port), Wallet).serve_forever()
