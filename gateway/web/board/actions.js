// The dialog of one agent: log in, pause, go on, log off. What goes wrong is said where it did.

import { element, place, say } from './dom.js';
import { Refusal } from './live.js';
import { stateOf } from './states.js';

// crypto.randomUUID is there in secure contexts alone, and a wallboard may be served in the clear.
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const remembered = (name, otherwise) => localStorage.getItem(`wallboard.${name}`) ?? otherwise;

function field(name, label, value, hint) {
  const id = `field-${name}`;
  return element('div', { class: 'field' },
    element('label', { for: id }, label),
    element('input', { id, name, value, autocomplete: 'off', 'aria-describedby': `${id}-hint` }),
    element('p', { id: `${id}-hint`, class: 'hint' }, hint));
}

const extension = () => field('extension', 'Extension', '', 'The phone to log in at, as 1001');
const context = () => field('context', 'Context', remembered('context', 'default'),
  'Where that extension is dialled');
const reason = () => field('reason', 'Reason', '', 'Why no calls for now; may stay empty');

export class Actions {
  #dialog = place('dialog');
  #form = place('form');
  #error = place('dialog-error');
  #agent = null;
  #keys = new Map();  // of what was asked for and not answered yet, so that to repeat is safe

  /** `done(text)` is told what has been done. */
  constructor(done) {
    this.done = done;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#perform(event.submitter?.value || this.#form.querySelector('button.main')?.value);
    });
    this.#dialog.addEventListener('click', (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  open(agent) {
    this.#agent = agent;
    const state = stateOf(agent);
    say(place('dialog-name'), agent.displayName || agent.number);
    this.#dialog.dataset.state = state.id;
    say(place('dialog-state'), [state.text, agent.number && `number ${agent.number}`,
      agent.login && `at ${agent.login.extension}`, agent.pause?.reason].filter(Boolean).join(' · '));
    this.#complain(null);
    const button = (verb, text, main) => element('button',
      { type: 'submit', value: verb, class: main ? 'main' : null }, text);
    const close = element('button',
      { type: 'button', class: 'quiet', click: () => this.#dialog.close() }, 'Close');
    if (!agent.login) {
      place('fields').replaceChildren(extension(), context());
      place('actions').replaceChildren(close, button('login', 'Log in', true));
    } else if (agent.pause?.paused) {
      place('fields').replaceChildren();
      place('actions').replaceChildren(close, button('logoff', 'Log off'),
        button('unpause', 'Take calls again', true));
    } else {
      place('fields').replaceChildren(reason());
      place('actions').replaceChildren(close, button('logoff', 'Log off'),
        button('pause', 'Pause', true));
    }
    this.#dialog.showModal();
  }

  async #perform(verb) {
    const agent = this.#agent;
    const wanted = { login: ['extension', 'context'], pause: ['reason'] }[verb] ?? [];
    const body = Object.fromEntries(wanted.map((name) => [name, this.#form.elements[name].value.trim()]));
    const asked = `${agent.name} ${verb} ${JSON.stringify(body)}`;
    if (!this.#keys.has(asked)) this.#keys.set(asked, newKey());
    this.#busy(true);
    try {
      const response = await fetch(`/v1/${agent.name}:${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': this.#keys.get(asked) },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw await Refusal.of(response);
      this.#keys.delete(asked);
      if (verb === 'login') localStorage.setItem('wallboard.context', body.context);
      this.#dialog.close();
      const texts = { login: 'is logged in', logoff: 'is logged off', pause: 'is paused', unpause: 'takes calls again' };
      this.done(`${agent.displayName || agent.number} ${texts[verb]}.`);
    } catch (error) {
      // Only what was decided is over; all else may be asked for again with the same key.
      if (error instanceof Refusal && error.code < 500) this.#keys.delete(asked);
      this.#complain(error);
    } finally {
      this.#busy(false);
    }
  }

  #busy(busy) {
    for (const button of this.#form.querySelectorAll('button[type=submit]')) button.disabled = busy;
    this.#form.setAttribute('aria-busy', String(busy));
  }

  #complain(error) {
    for (const input of this.#form.querySelectorAll('input')) {
      input.removeAttribute('aria-invalid');
      const wrong = error instanceof Refusal ? error.fields.get(input.name) : undefined;
      if (wrong === undefined) continue;
      input.setAttribute('aria-invalid', 'true');
      input.focus();
    }
    this.#error.hidden = !error;
    if (!error) return;
    const known = error instanceof Refusal;
    say(this.#error, known ? `${error.message.replace(/^./, (first) => first.toUpperCase())}.`
      .replace(/\.\.$/, '.') : 'The gateway cannot be reached. Try again; it is done once only.');
  }
}
