// A small wallet: it hosts mandates of alice's, and asks what the tokens are worth that it is shown.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import * as client from 'openid-client';

import { holds, signing } from './keys.mjs';

const TERMS = { assetCode: 'USD', assetScale: 2, amount: '2000', interval: 'P1M', cycles: 12, description: 'A magazine' };

export class Wallet {
  /** Listens, and is registered with a key for `algorithm`. */
  static async open(server, algorithm) {
    const wallet = new Wallet();
    const listener = createServer((request, response) => wallet.answer(request, response)).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    listener.unref();
    wallet.origin = `http://127.0.0.1:${listener.address().port}`;
    const { key, credentials } = await holds(server.home, algorithm, { kid: 'wallet', isPublished: algorithm === 'PS256' });
    const place = ['--origin', wallet.origin, '--mandates-endpoint', wallet.collection, '--asset', 'USD:2', '--allow-private-network'];
    const made = await server.cli('resource-server', 'create', '--name', `Bank ${algorithm}`, ...place, ...credentials);
    await wallet.discovers(server, made.resource_server_id, key);
    return wallet;
  }

  /** Reads the server's metadata, once for each form of answer. */
  async discovers(server, id, key) {
    Object.assign(this, { server, id });
    this.plain = await this.configures(key);
    this.signed = await this.configures(key, { introspection_signed_response_alg: 'ES256' }, client.enableNonRepudiationChecks);
  }

  /** The library's view of the server, for whoever has this key. */
  configures(key, metadata = {}, ...execute) {
    const options = { algorithm: 'oauth2', execute: [client.allowInsecureRequests, ...execute] };
    return client.discovery(new URL(this.server.issuer), this.id, metadata, client.PrivateKeyJwt(key, signing()), options);
  }

  get collection() {
    return `${this.origin}/mandates`;
  }

  get pointer() {
    return `${this.origin}/alice`;
  }

  /** Where a mandate is that nobody has approved. */
  mandate() {
    return `${this.collection}/${randomBytes(8).toString('hex')}`;
  }

  answer(request, response) {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ name: this.origin + request.url, subject: this.pointer, ...TERMS }));
  }

  /** What a token is worth (RFC 7662). */
  introspects(token, config = this.plain) {
    return client.tokenIntrospection(config, token);
  }

  /** The same as a JWT (RFC 9701), whose signature the library checks. */
  introspectsSigned(token) {
    return client.tokenIntrospection(this.signed, token);
  }
}
