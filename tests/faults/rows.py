"""A look into the database, past the server, and what no look may find."""

import hashlib
import sqlite3

# Rows that cannot be; each statement finds none.
IMPOSSIBLE = {
    "an approved request has its grant and its code": """
        SELECT r.id FROM authorization_request r WHERE r.status = 'approved' AND NOT (
          EXISTS (SELECT 1 FROM "grant" g WHERE g.id = r.grant_id) AND
          EXISTS (SELECT 1 FROM authorization_code c WHERE c.grant_id = r.grant_id))""",
    "a payer's grant comes of an approved request": """
        SELECT g.id FROM "grant" g WHERE g."user" IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM authorization_request r WHERE r.grant_id = g.id AND r.status = 'approved')""",
    "a redeemed code has no pending grant": """
        SELECT g.id FROM "grant" g JOIN authorization_code c ON c.grant_id = g.id
        WHERE c.redeemed_at IS NOT NULL AND g.state = 'pending'""",
    "an active grant has a redeemed code, an access token and a refresh token": """
        SELECT g.id FROM "grant" g WHERE g.state = 'active' AND g."user" IS NOT NULL AND NOT (
          EXISTS (SELECT 1 FROM authorization_code c WHERE c.grant_id = g.id AND c.redeemed_at IS NOT NULL) AND
          EXISTS (SELECT 1 FROM access_token t WHERE t.grant_id = g.id) AND
          EXISTS (SELECT 1 FROM refresh_token t WHERE t.grant_id = g.id))""",
    "a pending grant has no tokens": """
        SELECT g.id FROM "grant" g WHERE g.state = 'pending' AND (
          EXISTS (SELECT 1 FROM access_token t WHERE t.grant_id = g.id) OR
          EXISTS (SELECT 1 FROM refresh_token t WHERE t.grant_id = g.id))""",
    "what hangs on a grant has it": """
        SELECT grant_id FROM (SELECT grant_id FROM authorization_code UNION SELECT grant_id FROM access_token
          UNION SELECT grant_id FROM refresh_token UNION SELECT grant_id FROM grant_history) AS hanging
        WHERE NOT EXISTS (SELECT 1 FROM "grant" g WHERE g.id = grant_id)""",
    "one live grant an agreement": """
        SELECT agreement_url FROM "grant" WHERE state IN ('active', 'suspended') AND NOT collection
        GROUP BY agreement_url HAVING count(*) > 1""",
    "a payer's grant was approved once": """
        SELECT g.id FROM "grant" g WHERE g."user" IS NOT NULL AND 1 <> (
          SELECT count(*) FROM grant_history h WHERE h.grant_id = g.id AND h.kind = 'approved')""",
    "a grant has ended once, or not at all": """
        SELECT g.id FROM "grant" g WHERE (CASE WHEN g.state = 'ended' THEN 1 ELSE 0 END) <> (
          SELECT count(*) FROM grant_history h WHERE h.grant_id = g.id AND h.kind = 'ended')""",
    "each access token has its entry in the history": """
        SELECT g.id FROM "grant" g WHERE g."user" IS NOT NULL AND
          (SELECT count(*) FROM access_token t WHERE t.grant_id = g.id) <> (
           SELECT count(*) FROM grant_history h WHERE h.grant_id = g.id AND h.kind IN ('redeemed', 'refreshed'))""",
    "each token taken back has its entry in the history": """
        SELECT g.id FROM "grant" g WHERE
          (SELECT count(*) FROM access_token t WHERE t.grant_id = g.id AND t.revoked_at IS NOT NULL) <> (
           SELECT count(*) FROM grant_history h WHERE h.grant_id = g.id AND h.kind = 'token_revoked')""",
    "a refresh token has one successor that is good": """
        SELECT grant_id FROM refresh_token WHERE parent IS NOT NULL AND voided_at IS NULL
        GROUP BY grant_id, parent HAVING count(*) > 1""",
}


class Rows:
    """A look into the database, past the server."""

    def __init__(self, path=None, postgres=None):
        self.path, self.postgres = path, postgres

    def all(self, statement):
        if self.postgres:
            return self.postgres.sql("kill", statement).splitlines()
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)
        try:
            return [row[0] for row in connection.execute(statement)]
        finally:
            connection.close()

    def is_redeemed(self, code):
        digest = hashlib.sha256(code.encode()).hexdigest()
        literal = f"'\\x{digest}'" if self.postgres else f"x'{digest}'"
        return bool(self.all(f"SELECT 1 FROM authorization_code WHERE digest = {literal} AND redeemed_at IS NOT NULL"))
