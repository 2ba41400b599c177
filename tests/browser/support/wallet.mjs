// A wallet that serves whatever it is told to: terms that no honest wallet has, or nothing at all.
import { createServer } from 'node:http';
import { once } from 'node:events';

const MONTHLY = {
  assetCode: 'USD',
  assetScale: 2,
  amount: '2000',
  interval: 'P1M',
  cycles: 12,
  cap: true,
  startAt: '2026-12-01T00:00:00Z',
  expiresAt: '2027-12-01T00:00:00Z',
  description: 'Streaming, standard plan',
};

export class Wallet {
  static async open(demo, name = 'Harbour Bank') {
    const wallet = new Wallet();
    wallet.server = createServer((request, response) => wallet.answer(request, response));
    wallet.server.listen(0, '127.0.0.1');
    await once(wallet.server, 'listening');
    wallet.origin = `http://127.0.0.1:${wallet.server.address().port}`;
    const endpoints = ['mandates', 'invoices', 'sessions'].flatMap((kind) => [`--${kind}-endpoint`, wallet.collection(kind)]);
    await demo.command('resource-server', 'create', '--name', name, '--origin', wallet.origin, '--allow-private-network', ...endpoints);
    return wallet;
  }

  constructor() {
    this.shelf = new Map();
  }

  collection(kind) {
    return `${this.origin}/${kind}`;
  }

  pointer(username) {
    return `${this.origin}/${username}`;
  }

  /** A mandate of carol's, $20.00 a month for a year unless `changed`. */
  mandate(changed = {}) {
    return this.keep('mandates', { ...MONTHLY, ...changed });
  }

  /** An invoice over $34.50 that is paid to carol. */
  invoice(changed = {}) {
    const terms = { assetCode: 'USD', assetScale: 2, amount: '3450', received: '1000', expiresAt: '2026-12-05T00:00:00Z' };
    return this.keep('invoices', { ...terms, description: 'Order 1042', ...changed });
  }

  /** A session that streams to carol. */
  session(changed = {}) {
    return this.keep('sessions', { ...changed });
  }

  keep(kind, terms) {
    const path = `/${kind}/${this.shelf.size + 1}`;
    const url = this.origin + path;
    this.shelf.set(path, { name: url, subject: this.pointer('carol'), ...terms });
    return url;
  }

  /** The terms of an agreement as they are. */
  terms(url) {
    return this.shelf.get(new URL(url).pathname);
  }

  /** Changes the terms of an agreement; `null` takes a member away. */
  changes(url, changed) {
    const { pathname } = new URL(url);
    this.shelf.set(pathname, { ...this.shelf.get(pathname), ...changed });
  }

  /** From now on it answers nothing but this status about an agreement. */
  fails(url, status) {
    this.shelf.set(new URL(url).pathname, status);
  }

  answer(request, response) {
    const kept = this.shelf.get(request.url) ?? 404;
    if (typeof kept === 'number') {
      response.writeHead(kept).end();
      return;
    }
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(kept));
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
