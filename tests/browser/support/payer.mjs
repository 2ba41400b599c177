// Somebody at a browser, who opens pages, reads them, types and presses.
import assert from 'node:assert/strict';

import { none } from './faults.mjs';
import { walk } from './focus.mjs';
import { glance, inspect } from './inspection.mjs';
import { mouse, keyboard } from './ways.mjs';

/** The pages that this file's stories have met, by the way they were used. */
const met = new Set();

export class Payer {
  constructor({ world, context, page, watch, way, account }) {
    Object.assign(this, { world, context, page, watch, way, account });
    watch.pages = new Set();
    context.on('page', (opened) => this.notes(opened));
    this.notes(page);
  }

  /** A page may answer with 4xx or 5xx. */
  notes(page) {
    page.on('request', (request) => {
      if (request.isNavigationRequest()) this.watch.pages.add(request.url());
    });
  }

  /** Types an address, or follows one from elsewhere. */
  async opens(url) {
    return this.page.goto(url);
  }

  /** Does `act`, and waits for the page that it leads to. */
  async leaves(act) {
    const loaded = this.page.waitForEvent('load');
    await act();
    await loaded;
  }

  reloads() {
    return this.page.reload();
  }

  goesBack() {
    return this.page.goBack();
  }

  /** Opens an address in another tab of the same browser. */
  async alsoOpens(url) {
    const tab = await this.context.newPage();
    await tab.goto(url);
    return tab;
  }

  /** Opens a page that sends a form of its own accord, and ends where that leads. */
  async arrivesFrom(url) {
    const answered = this.page.waitForResponse((response) => response.request().method() === 'POST' && response.request().isNavigationRequest());
    await this.page.goto(url, { waitUntil: 'commit' });
    await answered;
    await this.page.waitForLoadState('load');
  }

  /** Sends a form from a page of this server's, as somebody would who can write into it. */
  async sendsFromHere({ action, fields }) {
    await this.opens(`${this.world.issuer}/`);
    await this.leaves(() => this.page.evaluate(({ to, values }) => {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = to;
      for (const [name, value] of Object.entries(values)) {
        const field = document.createElement('input');
        Object.assign(field, { type: 'hidden', name, value });
        form.append(field);
      }
      document.body.append(form);
      form.submit();
    }, { to: action, values: fields }));
  }

  /** A button or a link, by its words. */
  control(words) {
    const [button, link] = ['button', 'link'].map((role) => this.page.getByRole(role, { name: words, exact: true }));
    return button.or(link).first();
  }

  async presses(words) {
    await this.leaves(() => this.way.press(this.page, this.control(words)));
  }

  /** Presses an answer by what it means, in whatever language. */
  async pressesAnswer(value) {
    await this.leaves(() => this.way.press(this.page, this.page.locator(`button[name=decision][value=${value}]`)));
  }

  /** Follows a link that others have the words of, too. */
  async follows(link) {
    await this.leaves(() => this.way.press(this.page, link));
  }

  /** Presses the button whose words hold `part`. */
  async pressesOneLike(part) {
    await this.leaves(() => this.way.press(this.page, this.page.getByRole('button', { name: part })));
  }

  async types(label, words) {
    await this.way.type(this.page, this.page.getByLabel(label, { exact: true }), words);
  }

  async signsIn({ password = this.account.password } = {}) {
    await this.types('Username', this.account.username);
    await this.types('Password', password);
    if (this.way === keyboard) await this.leaves(() => this.page.keyboard.press('Enter'));
    else await this.presses('Sign in');
  }

  /** Comes with a shop's request and signs in. */
  async comesWith(request) {
    await this.opens(request.url);
    await this.signsIn();
  }

  /** Says again who they are, after an approval. */
  async confirms(name) {
    await this.meets(name, /^Confirm it is you$/);
    await this.types('Password', this.account.password);
    await this.presses('Confirm');
  }

  /** The words of the page, without what is folded away. */
  async reads() {
    return (await this.page.locator('main').innerText()).replace(/\s+/g, ' ');
  }

  async says(...expected) {
    const words = await this.reads();
    for (const part of expected) assert.ok(words.includes(part), `the page does not say “${part}”: ${words}`);
  }

  async saysNot(...unexpected) {
    const words = await this.reads();
    for (const part of unexpected) assert.ok(!words.includes(part), `the page says “${part}”: ${words}`);
  }

  /** Is on the page with this heading, which has nothing that can be seen at a glance to be wrong. */
  async isOn(heading) {
    const first = this.page.locator('h1').first();
    assert.match((await first.innerText()).replace(/\s+/g, ' '), heading, this.page.url());
    const isIssuer = new URL(this.page.url()).origin === this.world.issuer;
    none([...(await glance(this.page, isIssuer)), ...(await this.watch.faults())], this.page.url());
  }

  /** Is on that page, and looks at it from all sides when it is met first: `name` is for its pictures. */
  async meets(name, heading, moods) {
    await this.isOn(heading);
    const once = `${this.way.name}: ${name}`;
    if (met.has(once)) return;
    met.add(once);
    if (this.way === mouse) none(await inspect(this.page, name, moods), name);
    if (this.way === keyboard) none(await walk(this.page), name);
  }

  /** Is back at the test's own shop, with this answer. */
  arrives() {
    const url = new URL(this.page.url());
    assert.equal(url.origin, this.world.host.origin, this.page.url());
    return Object.fromEntries(url.searchParams);
  }

  async closes() {
    const faults = await this.watch.faults();
    await this.context.close();
    none(faults, 'at the end');
  }
}
