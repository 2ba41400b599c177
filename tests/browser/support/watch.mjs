// Listens to everything that a browser sends, gets and complains about.

/** What `design.md` asks of every answer for a person; true stands for any value. */
const HEADERS = {
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

const POLICY = {
  'default-src': "'none'",
  'style-src': "'self'",
  'img-src': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

/** What is wrong with the headers of an answer. */
export function headerFaults(headers, { kept = false } = {}) {
  const faults = [];
  for (const [name, value] of Object.entries(HEADERS)) {
    if (headers[name] !== value) faults.push(`${name} is ${headers[name]}`);
  }
  if (!headers['permissions-policy']) faults.push('there is no permissions-policy');
  if (!kept && headers['cache-control'] !== 'no-store') faults.push(`cache-control is ${headers['cache-control']}`);
  const policy = headers['content-security-policy'] ?? '';
  const rules = new Map(policy.split(';').map((rule) => rule.trim().split(/ (.*)/)));
  for (const [name, value] of Object.entries(POLICY)) {
    if (rules.get(name) !== value) faults.push(`${name} is ${rules.get(name)}`);
  }
  if (!/^'self'( [a-z][a-z0-9+.-]*:)*$/.test(rules.get('form-action') ?? '')) faults.push(`form-action is ${rules.get('form-action')}`);
  if (policy.includes('unsafe') || policy.includes('*')) faults.push(`the policy is ${policy}`);
  return faults;
}

/** Watches a browser context that has business with these origins alone. */
export class Watch {
  constructor(context, issuer, origins) {
    Object.assign(this, { issuer, origins, found: [], complaints: [], open: [] });
    context.on('request', (request) => this.request(request));
    context.on('response', (response) => this.open.push(this.response(response)));
    context.on('console', (message) => this.message(message));
    context.on('weberror', (error) => this.found.push(`a script failed: ${error.error()}`));
    context.on('dialog', (dialog) => {
      this.found.push(`a dialog opened: ${dialog.message()}`);
      return dialog.dismiss();
    });
  }

  /** One more origin is part of the story, and the browser complains of what this matches. */
  expects(complaint, origin) {
    this.origins = [...this.origins, origin];
    this.complaint = complaint ?? this.complaint;
  }

  request(request) {
    const url = new URL(request.url());
    const inside = url.protocol === 'data:' || url.protocol === 'about:' || this.origins.includes(url.origin);
    if (!inside) this.found.push(`a request went to ${url.href}`);
  }

  async response(response) {
    const url = new URL(response.url());
    if (url.origin !== this.issuer) return;
    const headers = await response.allHeaders();
    const kept = url.pathname.startsWith('/assets/');
    for (const fault of headerFaults(headers, { kept })) this.found.push(`${url.pathname}: ${fault}`);
  }

  message(message) {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const { url } = message.location();
    // Pages that answer with 4xx or 5xx are reported as errors, too; what else is missing is one.
    const isPage = message.text().startsWith('Failed to load resource') && this.pages?.has(url);
    if (this.complaint?.test(message.text())) {
      this.complaints.push(message.text());
      return;
    }
    if (!isPage && !url.endsWith('/favicon.ico')) this.found.push(`the console says: ${message.text()} (${url})`);
  }

  /** What was found since the last time. */
  async faults() {
    await Promise.allSettled(this.open.splice(0));
    return this.found.splice(0);
  }
}
