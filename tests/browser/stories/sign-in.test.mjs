// Signing in, as the wrong person, with the wrong password, or not at all.
import assert from 'node:assert/strict';

import { story, withWorld } from '../support/story.mjs';

const shared = withWorld();
const CONSENT = /^Let Acme Streaming take payments/;

story(shared, 'somebody signs in, looks around and signs out', async ({ world, payer }) => {
  const carol = await payer('carol');
  await carol.opens(`${world.issuer}/`);
  await carol.meets('sign-in', /^Sign in to Demo Wallet$/);
  await carol.signsIn();
  await carol.opens(`${world.issuer}/`);
  await carol.meets('home', /./);
  await carol.presses('Sign out');
  await carol.opens(`${world.issuer}/`);
  await carol.meets('sign-in', /^Sign in to Demo Wallet$/);
});

story(shared, 'a wrong password is said, and what was typed is kept', async ({ world, payer }) => {
  const carol = await payer('carol');
  await carol.opens(world.shop.asks(world.wallet.mandate()).url);
  await carol.signsIn({ password: 'not her password' });
  await carol.meets('sign-in-wrong', /^Sign in to Harbour Bank$/);
  await carol.says('There is a problem', 'Enter the username and password for your account.');
  assert.match(await carol.page.title(), /^Error: /);
  assert.equal(await carol.page.getByLabel('Username').inputValue(), 'carol');
  assert.equal(await carol.page.getByLabel('Password').inputValue(), '');
  await carol.signsIn();
  await carol.isOn(CONSENT);
});

story(shared, 'somebody who guesses has to wait', async ({ world, payer, way }) => {
  const name = `guessed-${way.name.replaceAll(' ', '-')}`;
  await world.registers(name);
  const guesser = await payer(name);
  await guesser.opens(`${world.issuer}/sign-in`);
  // The wait doubles with each guess, so it outgrows whoever types slowly.
  const waits = () => guesser.page.getByText('Too many attempts').count();
  for (let attempt = 0; attempt < 16 && (await waits()) === 0; attempt += 1) {
    await guesser.signsIn({ password: `guess ${attempt}` });
  }
  await guesser.meets('sign-in-wait', /^Sign in to Demo Wallet$/);
  await guesser.says('Too many attempts. Wait');
});

story(shared, 'somebody goes back to the shop without signing in', async ({ world, payer }) => {
  const carol = await payer('carol');
  const request = world.shop.asks(world.wallet.mandate());
  await carol.opens(request.url);
  await carol.presses('Go back to Acme Streaming without signing in');
  const { error, state } = carol.arrives();
  assert.deepEqual([error, state], ['access_denied', request.state]);
});

story(shared, 'somebody else is signed in', async ({ world, payer }) => {
  const dan = await payer('dan');
  const agreement = world.wallet.mandate();
  await dan.comesWith(world.shop.asks(agreement));
  await dan.meets('failure-not-yours', /^This agreement is for a different account$/);
  await dan.says('You are signed in as dan', 'Nothing was approved and no money was taken.');
  await dan.saysNot('carol');
  await dan.presses('Use a different account');
  await dan.isOn(/^Sign in to Harbour Bank$/);
  dan.account = { username: 'carol', password: world.accounts.get('carol') };
  await dan.signsIn();
  await dan.isOn(CONSENT);
  await dan.says('Signed in as carol');
  await dan.presses('Use a different account');
  await dan.isOn(/^Sign in to Harbour Bank$/);
});

story(shared, 'an agreement of somebody else’s goes back to the shop', async ({ world, payer }) => {
  const dan = await payer('dan');
  await dan.comesWith(world.shop.asks(world.wallet.mandate()));
  await dan.presses('Go back to Acme Streaming');
  assert.equal(dan.arrives().error, 'access_denied');
});

story(shared, 'somebody with two payment pointers chooses one', async ({ world, payer, way }) => {
  const name = `eve-${way.name.replaceAll(' ', '-')}`;
  await world.registers(name, world.wallet.pointer(name), world.wallet.pointer(`${name}-savings`));
  const eve = await payer(name);
  const request = world.shop.asks(world.wallet.collection('invoices'));
  await eve.comesWith(request);
  await eve.meets('account', /^Which account may Acme Streaming create invoices for\?$/);
  await eve.pressesOneLike('-savings');
  await eve.meets('consent-create-invoices-chosen', /^Let Acme Streaming create invoices in your name\?$/);
  await eve.says('-savings');
  await eve.presses('Allow');
  assert.equal((await world.shop.redeems(request, eve.arrives().code)).status, 200);
});
