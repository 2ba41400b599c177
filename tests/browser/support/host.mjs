// A small web site of the test's own on loopback: a shop's callback, or a page that means harm.
import { createServer } from 'node:http';
import { once } from 'node:events';

const BLANK = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Arrived</title><h1>Arrived</h1></html>';

export class Host {
  /** Opens at `localhost`, which is this server's own site on another port, or at `127.0.0.1`, which is another. */
  static async open(name = '127.0.0.1') {
    const host = new Host();
    host.server = createServer((request, response) => host.answer(request, response));
    host.server.listen(0, name);
    await once(host.server, 'listening');
    host.origin = `http://${name}:${host.server.address().port}`;
    return host;
  }

  constructor() {
    this.pages = new Map();
    this.asked = [];
  }

  /** From now on `path` is this HTML; gives its URL. */
  shows(path, html) {
    this.pages.set(path, html);
    return this.origin + path;
  }

  answer(request, response) {
    const { pathname } = new URL(request.url, this.origin);
    this.asked.push(request.url);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(this.pages.get(pathname) ?? BLANK);
  }

  /** The answers that browsers brought to `/callback` for one request of the shop's. */
  answersTo(state) {
    const urls = this.asked.filter((url) => url.startsWith('/callback')).map((url) => new URL(url, this.origin));
    return urls.map((url) => Object.fromEntries(url.searchParams)).filter((answer) => answer.state === state);
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
