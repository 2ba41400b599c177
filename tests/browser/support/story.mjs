import { after, before, describe, test } from 'node:test';

import { WAYS } from './ways.mjs';
import { World } from './world.mjs';

/** A file's world, opened before its first story and closed after its last. */
export function withWorld(options) {
  const shared = {};
  before(async () => {
    shared.world = await World.open(options);
  });
  after(() => shared.world?.close());
  return shared;
}

/** Tells one story in every way that people use a page. `tell` is given the world, and what makes a payer of a name. */
export function story(shared, name, tell) {
  describe(name, () => {
    for (const way of WAYS) {
      test(way.name, () => told(shared.world, way, tell));
    }
  });
}

/** Tells a story once, where the way of using a page makes no difference. */
export function once(shared, name, tell) {
  test(name, () => told(shared.world, WAYS[0], tell));
}

async function told(world, way, tell) {
  const payers = [];
  const payer = async (username, options) => {
    payers.push(await world.payer(username, way, options));
    return payers.at(-1);
  };
  try {
    await tell({ world, payer, way });
  } finally {
    for (const each of payers) await each.closes();
  }
}
