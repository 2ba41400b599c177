// Clients and wallets that were written with openid-client, which knows nothing of this server: everything that it offers
// for FAPI 2.0, as its documentation says, against the built program.
//
// Runs on SQLite and, where TEST_DATABASE_URL is set, on PostgreSQL; DATABASES names one of them. One line a check, a count
// at the end.
import { Checks } from './support/checks.mjs';
import { Payer } from './support/payer.mjs';
import { Server } from './support/server.mjs';
import { App, Shop } from './support/shop.mjs';
import { Wallet } from './support/wallet.mjs';
import { bound } from './stories/app.mjs';
import { metadata } from './stories/metadata.mjs';
import { purchase } from './stories/purchase.mjs';
import { refusals } from './stories/refusals.mjs';

const ALGORITHMS = ['ES256', 'PS256', 'EdDSA'];

/** A wallet and a shop for each algorithm, an app, and alice, who has an account at each wallet. */
async function everybody(server) {
  const wallets = await Promise.all(ALGORITHMS.map((algorithm) => Wallet.open(server, algorithm)));
  const alice = await Payer.register(server, wallets.map((wallet) => wallet.pointer));
  const shops = [];
  for (const [at, algorithm] of ALGORITHMS.entries()) shops.push(await Shop.register(server, algorithm, `${wallets[at].origin}/shop`));
  return { server, alice, wallets, shops, app: await App.register(server) };
}

async function tell(checks, name, story) {
  try {
    await story();
  } catch (error) {
    checks.check(name, false, `${error.stack}\n${JSON.stringify(error.cause ?? null)}`);
  }
}

async function run(checks, name, postgres) {
  console.log(`-- ${name}`);
  const world = await everybody(await Server.start(postgres));
  await tell(checks, 'metadata', () => metadata(checks, world));
  for (const [at, algorithm] of ALGORITHMS.entries()) {
    const cast = { alice: world.alice, shop: world.shops[at], wallet: world.wallets[at] };
    await tell(checks, algorithm, () => purchase(checks, cast, algorithm));
  }
  const cast = { alice: world.alice, shop: world.shops[0], other: world.shops[1], wallet: world.wallets[0], app: world.app };
  for (const [about, story] of refusals) await tell(checks, about, () => story(checks, cast));
  await tell(checks, 'an app', () => bound(checks, cast));
}

/** The same purchases where the server holds everybody to the profile. */
async function underProfile(checks) {
  console.log('-- SQLite, profile fapi2');
  const world = await everybody(await Server.start(undefined, { PROFILE: 'fapi2' }));
  const document = world.shops[0].config.serverMetadata();
  checks.check('fapi2: every request is pushed', document.require_pushed_authorization_requests === true);
  const methods = document.token_endpoint_auth_methods_supported.join(' ');
  checks.check('fapi2: clients authenticate with keys', methods === 'private_key_jwt', methods);
  for (const [at, algorithm] of ALGORITHMS.entries()) {
    const cast = { alice: world.alice, shop: world.shops[at], wallet: world.wallets[at] };
    await tell(checks, algorithm, () => purchase(checks, cast, `fapi2, ${algorithm}`));
  }
}

const postgres = process.env.TEST_DATABASE_URL;
const wanted = process.env.DATABASES ?? 'sqlite postgres';
const checks = new Checks();
if (wanted.includes('sqlite')) {
  await run(checks, 'SQLite');
  await underProfile(checks);
}
if (wanted.includes('postgres') && postgres) await run(checks, 'PostgreSQL', postgres);
process.exit(checks.close());
