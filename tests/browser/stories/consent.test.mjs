// What a payer is asked, by each kind of agreement; approved or declined, the shop gets its answer.
import assert from 'node:assert/strict';

import { story, withWorld } from '../support/story.mjs';

const shared = withWorld();

const MANDATE = /^Let Acme Streaming take payments from your account\?$/;

/** Each kind: its pages' name, the agreement, the heading, and what must be said. */
const KINDS = [
  {
    name: 'monthly',
    scope: (wallet) => wallet.mandate(),
    heading: MANDATE,
    says: ['up to $20.00 each month for 12 months', 'at most $240.00 in total', 'It does not carry over', 'Streaming, standard plan'],
  },
  {
    name: 'endless',
    scope: (wallet) => wallet.mandate({ cycles: null, expiresAt: null }),
    heading: MANDATE,
    says: ['with no end date', 'Warning:', 'In the first year it is at most'],
  },
  {
    name: 'carry-over',
    scope: (wallet) => wallet.mandate({ cap: false, expiresAt: null }),
    heading: MANDATE,
    says: ['Warning:', 'They could take up to $240.00 at once', 'what is left can be taken at any time'],
  },
  {
    name: 'one-receiver',
    scope: (wallet) => wallet.mandate({ receiver: `${wallet.origin}/dan`, maxPerPayment: '500', interval: null, cycles: null }),
    heading: MANDATE,
    says: ['up to $20.00 in total', 'The money can only go to', 'In one payment, at most'],
  },
  {
    name: 'invoice',
    scope: (wallet) => wallet.invoice(),
    heading: /^Let Acme Streaming pay \$34\.50 into your account\?$/,
    says: ['No money leaves your account.', '$10.00, still to come $24.50', 'Order 1042'],
    answers: ['Allow', 'Do not allow'],
  },
  {
    name: 'invoice-any-amount',
    scope: (wallet) => wallet.invoice({ amount: null, received: null }),
    heading: /^Let Acme Streaming pay any amount into your account\?$/,
    says: ['any amount'],
    answers: ['Allow', 'Do not allow'],
  },
  {
    name: 'session',
    scope: (wallet) => wallet.session(),
    heading: /^Let Acme Streaming stream payments to you\?$/,
    says: ['small payments into your account', 'No money leaves your account.'],
    answers: ['Allow', 'Do not allow'],
  },
  {
    name: 'create-mandates',
    scope: (wallet) => wallet.collection('mandates'),
    heading: /^Let Acme Streaming set up automatic payments for you to approve\?$/,
    says: ['Creating one moves no money.'],
    answers: ['Allow', 'Do not allow'],
  },
  {
    name: 'create-invoices',
    scope: (wallet) => wallet.collection('invoices'),
    heading: /^Let Acme Streaming create invoices in your name\?$/,
    says: ['Creating one moves no money.'],
    answers: ['Allow', 'Do not allow'],
  },
  {
    name: 'create-sessions',
    scope: (wallet) => wallet.collection('sessions'),
    heading: /^Let Acme Streaming open payment sessions to you\?$/,
    says: ['Creating one moves no money.'],
    answers: ['Allow', 'Do not allow'],
  },
];

for (const { name, scope, heading, says, answers: [yes, no] = ['Approve', 'Decline'] } of KINDS) {
  story(shared, `${name}: declined, then approved`, async ({ world, payer }) => {
    const carol = await payer('carol');
    const agreement = scope(world.wallet);
    const first = world.shop.asks(agreement);
    await carol.opens(first.url);
    await carol.meets('sign-in-asked', /^Sign in to Harbour Bank$/);
    await carol.signsIn();
    await carol.meets(`consent-${name}`, heading);
    await carol.says(...says);
    await carol.presses(no);
    assert.equal(carol.arrives().error, 'access_denied');

    const second = world.shop.asks(agreement);
    await carol.opens(second.url);
    await carol.meets(`consent-${name}`, heading);
    await carol.presses(yes);
    const answer = carol.arrives();
    assert.equal(answer.state, second.state);
    assert.equal(answer.iss, world.issuer);
    assert.equal((await world.shop.redeems(second, answer.code)).status, 200);
  });
}

/** What a permission that moves no money lets an app do: its pages' name, the kind, the actions, the heading, and what must be said. */
const LOOKS = [
  ['see-payment', 'mandate', ['read'], 'see this automatic payment', ['With this permission it cannot take money.', '$20.00', 'At most $240.00 in total', 'Take payments']],
  ['end-payment', 'mandate', ['cancel'], 'end this automatic payment', ['can end this automatic payment', 'It cannot']],
  ['see-and-end-payment', 'mandate', ['read', 'cancel'], 'see and end this automatic payment', ['and it can end it']],
  ['see-invoice', 'invoice', ['read'], 'see this invoice', ['This permission moves no money.', '$34.50', 'Order 1042']],
  ['change-invoice', 'invoice', ['update'], 'change the record of this invoice', ['This permission moves no money.']],
  ['see-session', 'session', ['read'], 'see this payment session', ['This permission moves no money.']],
  ['see-and-change-session', 'session', ['read', 'update'], 'see this payment session and change its record', ['This permission moves no money.']],
];

for (const [name, kind, actions, asked, says] of LOOKS) {
  story(shared, `${name}: not allowed, then allowed`, async ({ world, payer }) => {
    const carol = await payer('carol');
    const agreement = world.wallet[kind]();
    const heading = new RegExp(`^Let Acme Streaming ${asked}\\?$`);
    await carol.comesWith(world.shop.asksTo(actions, kind, agreement));
    await carol.meets(`consent-${name}`, heading);
    await carol.says(...says);
    await carol.presses('Do not allow');
    assert.equal(carol.arrives().error, 'access_denied');
    await carol.goesBack();
    await carol.meets(`done-not-${name}`, /^You declined$/);

    const second = world.shop.asksTo(actions, kind, agreement);
    await carol.opens(second.url);
    await carol.isOn(heading);
    await carol.presses('Allow');
    const tokens = await world.shop.redeems(second, carol.arrives().code);
    assert.deepEqual([tokens.status, tokens.authorization_details[0].actions], [200, actions]);
  });
}

story(shared, 'what an approval takes the place of is said before it', async ({ world, payer }) => {
  const carol = await payer('carol');
  const agreement = world.wallet.mandate();
  const redeems = async (request) => {
    const tokens = await world.shop.redeems(request, carol.arrives().code);
    assert.equal(tokens.status, 200);
    return tokens;
  };
  const look = () => world.shop.asksTo(['read'], 'mandate', agreement);
  const sees = /^Let Acme Streaming see this automatic payment\?$/;
  await carol.comesWith(look());
  await carol.isOn(sees);
  await carol.saysNot('takes the place', 'This ends');
  const tab = carol.page.url();

  const whole = world.shop.asks(agreement);
  await carol.opens(whole.url);
  await carol.presses('Approve');
  const first = await redeems(whole);
  await carol.opens(tab);
  await carol.meets('changed-place', /^Something changed\. Check it again\.$/);
  await carol.says('What it takes the place of', 'This ends the permission', 'Nothing has been approved.');
  await carol.presses('Do not allow');
  assert.equal(carol.arrives().error, 'access_denied');

  await carol.opens(world.shop.asks(agreement).url);
  await carol.meets('consent-again', MANDATE);
  await carol.says('This takes the place of the permission that you gave Acme Streaming on 25 Nov 2026', 'There is then one permission, not two.');
  const less = look();
  await carol.opens(less.url);
  await carol.meets('consent-less', sees);
  await carol.says('This ends the permission to take money with this automatic payment that you gave Acme Streaming on 25 Nov 2026');
  await carol.presses('Allow');
  await redeems(less);
  assert.equal((await world.shop.refreshes(first)).error, 'invalid_grant');
});
