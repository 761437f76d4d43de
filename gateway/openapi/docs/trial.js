// The form that calls an operation, and what came of it.

import { coloured, copyButton, element, pretty } from './element.js';
import { Call, read } from './request.js';

// What is worth showing of an answer's head.
const HEADERS = ['content-type', 'etag', 'retry-after', 'x-request-id', 'location', 'allow'];
// More would make the page slow; all of it is counted.
const MOST_SHOWN = 200_000;
const MOST_ITEMS = 500;
const STREAM_TYPES = ['text/event-stream', 'application/x-ndjson', 'application/json'];

const size = (bytes) => (
  bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB`
    : `${(bytes / 1e6).toFixed(1)} MB`);

export class Trial {
  #operation;
  #schemas;
  #inputs = {};
  #body = null;
  #accept = null;
  #abort = null;
  #send;
  #stop;
  #result;

  constructor(operation, schemas, changed) {
    this.#operation = operation;
    this.#schemas = schemas;
    this.#send = element('button', { type: 'submit', class: 'send' }, 'Send');
    this.#stop = element('button', { type: 'button', hidden: true, onclick: () => this.#abort?.abort() },
      'Stop');
    this.#result = element('div', { class: 'result' });
    this.element = element('div', {},
      element('form', {
        'aria-label': `Try ${operation.id}`,
        oninput: () => changed(this.call()),
        onsubmit: (submitted) => {
          submitted.preventDefault();
          this.#run();
        },
      },
      operation.parameters.map((parameter) => this.#field(parameter)),
      this.#bodyField(),
      this.#acceptField(),
      element('p', { class: 'buttons' }, this.#send, this.#stop)),
      this.#result);
  }

  call() {
    const values = Object.fromEntries(
      Object.entries(this.#inputs).map(([name, input]) => [name, input.value]));
    return new Call(this.#operation, values, this.#body?.value ?? null, this.#accept?.value);
  }

  #field(parameter) {
    const { name, required } = parameter;
    const schema = this.#schemas.resolve(parameter.schema);
    const choices = schema.type === 'array' ? null
      : schema.enum ?? (schema.type === 'boolean' ? ['true', 'false'] : null);
    const attributes = { required, name, autocomplete: 'off', spellcheck: 'false' };
    let input;
    if (choices) {
      input = element('select', { name }, element('option', { value: '' }, ''),
        choices.map((one) => element('option', { value: `${one}` }, `${one}`)));
    } else if (schema.type === 'array') {
      input = element('textarea', { ...attributes, rows: 2, placeholder: 'one a line' });
    } else {
      const number = schema.type === 'integer';
      input = element('input', {
        ...attributes,
        type: 'text',
        inputmode: number ? 'numeric' : undefined,
        placeholder: this.#schemas.typeText(parameter.schema),
        value: parameter.in === 'path' ? '1' : '',
      });
    }
    this.#inputs[name] = input;
    return element('label', {}, element('span', {}, name), input);
  }

  #bodyField() {
    if (!this.#operation.bodyType) return null;
    const lines = this.#operation.bodyType !== 'application/json';
    const example = this.#schemas.example(this.#operation.bodySchema);
    this.#body = element('textarea', {
      class: 'body', rows: 8, spellcheck: 'false', name: 'body',
      value: JSON.stringify(example, null, lines ? 0 : 2),
    });
    return element('label', {}, element('span', {}, lines ? 'body, a message a line' : 'body'),
      this.#body);
  }

  #acceptField() {
    const offered = STREAM_TYPES.filter((type) => this.#operation.answers.includes(type));
    if (offered.length < 2) return null;
    this.#accept = element('select', { name: 'accept' },
      offered.map((type) => element('option', { value: type }, type)));
    return element('label', {}, element('span', {}, 'accept'), this.#accept);
  }

  async #run() {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#send.disabled = true;
    this.#stop.hidden = false;
    const status = element('p', { class: 'status', role: 'status' }, 'Waiting for the answer.');
    this.#result.replaceChildren(status);
    const began = performance.now();
    const elapsed = () => `${Math.round(performance.now() - began)} ms`;
    try {
      const response = await this.call().send(abort.signal);
      const good = response.ok ? 'good' : 'bad';
      const code = element('strong', { class: good }, `${response.status} ${response.statusText}`.trim());
      status.replaceChildren(code, ` after ${elapsed()}`);
      this.#showHeaders(response);
      const bytes = await read(response, {
        text: (text) => this.#showText(text),
        item: (item) => this.#showItem(item, elapsed()),
      });
      status.replaceChildren(code, ` in ${elapsed()}, ${size(bytes)}`);
    } catch (error) {
      status.textContent = abort.signal.aborted
        ? `Stopped after ${elapsed()}.` : `No answer: ${error.message}.`;
      if (!abort.signal.aborted) status.classList.add('bad');
    }
    if (this.#abort === abort) {
      this.#send.disabled = false;
      this.#stop.hidden = true;
    }
  }

  #showHeaders(response) {
    const rows = HEADERS.filter((name) => response.headers.has(name)).map((name) => [
      element('dt', {}, name), element('dd', {}, response.headers.get(name))]);
    if (rows.length) this.#result.append(element('dl', { class: 'headers' }, rows));
  }

  #showText(text) {
    if (text === '') return;
    const shown = pretty(text);
    const cut = shown.length > MOST_SHOWN;
    this.#result.append(element('div', { class: 'answer' },
      element('pre', { tabindex: '0', 'aria-label': 'Answer' },
        coloured(cut ? shown.slice(0, MOST_SHOWN) : shown)),
      copyButton('Copy the answer', () => shown),
      cut ? element('p', {}, `The first ${size(MOST_SHOWN)} are shown.`) : null));
  }

  #showItem({ kind, id, data }, when) {
    let list = this.#result.querySelector('ol');
    if (!list) {
      list = element('ol', { class: 'items', role: 'log', tabindex: '0', 'aria-label': 'Answers' });
      this.#result.append(list);
    }
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(element('li', { class: kind === 'error' ? 'bad' : undefined },
      element('span', { class: 'when' }, [when, kind, id && `id ${id}`].filter(Boolean).join(' · ')),
      element('pre', {}, coloured(pretty(data)))));
    if (list.children.length > MOST_ITEMS) list.firstElementChild.remove();
    if (atEnd) list.scrollTop = list.scrollHeight;
  }
}
