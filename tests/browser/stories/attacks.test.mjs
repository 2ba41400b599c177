// What another browser, another site or another page might try. Whatever it is, nothing is approved by it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { none } from '../support/faults.mjs';
import { Host } from '../support/host.mjs';
import { once, withWorld } from '../support/story.mjs';
import { headerFaults } from '../support/watch.mjs';

const shared = withWorld();
const CONSENT = /^Let Acme Streaming take payments/;

/** Another site, and another page of this server's own site: the same host on another port. */
const elsewhere = {};
before(async () => {
  elsewhere.site = await Host.open('127.0.0.1');
  elsewhere.neighbour = await Host.open('localhost');
});
after(() => {
  elsewhere.site?.stop();
  elsewhere.neighbour?.stop();
});

/** The form that a button would send: where to, and with what. */
function formOf(button) {
  return button.evaluate((pressed) => {
    const fields = Object.fromEntries(new FormData(pressed.form, pressed));
    return { action: pressed.form.action, fields };
  });
}

/** A page that sends a form as soon as it is opened. */
function sendsItself({ action, fields }) {
  const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`);
  return `<!doctype html><link rel="icon" href="data:,"><form method="post" action="${escape(action)}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`;
}

async function grants(world, agreement) {
  return (await world.demo.command('grant', 'list', '--agreement', agreement)).length;
}

/** Carol with a decision before her, and the form that would approve it. */
async function undecided(world, payer) {
  const carol = await payer('carol');
  const request = world.shop.asks(world.wallet.mandate());
  await carol.comesWith(request);
  await carol.isOn(CONSENT);
  return { carol, request, consent: carol.page.url(), form: await formOf(carol.control('Approve')) };
}

/** It is still hers to decide, and deciding works. */
async function isStillUndecided(world, { carol, request, consent }) {
  assert.deepEqual(world.host.answersTo(request.state), []);
  assert.equal(await grants(world, request.scope), 0);
  await carol.opens(consent);
  await carol.isOn(CONSENT);
  await carol.presses('Approve');
  assert.equal((await world.shop.redeems(request, carol.arrives().code)).status, 200);
  assert.equal(await grants(world, request.scope), 1);
}

once(shared, 'a request opened in one browser cannot be seen or decided in another', async ({ world, payer }) => {
  const decision = await undecided(world, payer);
  const other = await payer('carol');
  await other.opens(`${world.issuer}/sign-in`);
  await other.signsIn();
  await other.opens(decision.consent);
  await other.meets('failure-other-browser', /^Turn on cookies to continue$/);
  await other.says('Open it in the browser in which you began', 'Nothing was approved');
  // The whole form, its token too, sent from a page of this server's own.
  await other.sendsFromHere(decision.form);
  await other.isOn(/^(Turn on cookies to continue|Please open the page again)$/);
  await isStillUndecided(world, decision);
});

once(shared, 'a page in a frame is refused', async ({ world, payer }) => {
  const decision = await undecided(world, payer);
  const { page, watch } = decision.carol;
  for (const host of [elsewhere.site, elsewhere.neighbour]) {
    const framed = [`${host.origin}/harmless`, decision.consent, `${world.issuer}/sign-in`, `${world.issuer}/nowhere`];
    const html = framed.map((url) => `<iframe src="${url}" width="400" height="400"></iframe>`).join('');
    watch.expects(/frame-ancestors|X-Frame-Options|status of 40[04]/, host.origin);
    const refusals = watch.complaints.length;
    await decision.carol.opens(host.shows('/frames', `<!doctype html><link rel="icon" href="data:,">${html}`));
    const shown = await Promise.all(page.frames().slice(1).map((frame) => frame.evaluate('location.protocol')));
    assert.deepEqual(shown, ['http:', 'chrome-error:', 'chrome-error:', 'chrome-error:']);
    const said = watch.complaints.slice(refusals).filter((words) => words.includes('frame-ancestors'));
    assert.equal(said.length, 3);
  }
  await isStillUndecided(world, decision);
});

for (const [whose, name] of [['site', 'another site'], ['neighbour', 'another port of the same host']]) {
  once(shared, `${name} cannot approve by a form`, async ({ world, payer }) => {
    const decision = await undecided(world, payer);
    decision.carol.watch.expects(null, elsewhere[whose].origin);
    await decision.carol.arrivesFrom(elsewhere[whose].shows('/approve', sendsItself(decision.form)));
    await decision.carol.isOn(/^(Please open the page again|Turn on cookies to continue)$/);
    await isStillUndecided(world, decision);
  });

  once(shared, `${name} cannot sign somebody in, or out`, async ({ world, payer }) => {
    const carol = await payer('carol');
    carol.watch.expects(null, elsewhere[whose].origin);
    await carol.opens(`${world.issuer}/sign-in`);
    const signIn = await formOf(carol.control('Sign in'));
    signIn.fields = { ...signIn.fields, username: 'dan', password: world.accounts.get('dan') };
    await carol.arrivesFrom(elsewhere[whose].shows('/sign-in', sendsItself(signIn)));
    await carol.opens(`${world.issuer}/`);
    await carol.isOn(/^Sign in to Demo Wallet$/);
    await carol.signsIn();
    await carol.opens(`${world.issuer}/`);
    const signOut = await formOf(carol.control('Sign out'));
    await carol.arrivesFrom(elsewhere[whose].shows('/sign-out', sendsItself(signOut)));
    await carol.opens(`${world.issuer}/`);
    await carol.says('Signed in as carol');
  });
}

once(shared, 'a shop’s page may post a request here, which then is asked like any other', async ({ world, payer }) => {
  const carol = await payer('carol');
  const request = world.shop.asks(world.wallet.mandate());
  const url = new URL(request.url);
  const form = { action: `${world.issuer}/authorize`, fields: Object.fromEntries(url.searchParams) };
  await carol.arrivesFrom(world.host.shows('/asks', sendsItself(form)));
  await carol.isOn(/^Sign in to Harbour Bank$/);
  await carol.signsIn();
  await carol.isOn(CONSENT);
  await carol.presses('Approve');
  assert.ok(carol.arrives().code);
});

once(shared, 'every answer carries the headers, whatever was asked for', async ({ world }) => {
  const asked = [
    ['GET', '/'], ['GET', '/sign-in'], ['POST', '/sign-in'], ['GET', '/sign-out'], ['POST', '/sign-out'],
    ['GET', '/authorize'], ['POST', '/authorize'], ['DELETE', '/authorize'], ['GET', '/consent/req_unknown'],
    ['POST', '/consent/req_unknown'], ['PUT', '/consent/req_unknown'], ['GET', '/nowhere'], ['POST', '/nowhere'],
    ['GET', '/token'], ['POST', '/token'], ['GET', '/introspect'], ['POST', '/introspect'], ['POST', '/revoke'],
    ['GET', '/livez'], ['GET', '/readyz'], ['GET', '/.well-known/oauth-authorization-server'], ['GET', '/assets/nothing.css'],
    ['GET', '/payments'], ['POST', '/payments/x/stop'],
  ];
  const found = [];
  for (const [method, path] of asked) {
    const reply = await fetch(world.issuer + path, { method, redirect: 'manual' });
    const kept = path.startsWith('/.well-known/');
    found.push(...headerFaults(Object.fromEntries(reply.headers), { kept }).map((fault) => `${method} ${path} (${reply.status}): ${fault}`));
  }
  none(found, 'headers');
});
