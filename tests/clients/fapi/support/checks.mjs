// What held and what did not: one line each, and a count at the end.

export class Checks {
  held = 0;
  failed = 0;

  check(name, holds, detail = '') {
    if (holds) this.held += 1;
    else this.failed += 1;
    console.log(holds ? `ok      ${name}` : `FAILED  ${name}\n        ${typeof detail === 'string' ? detail : JSON.stringify(detail)}`);
  }

  /** All of `expected` is in `found`, which may have more members. */
  has(name, found, expected) {
    const wrong = Object.keys(expected).filter((key) => !covers(found?.[key], expected[key]));
    this.check(name, wrong.length === 0, `${wrong.join(', ')} is otherwise: ${JSON.stringify(found)}`);
  }

  /** The library reports this error, which came with this status; null where it came in a redirect. */
  async refused(name, work, error, status = 400) {
    try {
      this.check(name, false, `it was accepted: ${JSON.stringify(await work())}`);
    } catch (thrown) {
      const told = await reported(thrown);
      this.check(name, told.error === error && told.status === status, told);
    }
  }

  close() {
    console.log(`${this.held} passed, ${this.failed} failed`);
    return this.failed > 0 || this.held === 0 ? 1 : 0;
  }
}

/** What an error of the library says. Behind a challenge (RFC 9110 §11.6.1) it leaves the body to whoever wants it. */
async function reported(thrown) {
  if (thrown.code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE') {
    return { ...(await thrown.response.json()), status: thrown.status };
  }
  const { error, error_description, status = null } = thrown;
  return error ? { error, error_description, status } : { thrown: `${thrown}: ${thrown.cause}` };
}

function covers(found, expected) {
  if (typeof expected !== 'object' || expected === null) return found === expected;
  if (typeof found !== 'object' || found === null) return false;
  if (Array.isArray(expected) && found.length !== expected.length) return false;
  return Object.keys(expected).every((key) => covers(found[key], expected[key]));
}
