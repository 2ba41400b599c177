// The built server in a process of its own, on a database of its own, and its command line.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { later } from './stack.mjs';

/** The program under test. */
export const COUNTERSIGN = process.env.COUNTERSIGN ?? resolve(import.meta.dirname, '../../../../target/debug/countersign');

const PATIENCE = 20_000;

/** A folder that goes with the tests. */
function folder() {
  const path = mkdtempSync(join(tmpdir(), 'countersign-fapi-'));
  later(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}

/** A database on the PostgreSQL at `url` that nobody else uses. */
function ownDatabase(url) {
  const name = `fapi_${randomBytes(6).toString('hex')}`;
  const tell = (statement) => execFileSync('psql', ['-w', '-q', '-c', statement, url]);
  tell(`CREATE DATABASE ${name}`);
  later(() => tell(`DROP DATABASE ${name} WITH (FORCE)`));
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

export class Server {
  /** Starts on SQLite, or on the PostgreSQL at `postgres`. */
  static async start(postgres, settings = {}) {
    const home = folder();
    const server = new Server(home, await freePort());
    const key = join(home, 'encryption.key');
    writeFileSync(key, randomBytes(32).toString('base64'), { mode: 0o600 });
    server.settings({
      SERVER__ISSUER: server.issuer,
      SERVER__BIND: new URL(server.issuer).host,
      DATABASE__URL: postgres ? ownDatabase(postgres) : `sqlite://${join(home, 'countersign.db')}`,
      KEYS__ENCRYPTION_KEY_FILE: key,
      AUTHORIZATION__ALLOW_LOOPBACK_HTTP: 'true',
      DPOP__REQUIRE_NONCE: 'true',
      LOG__FILTER: 'info',
      ...settings,
    });
    if (postgres) await server.cli('migrate');
    await server.launch();
    return server;
  }

  constructor(home, port) {
    this.home = home;
    this.issuer = `http://127.0.0.1:${port}`;
    this.log = join(home, 'server.log');
  }

  settings(values) {
    const foreign = Object.entries(process.env).filter(([name]) => !name.startsWith('COUNTERSIGN'));
    const own = Object.entries(values).map(([name, value]) => [`COUNTERSIGN__${name}`, value]);
    this.environment = Object.fromEntries([...foreign, ...own]);
  }

  async launch() {
    const log = openSync(this.log, 'a');
    const child = spawn(COUNTERSIGN, ['serve'], { stdio: ['ignore', log, log], env: this.environment });
    closeSync(log);
    later(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the server ended with ${code}:\n${readFileSync(this.log, 'utf8').slice(-2000)}`);
    });
    await Promise.race([this.ready(), ended]);
    ended.catch(() => {});
  }

  async ready() {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(50)) {
      const reply = await fetch(`${this.issuer}/readyz`).catch(() => null);
      if (reply?.ok) return;
    }
    throw new Error('the server is not ready');
  }

  /** What a command of the operator's answers; `typed` is written to it. */
  cli(...words) {
    return this.types('', ...words);
  }

  types(typed, ...words) {
    const isTold = words.includes('create');
    const options = isTold ? [...words, '--output', 'json'] : words;
    return new Promise((good, bad) => {
      const child = execFile(COUNTERSIGN, options, { env: this.environment }, (error, stdout, stderr) => {
        if (error) bad(new Error(`countersign ${words.join(' ')}: ${stderr}`));
        else good(isTold ? JSON.parse(stdout) : stdout);
      });
      child.stdin.end(typed);
    });
  }
}
