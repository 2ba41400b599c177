import assert from 'node:assert/strict';

const MOST = 12;

/** Fails if anything was found, and says the first of it. */
export function none(found, where) {
  const faults = [...new Set(found)];
  if (faults.length === 0) return;
  const rest = faults.length > MOST ? [`and ${faults.length - MOST} more`] : [];
  assert.fail([`${where}:`, ...faults.slice(0, MOST), ...rest].join('\n  '));
}
