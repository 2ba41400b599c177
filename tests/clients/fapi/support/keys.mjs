// The keys that shops and wallets hold.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as client from 'openid-client';

/** A pair of keys for `algorithm`. */
export function pairFor(algorithm) {
  return client.randomDPoPKeyPair(algorithm);
}

/**
 * A key for `algorithm`: what the operator is told of its public part, in a file or with `isPublished` at a URL, and the
 * private part as the library takes it.
 */
export async function holds(home, algorithm, { kid, isPublished = false }) {
  const { publicKey, privateKey } = await pairFor(algorithm);
  const { kty, crv, x, y, n, e } = await crypto.subtle.exportKey('jwk', publicKey);
  const set = JSON.stringify({ keys: [{ kty, crv, x, y, n, e, kid, use: 'sig', alg: algorithm }] });
  const credentials = ['--auth-method', 'private_key_jwt', '--signing-alg', algorithm];
  const key = { key: privateKey, kid };
  if (isPublished) return { key, credentials: [...credentials, '--jwks-uri', await published(set)] };
  const file = join(home, `${kid}-${algorithm}.json`);
  writeFileSync(file, set);
  return { key, credentials: [...credentials, '--jwks-file', file] };
}

/** Where a key set is from now on. */
async function published(set) {
  const host = createServer((_, response) => response.setHeader('Content-Type', 'application/jwk-set+json').end(set));
  host.listen(0, '127.0.0.1').unref();
  await once(host, 'listening');
  return `http://127.0.0.1:${host.address().port}/keys`;
}

/** What the library is told where something else than usual shall be signed; as usual without it. */
export function signing(change) {
  return change && { [client.modifyAssertion]: (header, payload) => change(payload, header) };
}
