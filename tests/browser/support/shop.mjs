// A shop that is registered as a client of the demo's server, and sends browsers there.
import { createHash, randomBytes } from 'node:crypto';

const random = () => randomBytes(32).toString('base64url');

export class Shop {
  /** Registers a shop whose callback is at `host`; a checked one unless said otherwise. */
  static async open(demo, host, { name = 'Acme Streaming', verified = true } = {}) {
    const callback = `${host.origin}/callback`;
    const client = await demo.command('client', 'create', '--name', name, '--auth-method', 'client_secret_post', '--redirect-uri', callback);
    if (verified) await demo.command('client', 'update', client.client_id, '--verified');
    return new Shop(demo.issuer, client, callback);
  }

  constructor(issuer, { client_id: id, client_secret: secret }, callback) {
    Object.assign(this, { issuer, id, secret, callback });
  }

  /** A request for a token that is worth one agreement, or a collection; `changed` parameters can make it a wrong one. */
  asks(scope, changed = {}) {
    const [state, verifier] = [random(), random()];
    const parameters = {
      response_type: 'code',
      client_id: this.id,
      redirect_uri: this.callback,
      scope,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changed,
    };
    const url = `${this.issuer}/authorize?${new URLSearchParams(parameters)}`;
    return { url, state, verifier, scope };
  }

  /** A request for some of the actions on a mandate, an invoice or a session. */
  asksTo(actions, kind, agreement) {
    const details = [{ type: `open_payments_${kind}`, locations: [agreement], actions }];
    return this.asks(agreement, { authorization_details: JSON.stringify(details) });
  }

  /** What the token endpoint answers to a code. */
  async redeems(request, code) {
    const form = {
      grant_type: 'authorization_code',
      client_id: this.id,
      redirect_uri: this.callback,
      code_verifier: request.verifier,
      code,
    };
    return this.tokens(form);
  }

  /** What the token endpoint answers to a refresh token; its successor is kept. */
  async refreshes(tokens) {
    const answer = await this.tokens({ grant_type: 'refresh_token', client_id: this.id, refresh_token: tokens.refresh_token });
    if (answer.refresh_token) tokens.refresh_token = answer.refresh_token;
    return answer;
  }

  async tokens(form) {
    const body = new URLSearchParams({ ...form, client_secret: this.secret });
    const reply = await fetch(`${this.issuer}/token`, { method: 'POST', body });
    return { status: reply.status, ...(await reply.json()) };
  }
}
