// A collection that is watched: one event stream that brings a snapshot and then changes. When it
// breaks it is asked for again with the version that is known, so that nothing is told twice.

import { setClock } from './duration.js';

const HEARTBEATS_WITHIN = 40_000;  // the gateway says something at least every 15 s
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

/** What the gateway or a service said no with. */
export class Refusal extends Error {
  constructor({ code = 0, status = '', message = '', details = [] } = {}) {
    super(message || `The gateway says ${code}.`);
    this.code = code;
    this.status = status;
    /** What is wrong with fields, by their names. */
    this.fields = new Map(details.flatMap(({ fieldViolations = [] }) => fieldViolations)
      .map(({ field, description }) => [field, description]));
  }

  static async of(response) {
    const body = await response.json().catch(() => ({}));
    return new Refusal({ code: response.status, ...body.error });
  }

  /** Whether to ask again is of any use. */
  get final() {
    return ['FAILED_PRECONDITION', 'INVALID_ARGUMENT', 'NOT_FOUND', 'UNIMPLEMENTED',
      'PERMISSION_DENIED', 'UNAUTHENTICATED'].includes(this.status);
  }
}

const rest = (pause) => new Promise((resolve) => { setTimeout(resolve, pause); });

export class Live {
  /** By name. */
  items = new Map();
  /** connecting, live, stale or refused. */
  state = 'connecting';
  /** When something was heard last, on this machine's clock. */
  heard = 0;
  /** Why it is refused or stale, if that is known. */
  trouble = null;

  #version = '';

  /** `changed(live)` is called when items or the state have changed. */
  constructor(path, field, changed) {
    this.path = path;
    this.field = field;
    this.changed = changed;
    this.#run();
  }

  async #run() {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      const before = this.heard;
      try {
        await this.#read();
        this.trouble = null;
      } catch (error) {
        this.trouble = error instanceof Refusal ? error : null;
        if (this.trouble?.final) {
          this.#become('refused');
          return;
        }
      }
      if (this.heard !== before) pause = FIRST_PAUSE;
      if (this.state !== 'connecting' || this.trouble) this.#become('stale');
      await rest(pause * (0.75 + Math.random() / 2));  // not all at once after a restart
    }
  }

  async #read() {
    const abort = new AbortController();
    let silence = 0;
    const hear = () => {
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), HEARTBEATS_WITHIN);
    };
    hear();
    try {
      const headers = { accept: 'text/event-stream' };
      if (this.#version) headers['last-event-id'] = this.#version;
      const response = await fetch(this.path, { headers, cache: 'no-store', signal: abort.signal });
      if (!response.ok) throw await Refusal.of(response);
      setClock(response.headers.get('date'));
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        hear();
        this.heard = Date.now();
        const events = (text + value).split('\n\n');
        text = events.pop();
        for (const event of events) this.#take(event);
      }
    } finally {
      clearTimeout(silence);
      abort.abort();
    }
  }

  #take(event) {
    const fields = new Map(event.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }));
    if (!fields.has('data')) return;
    const data = JSON.parse(fields.get('data'));
    if (fields.get('event') === 'error') throw new Refusal(data.error ?? data);
    const items = data[this.field] ?? [];
    const removed = data.removed ?? [];
    if (data.version) this.#version = data.version;
    if (data.snapshot) this.items.clear();
    for (const item of items) this.items.set(item.name, item);
    for (const name of removed) this.items.delete(name);
    const news = data.snapshot || items.length || removed.length;
    if (this.state !== 'live') this.#become('live');
    else if (news) this.changed(this);
  }

  #become(state) {
    this.state = state;
    this.changed(this);
  }
}
