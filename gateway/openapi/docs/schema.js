// JSON schemas as people read them: a type in a word, a tree of properties, an example.

import { element, prose } from './element.js';

/** Without its package, and without how a method's answers write it. */
const shortName = (name) => name.split('.').at(-1).split('-')[0];

const EXAMPLE_DEPTH = 3;
const EXAMPLE_PROPERTIES = 200;

export class Schemas {
  #document;

  constructor(document) {
    this.#document = document;
  }

  /** The schema itself, with what is said beside the reference to it. */
  resolve(schema = {}) {
    if (!schema.$ref) return schema;
    const found = schema.$ref.slice(2).split('/')
      .reduce((at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], this.#document);
    return { ...found, ...schema, $ref: undefined, name: schema.$ref.split('/').at(-1) };
  }

  /** "array of Agent", "string (int64)". */
  typeText(schema) {
    const either = schema.anyOf ?? schema.oneOf;
    if (either) return either.map((one) => this.typeText(one)).join(' or ');
    const seen = this.resolve(schema);
    if (seen.name) return shortName(seen.name);
    if (seen.type === 'array') return `array of ${this.typeText(seen.items ?? {})}`;
    if (seen.type === 'object' && seen.additionalProperties?.constructor === Object) {
      return `map of ${this.typeText(seen.additionalProperties)}`;
    }
    const type = [seen.type ?? 'any'].flat().join(' or ');
    const form = seen.format ?? seen.contentEncoding;
    return form ? `${type} (${form})` : type;
  }

  /** What is to be looked at for properties: the schema, its items, or what is not null of it. */
  #inner(schema) {
    const seen = this.resolve(schema);
    const either = seen.anyOf ?? seen.oneOf;
    if (either) return this.#inner(either.find((one) => one.type !== 'null') ?? {});
    if (seen.type === 'array') return this.#inner(seen.items ?? {});
    if (seen.additionalProperties?.constructor === Object && !seen.properties) {
      return this.#inner(seen.additionalProperties);
    }
    return seen;
  }

  /** The values that are allowed, if they are few enough to be listed. */
  choices(schema) {
    return this.#inner(schema).enum;
  }

  /**
   * A list of properties; those that have properties too open when they are asked. `always` says
   * what it means that a property is required.
   */
  tree(schema, always) {
    const seen = this.#inner(schema);
    const entries = Object.entries(seen.properties ?? {});
    if (entries.length === 0) return seen.enum ? prose(seen.description) : null;
    const required = new Set(seen.required);
    return element('ul', { class: 'tree' },
      entries.map(([name, property]) => this.#branch(name, property, required.has(name) ? always : null, always)));
  }

  #branch(name, property, mark, always) {
    const said = this.resolve(property);
    const inner = this.#inner(property);
    const head = [
      element('code', { class: 'name' }, name),
      element('span', { class: 'type' }, this.typeText(property)),
      mark ? element('span', { class: 'mark' }, mark) : null,
      said.readOnly ? element('span', { class: 'mark' }, 'read only') : null,
      said.deprecated ? element('span', { class: 'mark' }, 'deprecated') : null,
    ];
    const own = prose(property.description ?? (property.$ref ? null : said.description));
    if (!inner.properties && !(inner.enum && inner.name)) {
      return element('li', {}, element('div', { class: 'line' }, head), own);
    }
    const more = element('details', {}, element('summary', { class: 'line' }, head));
    more.addEventListener('toggle', () => {
      if (more.children.length === 1) more.append(this.tree(inner, always) ?? '');
    });
    return element('li', {}, more, own);
  }

  /**
   * A value to begin with, as deep and as wide as one cares to read: messages that have each other
   * would fill more than there is. `room` is what is left for properties.
   */
  example(schema, room = { properties: EXAMPLE_PROPERTIES }, depth = 0) {
    const seen = this.resolve(schema);
    if (seen.example !== undefined) return seen.example;
    const either = seen.anyOf ?? seen.oneOf;
    if (either) return this.example(either[0], room, depth);
    if (seen.enum) return seen.enum[Math.min(1, seen.enum.length - 1)];
    const type = [seen.type].flat()[0];
    if (type === 'array') return [];
    if (type === 'integer' || type === 'number') return 0;
    if (type === 'boolean') return false;
    if (type === 'string') return this.#exampleText(seen);
    if (type !== 'object') return null;
    const value = {};
    if (depth === EXAMPLE_DEPTH) return value;
    for (const [name, property] of Object.entries(seen.properties ?? {})) {
      if (property.readOnly) continue;
      if (room.properties === 0) break;
      room.properties -= 1;
      value[name] = this.example(property, room, depth + 1);
    }
    return value;
  }

  #exampleText({ format, pattern }) {
    if (format === 'date-time') return new Date(0).toISOString();
    if (format === 'int64' || format === 'uint64') return '0';
    return pattern?.endsWith('s$') ? '0s' : '';
  }
}
