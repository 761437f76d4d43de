// The queues: who waits, for how long, and how the day goes.

import { arrange, element, say } from './dom.js';
import { Ticking } from './duration.js';

const percent = (ratio) => (ratio?.value === undefined ? '–' : `${Math.round(ratio.value * 100)} %`);
const of = (ratio, what) => (ratio?.denominator
  ? `${ratio.numerator ?? 0} of ${ratio.denominator} ${what}` : `no ${what} yet`);

function figure(label) {
  const value = element('dd');
  return { value, element: element('div', {}, element('dt', {}, label), value) };
}

class Card {
  #name = element('span', { class: 'name' });
  #waiting = element('span', { class: 'waiting' });
  #longest = new Ticking();
  #level = figure('In time');
  #answered = figure('Answered');
  #abandoned = figure('Abandoned');
  #agents = figure('Free');

  constructor(choose) {
    this.element = element('button', { type: 'button', class: 'queue', click: () => choose(this.queue.name) },
      this.#name,
      element('span', { class: 'now' }, this.#waiting, ' ', element('span', { class: 'unit' }, 'waiting'),
        this.#longest.element),
      element('dl', {}, [this.#level, this.#answered, this.#abandoned, this.#agents]
        .map((each) => each.element)));
  }

  show(queue, chosen) {
    this.queue = queue;
    const stats = queue.stats ?? {};
    this.element.dataset.queue = queue.name;
    this.element.classList.toggle('busy', (stats.waiting ?? 0) > 0);
    this.element.setAttribute('aria-pressed', String(chosen));
    say(this.#name, queue.displayName || queue.number || queue.name);
    say(this.#waiting, String(stats.waiting ?? 0));
    this.#longest.from(stats.longestWaitingSince);
    say(this.#level.value, percent(stats.serviceLevel));
    this.#level.element.title = of(stats.serviceLevel, 'calls in good time');
    say(this.#answered.value, String(stats.answered ?? 0));
    say(this.#abandoned.value, String(stats.abandoned ?? 0));
    this.#abandoned.element.title = of(stats.abandonRate, 'calls given up');
    this.#agents.element.title = 'agents who are available, of those logged in';
    say(this.#agents.value, `${queue.agentsAvailable ?? 0} / ${queue.agentsLoggedIn ?? 0}`);
  }

  forget() {
    this.#longest.forget();
  }
}

// Where people wait comes first.
function byNeed(left, right) {
  return (right.stats?.waiting ?? 0) - (left.stats?.waiting ?? 0)
    || (left.displayName ?? '').localeCompare(right.displayName ?? '');
}

export class Queues {
  #cards = new Map();

  constructor(where, choose) {
    this.where = where;
    this.choose = choose;
  }

  show(items, filter) {
    for (const [name, card] of this.#cards) {
      if (items.has(name)) continue;
      card.forget();
      this.#cards.delete(name);
    }
    this.where.hidden = items.size === 0;
    arrange(this.where, [...items.values()].sort(byNeed).map((queue) => {
      let card = this.#cards.get(queue.name);
      if (!card) {
        card = new Card(this.choose);
        this.#cards.set(queue.name, card);
      }
      card.show(queue, filter.queue === queue.name);
      return card.element;
    }));
  }
}
