// What is looked for: words, states and a queue. It is kept in the address, so that a view can be
// sent to somebody and comes back with the page.

export class Filter {
  words = [];
  text = '';
  states = new Set();
  queue = '';

  /** `changed()` is called when it is another. */
  constructor(changed) {
    this.changed = changed;
    this.#readAddress();
    addEventListener('hashchange', () => {
      this.#readAddress();
      changed();
    });
  }

  search(text) {
    this.text = text;
    this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.#tell();
  }

  toggleState(id) {
    if (!this.states.delete(id)) this.states.add(id);
    this.#tell();
  }

  toggleQueue(name) {
    this.queue = this.queue === name ? '' : name;
    this.#tell();
  }

  wants(agent) {
    if (this.states.size && !this.states.has(agent.state)) return false;
    if (this.queue && !(agent.queues ?? []).includes(this.queue)) return false;
    if (!this.words.length) return true;
    const text = [agent.displayName, agent.number, agent.login?.extension, agent.group,
      agent.pause?.reason].join(' ').toLowerCase();
    return this.words.every((word) => text.includes(word));
  }

  #readAddress() {
    const address = new URLSearchParams(location.hash.slice(1));
    this.text = address.get('q') ?? '';
    this.words = this.text.toLowerCase().split(/\s+/).filter(Boolean);
    this.states = new Set((address.get('state') ?? '').split(',').filter(Boolean));
    this.queue = address.get('queue') ?? '';
  }

  #tell() {
    const address = new URLSearchParams();
    if (this.text) address.set('q', this.text);
    if (this.states.size) address.set('state', [...this.states].join(','));
    if (this.queue) address.set('queue', this.queue);
    const hash = address.toString();
    history.replaceState(null, '', hash ? `#${hash}` : location.pathname);
    this.changed();
  }
}
