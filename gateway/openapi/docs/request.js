// Requests: the URL and the command for what is filled in, and what comes back, as it comes.

/** JSON on one line; what is no JSON stays as it is. */
function compact(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

const shellQuoted = (text) => (
  /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`);

/** A call of an operation: `values` by the parameters' names, `body` and `accept` as texts. */
export class Call {
  constructor(operation, values, body, accept) {
    this.operation = operation;
    this.values = values;
    this.body = body;
    this.accept = accept;
  }

  get url() {
    const { path, parameters } = this.operation;
    const query = [];
    let filled = path;
    for (const { name, in: place, ...rest } of parameters) {
      const value = this.values[name] ?? '';
      if (place === 'path') {
        const segments = rest['x-multi-segment'] ? value.split('/') : [value];
        filled = filled.replace(`{${name}}`, () => segments.map(encodeURIComponent).join('/'));
      } else if (value !== '') {
        const all = rest.schema?.type === 'array' ? value.split('\n').filter(Boolean) : [value];
        for (const one of all) query.push(`${encodeURIComponent(name)}=${encodeURIComponent(one)}`);
      }
    }
    return location.origin + filled + (query.length ? `?${query.join('&')}` : '');
  }

  get headers() {
    const headers = {};
    if (this.accept) headers.accept = this.accept;
    if (this.body !== null) headers['content-type'] = this.operation.bodyType;
    return headers;
  }

  get curl() {
    const { method } = this.operation;
    const words = ['curl'];
    if (this.operation.streams) words.push('-N');
    if (method === 'HEAD') words.push('--head');
    else if (method !== (this.body === null ? 'GET' : 'POST')) words.push('-X', method);
    for (const [name, value] of Object.entries(this.headers)) words.push('-H', `${name}: ${value}`);
    if (this.body !== null) words.push('--data-binary', compact(this.body));
    return [...words, this.url].map(shellQuoted).join(' ');
  }

  send(signal) {
    return fetch(this.url, {
      method: this.operation.method,
      headers: this.headers,
      body: this.body ?? undefined,
      cache: 'no-store',
      signal,
    });
  }
}

/** The pieces of a text that ends in one of the separators, and what is left over at its end. */
function split(text, separator) {
  const pieces = text.split(separator);
  return [pieces, pieces.pop()];
}

function event(text) {
  const made = { kind: 'message', id: '', data: [] };
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (name === 'event') made.kind = value;
    if (name === 'id') made.id = value;
    if (name === 'data') made.data.push(value);
  }
  return made.data.length ? { ...made, data: made.data.join('\n') } : null;
}

/**
 * What comes back: `text` for what is whole, or each line or event by `item({ kind, id, data })`.
 * Returns the number of bytes.
 */
export async function read(response, { text, item }) {
  const type = response.headers.get('content-type') ?? '';
  const events = type.startsWith('text/event-stream');
  const lines = /json(l|lines)|ndjson/.test(type);
  const decoder = new TextDecoder();
  let bytes = 0;
  let rest = '';
  const take = () => {
    if (!events && !lines) return;
    const [whole, open] = split(rest, events ? /\r?\n\r?\n/ : '\n');
    rest = open;
    for (const one of whole) {
      const made = events ? event(one) : one.trim() && { kind: '', id: '', data: one };
      if (made) item(made);
    }
  };
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = await (reader?.read() ?? { done: true });
    if (done) break;
    bytes += value.length;
    rest += decoder.decode(value, { stream: true });
    take();
  }
  rest += events || lines ? '\n\n' : '';
  take();
  if (!events && !lines) text(rest);
  return bytes;
}
