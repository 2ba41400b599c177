// A small wallet: it hosts mandates of alice's, and asks what the tokens are worth that it is shown.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import * as client from 'openid-client';

import { holds, pairFor, signing } from './keys.mjs';

const TERMS = { assetCode: 'USD', assetScale: 2, amount: '2000', interval: 'P1M', cycles: 12, description: 'A magazine' };

export class Wallet {
  /** Listens, and is registered with a key for `algorithm`. */
  static async open(server, algorithm) {
    const wallet = new Wallet();
    const listener = createServer((request, response) => wallet.answer(request, response)).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    listener.unref();
    wallet.origin = `http://127.0.0.1:${listener.address().port}`;
    const { file, key } = await holds(server.home, await pairFor(algorithm), algorithm, `wallet-${algorithm}`);
    const place = ['--origin', wallet.origin, '--mandates-endpoint', wallet.collection, '--asset', 'USD:2', '--allow-private-network'];
    const credentials = ['--auth-method', 'private_key_jwt', '--signing-alg', algorithm, '--jwks-file', file];
    const made = await server.cli('resource-server', 'create', '--name', `Bank ${algorithm}`, ...place, ...credentials);
    await wallet.discovers(server, made.resource_server_id, key);
    return wallet;
  }

  /** Reads the server's metadata, once for each form of answer. */
  async discovers(server, id, key) {
    const configuration = (metadata, execute) => {
      const options = { algorithm: 'oauth2', execute: [client.allowInsecureRequests, ...execute] };
      return client.discovery(new URL(server.issuer), id, metadata, client.PrivateKeyJwt(key, signing()), options);
    };
    this.id = id;
    this.plain = await configuration({}, []);
    this.signed = await configuration({ introspection_signed_response_alg: 'ES256' }, [client.enableNonRepudiationChecks]);
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
  introspects(token) {
    return client.tokenIntrospection(this.plain, token);
  }

  /** The same as a JWT (RFC 9701), whose signature the library checks. */
  introspectsSigned(token) {
    return client.tokenIntrospection(this.signed, token);
  }
}
