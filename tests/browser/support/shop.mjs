// A shop that is registered as a client of the demo's server, and sends browsers there. It keeps no secret, but holds a key.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sha256 = (text) => createHash('sha256').update(text).digest('base64url');
const random = () => randomBytes(32).toString('base64url');

export class Shop {
  /** Registers a shop whose callback is at `host`; a checked one unless said otherwise. */
  static async open(demo, host, { name = 'Acme Streaming', verified = true } = {}) {
    const callback = `${host.origin}/callback`;
    const client = await demo.command('client', 'create', '--name', name, '--auth-method', 'none', '--redirect-uri', callback);
    if (verified) await demo.command('client', 'update', client.client_id, '--verified');
    return new Shop(demo.issuer, client.client_id, callback);
  }

  constructor(issuer, id, callback) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
    Object.assign(this, { issuer, id, callback, privateKey, jwk: { crv, kty, x, y } });
  }

  /** A proof that this shop holds its key, for a request for tokens (RFC 9449 section 4.2). */
  proof() {
    const claims = { jti: random(), htm: 'POST', htu: `${this.issuer}/token`, iat: Math.floor(Date.now() / 1000) };
    const signed = `${encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: this.jwk })}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
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
      code_challenge: sha256(verifier),
      code_challenge_method: 'S256',
      dpop_jkt: sha256(JSON.stringify(this.jwk)),
      ...changed,
    };
    const url = `${this.issuer}/authorize?${new URLSearchParams(parameters)}`;
    return { url, state, verifier, scope };
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
    const reply = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { DPoP: this.proof() },
      body: new URLSearchParams(form),
    });
    return { status: reply.status, ...(await reply.json()) };
  }
}
