"""A wallet in a thread, which can be told to answer otherwise, and its registration."""

import http.server
import json
import secrets
import threading


class Wallet:
    """A wallet on a port of its own: whatever mandate is asked for is there, as often as it is asked for.

    `writes(handler)` may answer instead; it returns whether it did. Anybody may read: who asks is not what is tested here.
    """

    def __init__(self, stack, host="127.0.0.1"):
        self.writes = None
        self.asked = 0
        wallet = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                wallet.asked += 1
                writes = wallet.writes
                if writes is None or not writes(self):
                    wallet.tells(self)

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.listener = Listener((host, 0), Handler)
        self.origin = f"http://{host}:{self.listener.server_address[1]}"
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()
        stack.callback(self.listener.server_close)
        stack.callback(self.listener.shutdown)

    def mandate(self):
        return f"{self.origin}/mandates/{secrets.token_hex(8)}"

    def terms(self, url):
        return {"name": url, "subject": f"{self.origin}/alice", "assetCode": "USD", "assetScale": 2, "amount": "2000",
                "interval": "P1M", "cycles": 12, "description": "A magazine"}

    def tells(self, handler):
        body = json.dumps(self.terms(self.origin + handler.path)).encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def register_wallet(server, name, origin):
    """The login of a wallet that is registered now."""
    made = server.cli("resource-server", "create", "--name", name, "--origin", origin, "--mandates-endpoint",
                      f"{origin}/mandates", "--asset", "USD:2", "--allow-private-network", "-o", "json")
    return made["resource_server_id"], made["resource_server_secret"]
