// Everything that a file of stories needs: the demo, a browser, a wallet and a shop of its own, and payers.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

import { Demo } from './demo.mjs';
import { Host } from './host.mjs';
import { Payer } from './payer.mjs';
import { Shop } from './shop.mjs';
import { Wallet } from './wallet.mjs';
import { Watch } from './watch.mjs';
import { mouse } from './ways.mjs';
import { programOnPath } from './path.mjs';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
const PASSWORD = 'a-password-for-the-tests';
const PATIENCE = 15_000;

/** How Chromium is started. */
const started = async () => ({ executablePath: await programOnPath('chromium'), args: FLAGS });

export class World {
  static async open() {
    const world = new World();
    try {
      await world.begin();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  async begin() {
    this.demo = await Demo.start();
    this.browser = await chromium.launch(await started());
    this.host = await Host.open();
    this.wallet = await Wallet.open(this.demo);
    this.shop = await Shop.open(this.demo, this.host);
    this.accounts = new Map(this.demo.users.map((user) => [user.username, user.password]));
    for (const username of ['carol', 'dan']) await this.registers(username, this.wallet.pointer(username));
  }

  get issuer() {
    return this.demo.issuer;
  }

  /** A new user of this server, with payment pointers. */
  async registers(username, ...pointers) {
    const file = join(this.demo.data, 'password');
    await writeFile(file, `${PASSWORD}\n`);
    const options = pointers.flatMap((pointer) => ['--payment-pointer', pointer]);
    await this.demo.command('user', 'create', '--username', username, '--password-file', file, ...options);
    this.accounts.set(username, PASSWORD);
  }

  /** Somebody with a browser of their own, who uses it in one of the ways. */
  async payer(username, way = mouse, { refusesCookies = false, ...options } = {}) {
    const wanted = { ...way.options, viewport: { width: 1280, height: 800 }, ...options };
    const context = refusesCookies ? await this.refusing(wanted) : await this.browser.newContext(wanted);
    context.setDefaultTimeout(PATIENCE);
    const { issuer, shop, secondShop, wallet } = this.demo;
    const watch = new Watch(context, issuer, [issuer, shop.url, secondShop.url, wallet.url, this.host.origin]);
    const page = await context.newPage();
    const account = { username, password: this.accounts.get(username) };
    return new Payer({ world: this, context, page, watch, way, account });
  }

  /** A browser in whose settings cookies are switched off. */
  async refusing(options) {
    const profile = await mkdtemp(join(this.demo.data, 'profile-'));
    const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
    await mkdir(join(profile, 'Default'));
    await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(settings));
    return chromium.launchPersistentContext(profile, { ...(await started()), ...options });
  }

  async close() {
    await this.browser?.close();
    this.host?.stop();
    this.wallet?.stop();
    await this.demo?.stop();
  }
}
