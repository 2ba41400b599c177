// `countersign demo` in a process of its own, with a database that its command line can reach, too.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The top of the repository. */
export const ROOT = resolve(import.meta.dirname, '../../..');

/** The program under test. */
export const COUNTERSIGN = process.env.COUNTERSIGN ?? join(ROOT, 'target/debug/countersign');

/** When every story begins. */
export const NOW = '2026-11-25T10:00:00Z';

/** A process that does not outlive the tests, however they end. */
function endsWithUs(child) {
  process.once('exit', () => child.kill('SIGTERM'));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
}

/** The demo: this server, its wallet and its shops. */
export class Demo {
  static async start() {
    const data = await mkdtemp(join(tmpdir(), 'countersign-browser-'));
    const options = ['demo', '--json', '--port', '0', '--data', data, '--now', NOW];
    const demo = spawn(COUNTERSIGN, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    endsWithUs(demo);
    const [line] = await Promise.race([
      once(createInterface({ input: demo.stdout }), 'line'),
      once(demo, 'error').then(([error]) => Promise.reject(error)),
      once(demo, 'exit').then(([code]) => Promise.reject(new Error(`the demo ended with ${code}`))),
    ]);
    return new Demo(demo, data, JSON.parse(line));
  }

  constructor(child, data, { issuer, shop, second_shop: secondShop, wallet, users, stories }) {
    Object.assign(this, { child, data, issuer, shop, secondShop, wallet, users, stories });
  }

  /** One of the shops' stories, by its name. */
  story(name) {
    return [...this.stories, ...this.secondShop.stories].find((story) => story.name === name);
  }

  /** Moves the clock of everybody in the demo: `PT6M`, `P1D` or `P1M`. */
  async timePasses(step) {
    const front = await (await fetch(this.shop.url)).text();
    const [, moves] = /name="moves" value="(\d+)"/.exec(front);
    const body = new URLSearchParams({ step, moves, back: '' });
    const reply = await fetch(`${this.shop.url}/clock`, { method: 'POST', body, redirect: 'manual' });
    if (reply.status !== 303) throw new Error(`the clock stands still: ${reply.status}`);
  }

  /** The sign-in name and password of one of the demo's payers. */
  user(username) {
    return this.users.find((user) => user.username === username);
  }

  /** What a command of the operator's answers, on the demo's database. */
  async command(...words) {
    const env = {
      ...process.env,
      COUNTERSIGN__SERVER__ISSUER: this.issuer,
      COUNTERSIGN__DATABASE__URL: `sqlite://${join(this.data, 'countersign.db')}`,
      COUNTERSIGN__AUTHORIZATION__ALLOW_LOOPBACK_HTTP: 'true',
      COUNTERSIGN__LOG__FILTER: 'error',
    };
    const { stdout } = await run(COUNTERSIGN, [...words, '--output', 'json'], { env });
    return JSON.parse(stdout);
  }

  /** The clients are nowhere to be found in the database, until they are again. */
  losesItsClients() {
    return this.tells('ALTER TABLE client RENAME TO lost');
  }

  findsItsClients() {
    return this.tells('ALTER TABLE lost RENAME TO client');
  }

  /** Node 20 has no SQLite of its own; Python has. */
  async tells(statement) {
    const script = 'import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=10).execute(sys.argv[2])';
    await run('python3', ['-c', script, join(this.data, 'countersign.db'), statement]);
  }

  async stop() {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.data, { recursive: true });
  }
}
