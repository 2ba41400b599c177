// Alice at her browser: it keeps cookies, follows redirects and sends forms; what leaves for a shop is where it ends.

const PASSWORD = 'a password that only alice knows';
const NAMED = { amp: 38, lt: 60, gt: 62, quot: 34 };

const unescape = (text) => text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
  const code = decimal ?? (hex ? parseInt(hex, 16) : NAMED[name]);
  return code === undefined ? whole : String.fromCodePoint(code);
});

/** The words of a page. */
export const words = (page) => unescape(page.replace(/<[^>]+>/g, '')).replace(/\s+/g, ' ');

function attributes(tag) {
  return Object.fromEntries([...tag.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [name, unescape(value)]));
}

export class Payer {
  /** Registers alice with these payment pointers. */
  static async register(server, pointers) {
    const owned = pointers.flatMap((pointer) => ['--payment-pointer', pointer]);
    await server.types(PASSWORD, 'user', 'create', '--username', 'alice', ...owned);
    return new Payer();
  }

  cookies = new Map();

  /** Opens a URL: status and page, or a status of 0 and where she was sent. */
  async open(url, form) {
    for (let steps = 0; steps < 10; steps += 1) {
      this.url = new URL(url);
      if (this.url.pathname === '/callback') return { status: 0, page: '' };
      const reply = await fetch(url, this.request(form));
      for (const cookie of reply.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
        this.cookies.set(name, value);
      }
      const location = reply.headers.get('location');
      if (location === null) return { status: reply.status, page: await reply.text() };
      await reply.body?.cancel();
      url = new URL(location, url);
      form = undefined;
    }
    throw new Error(`${url} leads nowhere`);
  }

  request(form) {
    const headers = { Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    if (!form) return { headers, redirect: 'manual' };
    return { method: 'POST', body: new URLSearchParams(form), headers: { ...headers, Origin: this.url.origin }, redirect: 'manual' };
  }

  /** Sends the form that holds the button with these words, or this value. */
  async presses({ page }, wanted, typed = {}) {
    for (const [form] of page.matchAll(/<form[^>]*>.*?<\/form>/gs)) {
      const inputs = [...form.matchAll(/<input[^>]*>/g)].map(([tag]) => attributes(tag));
      const buttons = [...form.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)].map(([, tag, inner]) => ({ ...attributes(tag), inner }));
      const button = buttons.find(({ value, inner }) => value === wanted || words(inner).trim() === wanted);
      if (!button) continue;
      const named = [...inputs, button].filter(({ name }) => name);
      const fields = Object.fromEntries(named.map(({ name, value = '' }) => [name, value]));
      const { action } = attributes(/<form[^>]*>/.exec(form)[0]);
      return this.open(new URL(action ?? '', this.url), { ...fields, ...typed });
    }
    throw new Error(`there is no ${wanted} on ${this.url}: ${words(page)}`);
  }

  /** Follows a shop's link up to the page where she decides, and signs in on the way. */
  async comesTo(link) {
    const arrived = await this.open(link);
    if (!arrived.page.includes('name="username"')) return arrived;
    return this.presses(arrived, 'Sign in', { username: 'alice', password: PASSWORD });
  }

  /** Follows a shop's link and says yes: what the page said, and the URL with which she came back. */
  async approves(link) {
    const shown = await this.comesTo(link);
    if (shown.status !== 200) throw new Error(`${link} leads to ${shown.status}: ${this.url} ${words(shown.page)}`);
    await this.presses(shown, 'approve');
    return { said: words(shown.page), callback: this.url };
  }
}
