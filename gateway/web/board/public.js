// What a website embeds: who is there, and whether they are available. Nothing else comes here.

import { arrange, element, place, say } from './dom.js';
import { Live } from './live.js';

const people = new Map();

function person({ name, displayName, available }) {
  let shown = people.get(name);
  if (!shown) {
    shown = { name: element('span', { class: 'name' }), state: element('span', { class: 'state' }) };
    shown.element = element('li', {}, shown.name, shown.state);
    people.set(name, shown);
  }
  shown.element.dataset.available = String(Boolean(available));
  say(shown.name, displayName || 'Agent');
  say(shown.state, available ? 'available' : 'not available');
  return shown.element;
}

function draw(live) {
  const all = [...live.items.values()].sort((left, right) =>
    Number(Boolean(right.available)) - Number(Boolean(left.available))
      || (left.displayName ?? '').localeCompare(right.displayName ?? ''));
  for (const name of people.keys()) if (!live.items.has(name)) people.delete(name);
  arrange(place('people'), all.map(person));
  const available = all.filter((agent) => agent.available).length;
  if (live.state === 'live') {
    say(place('count'), available === 1 ? '1 person is available' : `${available} people are available`);
  }
  const notice = { refused: 'This is not known at the moment.', stale: 'This may be out of date.' }[live.state] ?? '';
  say(place('notice'), notice);
  place('notice').hidden = !notice;
}

new Live('/v1/agents:watch?view=PUBLIC', 'agents', draw);
