// What a payer has approved: the list, the particulars, and stopping it.
import assert from 'node:assert/strict';

import { story, withWorld } from '../support/story.mjs';

const shared = withWorld();

/** A payer of this way's own, so that nobody else's approvals are on the list. */
async function newcomer({ world, payer, way }, start) {
  const name = `${start}-${way.name.replaceAll(' ', '-')}`;
  await world.registers(name, world.wallet.pointer(name));
  return { person: await payer(name), subject: { subject: world.wallet.pointer(name) } };
}

async function approves(person, world, scope, answer = 'Approve', isSignedIn = true) {
  const request = world.shop.asks(scope);
  await person.opens(request.url);
  if (!isSignedIn) await person.signsIn();
  await person.presses(answer);
  return world.shop.redeems(request, person.arrives().code);
}

story(shared, 'somebody looks at what they approved, and stops it', async (told) => {
  const { world } = told;
  const { person, subject } = await newcomer(told, 'fred');
  const payments = `${world.issuer}/payments`;
  await person.opens(payments);
  await person.isOn(/^Sign in to Demo Wallet$/);
  await person.signsIn();
  await person.meets('payments-none', /^Automatic payments$/);
  await person.says('No company can take automatic payments from your accounts.');

  const monthly = await approves(person, world, world.wallet.mandate(subject));
  const endless = await approves(person, world, world.wallet.mandate({ ...subject, cycles: null, expiresAt: null }));
  const invoice = await approves(person, world, world.wallet.invoice(subject), 'Allow');
  for (const { status } of [monthly, endless, invoice]) assert.equal(status, 200);

  await person.opens(payments);
  await person.meets('payments', /^Automatic payments$/);
  await person.says('No end date', 'What else you have allowed', 'Active (3)');
  await person.follows(person.page.getByRole('heading', { level: 2 }).getByRole('link', { name: 'Acme Streaming' }).first());
  await person.meets('payment-endless', /^Acme Streaming: active$/);
  await person.says('You approved this on', 'with no end date');
  await person.presses('Stop these payments');
  await person.meets('payment-stop', /^Stop Acme Streaming taking payments\?$/);
  await person.says('you may still owe them');
  await person.presses('Keep');
  await person.isOn(/^Acme Streaming: active$/);
  assert.equal((await world.shop.refreshes(endless)).status, 200);
  await person.presses('Stop these payments');
  await person.presses('Stop payments');
  await person.meets('payment-stopped', /^Acme Streaming: ended$/);
  await person.says('Stopped on', 'You stopped it.');
  const dead = await world.shop.refreshes(endless);
  assert.deepEqual([dead.status, dead.error], [400, 'invalid_grant']);
  assert.equal((await world.shop.refreshes(monthly)).status, 200);

  await person.opens(payments);
  await person.says('Active (2)', 'Ended (1)');
  await person.presses('Ended (1)');
  await person.meets('payments-ended', /^Automatic payments$/);
});

story(shared, 'somebody else’s payments are nowhere to be found', async (told) => {
  const { world, payer } = told;
  const { person, subject } = await newcomer(told, 'gina');
  await approves(person, world, world.wallet.mandate(subject), 'Approve', false);
  await person.opens(`${world.issuer}/payments`);
  await person.follows(person.page.getByRole('heading', { level: 2 }).getByRole('link').first());
  const address = person.page.url();
  const dan = await payer('dan');
  await dan.opens(`${world.issuer}/sign-in`);
  await dan.signsIn();
  for (const path of ['', '/stop']) {
    await dan.opens(address + path);
    await dan.isOn(/^There is no such page$/);
  }
});

story(shared, 'two that were approved in one minute are told apart', async (told) => {
  const { world } = told;
  const { person, subject } = await newcomer(told, 'hugo');
  const agreements = [world.wallet.mandate(subject), world.wallet.mandate(subject)];
  await approves(person, world, agreements[0], 'Approve', false);
  await approves(person, world, agreements[1]);
  const [one, two] = agreements.map((url) => `Reference ${url.split('/').at(-1)}`);
  await person.opens(`${world.issuer}/payments`);
  const times = (await person.reads()).match(/Approved 25 Nov 2026, \d\d:\d\d/g);
  // A minute may have ended between the two.
  if (times[0] === times[1]) {
    await person.meets('payments-alike', /^Automatic payments$/);
    await person.says(one, two);
  }
  await person.follows(person.page.getByRole('link', { name: 'Stop Acme Streaming' }).last());
  await person.meets('payment-stop-alike', /^Stop Acme Streaming taking payments\?$/);
  await person.says('Approved 25 Nov 2026', 'Reference');
  const named = (await person.reads()).match(/Reference \S+/)[0];
  assert.ok([one, two].includes(named), named);
  await person.presses('Stop payments');
  await person.isOn(/^Acme Streaming: ended$/);
  await person.says(named);
});
