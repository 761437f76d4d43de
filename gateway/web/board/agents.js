// The agents, in groups by what they do, each with for how long.

import { arrange, element, say } from './dom.js';
import { Ticking } from './duration.js';
import { STATES, stateOf } from './states.js';

class Tile {
  #name = element('span', { class: 'name' });
  #about = element('span', { class: 'about' });
  #since = new Ticking();
  #sign = element('span', { class: 'sign', 'aria-hidden': 'true' });

  constructor(choose) {
    this.element = element('button', { type: 'button', class: 'tile', click: () => choose(this.agent) },
      this.#sign, this.#name, this.#about, this.#since.element);
  }

  show(agent) {
    this.agent = agent;
    const state = stateOf(agent);
    this.element.dataset.state = state.id;
    this.element.dataset.agent = agent.name;
    say(this.#sign, state.sign);
    say(this.#name, agent.displayName || agent.number || agent.name);
    const reason = state.id === 'PAUSED' ? agent.pause?.reason : '';
    say(this.#about, [agent.login?.extension ?? agent.number, reason].filter(Boolean).join(' · '));
    this.#since.from(agent.stateTime);
  }

  forget() {
    this.#since.forget();
  }
}

class Group {
  #count = element('span', { class: 'count' });
  tiles = element('div', { class: 'tiles' });

  constructor({ id, text }) {
    this.element = element('section', { class: 'group', 'data-state': id, 'aria-label': text },
      element('h2', {}, text, ' ', this.#count), this.tiles);
  }

  show(tiles) {
    say(this.#count, String(tiles.length));
    arrange(this.tiles, tiles.map((tile) => tile.element));
  }
}

// Who has been so for longest comes first; who has been so since nobody knows when, last.
function byTime(left, right) {
  return (Date.parse(left.stateTime) || Infinity) - (Date.parse(right.stateTime) || Infinity)
    || (left.displayName ?? '').localeCompare(right.displayName ?? '');
}

export class Agents {
  #tiles = new Map();
  #groups = new Map(STATES.map((state) => [state.id, new Group(state)]));

  constructor(where, choose) {
    this.where = where;
    this.choose = choose;
  }

  show(items, filter) {
    for (const [name, tile] of this.#tiles) {
      if (items.has(name)) continue;
      tile.forget();
      this.#tiles.delete(name);
    }
    const shown = [...items.values()].filter((agent) => filter.wants(agent)).sort(byTime);
    const groups = [];
    for (const { id } of STATES) {
      const agents = shown.filter((agent) => stateOf(agent).id === id);
      if (!agents.length) continue;
      const group = this.#groups.get(id);
      group.show(agents.map((agent) => this.#tile(agent)));
      groups.push(group.element);
    }
    const focused = document.activeElement;
    arrange(this.where, groups);
    // A tile that moves to another group keeps the focus that it had.
    if (focused !== document.activeElement && focused?.isConnected) focused.focus();
    return shown.length;
  }

  #tile(agent) {
    let tile = this.#tiles.get(agent.name);
    if (!tile) {
      tile = new Tile(this.choose);
      this.#tiles.set(agent.name, tile);
    }
    tile.show(agent);
    return tile;
  }
}
