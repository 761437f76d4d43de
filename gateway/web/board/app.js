// The wallboard: agents and queues as they are now.

import { Actions } from './actions.js';
import { Agents } from './agents.js';
import { element, place, say } from './dom.js';
import { clockText, now } from './duration.js';
import { Filter } from './filter.js';
import { Live } from './live.js';
import { Queues } from './queues.js';
import { STATES, stateOf } from './states.js';
import { offerThemes } from './theme.js';

const actions = new Actions((text) => say(place('said'), text));
const filter = new Filter(() => draw());
const agentsShown = new Agents(place('agents'), (agent) => actions.open(agent));
const queuesShown = new Queues(place('queues'), (name) => filter.toggleQueue(name));

const buttons = new Map(STATES.map(({ id, text, sign }) => {
  const count = element('span', { class: 'count' }, '0');
  const button = element('button',
    { type: 'button', 'data-state': id, 'aria-pressed': 'false', click: () => filter.toggleState(id) },
    element('span', { class: 'sign', 'aria-hidden': 'true' }, sign), count, ' ', text);
  return [id, { button, count }];
}));
place('states').append(...[...buttons.values()].map(({ button }) => button));

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
let drawing = 0;
const soon = () => {
  // What comes in a burst is drawn once.
  drawing ||= requestAnimationFrame(() => {
    drawing = 0;
    draw();
  });
};
const agents = new Live('/v1/agents:watch', 'agents', soon);
const queues = new Live(`/v1/queues:watch?timeZone=${encodeURIComponent(zone)}`, 'queues', soon);

function draw() {
  if (place('search').value.trim() !== filter.text.trim()) place('search').value = filter.text;
  const counts = new Map();
  for (const agent of agents.items.values()) {
    const { id } = stateOf(agent);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  for (const [id, { button, count }] of buttons) {
    say(count, String(counts.get(id) ?? 0));
    button.setAttribute('aria-pressed', String(filter.states.has(id)));
    button.classList.toggle('none', !counts.get(id));
  }
  queuesShown.show(queues.items, filter);
  const shown = agentsShown.show(agents.items, filter);
  document.body.classList.toggle('stale', agents.state === 'stale');
  notice(shown);
  link();
}

function notice(shown) {
  const text = () => {
    if (agents.state === 'refused') return `${agents.trouble.message}.`.replace(/\.\.$/, '.');
    if (agents.state === 'connecting') return '';
    if (agents.items.size === 0) return 'There are no agents.';
    return shown ? '' : 'Nobody is like that. Escape shows everybody again.';
  };
  const said = text();
  say(place('notice'), said.replace(/^./, (first) => first.toUpperCase()));
  place('notice').hidden = !said;
}

function link() {
  const worst = [agents, queues].find(({ state }) => state === 'stale') ?? agents;
  const { state, heard } = worst;
  place('link').dataset.state = state;
  const ago = clockText((Date.now() - heard) / 1000);
  say(place('link-text'), {
    connecting: 'Connecting…',
    live: 'Live',
    stale: heard ? `Last heard of ${ago} ago, trying again` : 'Cannot be reached, trying again',
    refused: 'Not live',
  }[state]);
  if (place('said').dataset.state !== state) {
    place('said').dataset.state = state;
    if (state === 'stale') say(place('said'), 'The connection is lost; what is shown may be old.');
    if (state === 'live') say(place('said'), 'The wallboard is live.');
  }
}

place('search').addEventListener('input', (event) => filter.search(event.target.value));
addEventListener('keydown', (event) => {
  if (place('dialog').open) return;
  if (event.key === '/' && document.activeElement !== place('search')) {
    event.preventDefault();
    place('search').focus();
  } else if (event.key === 'Escape') {
    filter.states.clear();
    filter.queue = '';
    filter.search('');
  }
});

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
function tickClock() {
  say(place('clock'), clock.format(now()));
  link();
}
setInterval(tickClock, 1000);
offerThemes(place('theme'));
tickClock();
draw();
