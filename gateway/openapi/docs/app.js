// The reference page: reads the OpenAPI document of this gateway and shows it.

import { element, prose } from './element.js';
import { OperationCard, readOperation } from './operation.js';
import { Schemas } from './schema.js';

// With so many methods each is shown at once; with more they are opened one by one.
const MOST_OPEN = 12;
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace'];

const place = (id) => document.getElementById(id);

/** All operations of a document, those that OpenAPI has no place for too. */
function* operationsOf(api) {
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS) {
      if (item[method]) yield [item[method], readOperation(path, method, item[method])];
    }
    for (const { method, operation } of item['x-operations'] ?? []) {
      yield [operation, readOperation(path, method, operation)];
    }
  }
}

function byGrpcOnly(methods) {
  if (!methods) return null;
  return element('div', { class: 'grpc-only' },
    element('h3', {}, 'By gRPC only'),
    element('dl', { class: 'parameters' }, methods.map(({ rpc, description }) => [
      element('dt', {}, element('code', { class: 'name' }, rpc)),
      element('dd', {}, prose(description))])));
}

/** The sections of the services with their cards, and the contents beside them. */
function render(api) {
  const schemas = new Schemas(api);
  const sections = new Map(api.tags.map((tag) => [tag.name, { tag, cards: [] }]));
  for (const [raw, operation] of operationsOf(api)) {
    sections.get(raw.tags[0]).cards.push(new OperationCard(operation, schemas));
  }
  const shown = [...sections.values()].map(({ tag, cards }) => {
    const short = tag.name.split('.').at(-1);
    const links = cards.map((card) => element('a', { href: `#${card.operation.id}` },
      element('span', { class: 'method', 'data-method': card.operation.method },
        card.operation.method),
      element('span', {}, card.operation.id.split('_').slice(1).join(' '))));
    place('contents').append(element('h2', {}, short), ...links);
    const section = element('section', { 'aria-label': tag.name },
      element('h2', {}, short, ' ', element('small', {}, tag.name)),
      prose(tag.description), cards.map((card) => card.element), byGrpcOnly(tag['x-grpc-only']));
    place('operations').append(section);
    return { section, heading: links[0]?.previousElementSibling, cards, links };
  });
  return shown;
}

/** Hides what does not have all of the words. */
function filter(sections, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  let all = 0;
  for (const { section, heading, cards, links } of sections) {
    let here = 0;
    cards.forEach((card, i) => {
      const fits = words.every((word) => card.words.includes(word));
      card.element.hidden = !fits;
      links[i].hidden = !fits;
      here += fits;
    });
    section.hidden = words.length > 0 && here === 0;
    if (heading) heading.hidden = section.hidden;
    left += here;
    all += cards.length;
  }
  place('state').textContent = words.length ? `${left} of ${all} methods` : '';
}

function follow(cards) {
  const id = location.hash.slice(1); // as it is: ids have nothing that is to be decoded
  const card = cards.find(({ operation }) => operation.id === id);
  for (const link of place('contents').querySelectorAll('a')) {
    if (link.hash.slice(1) === id) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  if (!card) return;
  card.open();
  card.element.hidden = false;
  card.element.scrollIntoView();
  card.element.querySelector('summary').focus({ preventScroll: true });
}

function listen(sections) {
  const cards = sections.flatMap((section) => section.cards);
  const input = place('filter');
  const button = place('toggle-all');
  input.addEventListener('input', () => filter(sections, input.value));
  const allOpen = () => cards.every(({ element: { open } }) => open);
  const name = () => { button.textContent = allOpen() ? 'Close all' : 'Open all'; };
  button.addEventListener('click', () => {
    const open = !allOpen();
    for (const card of cards) card.element.open = open;
    name();
  });
  for (const card of cards) {
    card.element.addEventListener('toggle', name);
    // A link to what was opened is in the address bar, without a jump.
    card.element.querySelector('summary').addEventListener('click', () => {
      if (!card.element.open) history.replaceState(null, '', `#${card.operation.id}`);
    });
  }
  document.addEventListener('keydown', (key) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName);
    if (key.key === '/' && !typing && !key.ctrlKey && !key.metaKey) {
      key.preventDefault();
      input.focus();
    } else if (key.key === 'Escape' && document.activeElement === input) {
      input.value = '';
      filter(sections, '');
    }
  });
  if (cards.length <= MOST_OPEN) cards.forEach((card) => card.open());
  name();
  addEventListener('hashchange', () => follow(cards));
  follow(cards);
}

try {
  const response = await fetch('openapi.json');
  if (!response.ok) throw new Error(`the gateway says ${response.status}`);
  const api = await response.json();
  document.title = `${api.info.title}: API reference`;
  place('title').textContent = api.info.title;
  place('version').textContent = api.info.version;
  const intro = prose(api.info.description);
  if (intro) place('operations').append(intro);
  const sections = render(api);
  place('state').textContent = sections.length ? '' : 'No service is known yet.';
  listen(sections);
} catch (error) {
  place('state').textContent = `The description of the services can't be read: ${error.message}.`;
}
