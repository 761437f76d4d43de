// Elements out of plain values. Text is always text: nothing that a service says becomes markup.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name === 'value') made.value = value;
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

/** `code` within a line of a comment. */
function inline(text) {
  return text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? element('code', {}, part) : part));
}

/** Comments as Markdown, as far as comments use it: paragraphs, lists and code. */
export function prose(text) {
  if (!text) return null;
  const blocks = text.split(/\n{2,}/).map((block) => {
    const lines = block.split('\n');
    if (lines.every((line) => /^( {4}|\t)/.test(line))) {
      return element('pre', {}, lines.map((line) => line.replace(/^( {4}|\t)/, '')).join('\n'));
    }
    if (/^[-*] /.test(lines[0])) {
      const items = [];
      for (const line of lines) {
        if (/^[-*] /.test(line)) items.push(line.slice(2));
        else items[items.length - 1] += ` ${line.trim()}`;
      }
      return element('ul', {}, items.map((item) => element('li', {}, inline(item))));
    }
    return element('p', {}, inline(lines.join(' ')));
  });
  return element('div', { class: 'prose' }, blocks);
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
// More spans than that would make the page slow.
const MOST_COLOURED = 60_000;

/** JSON with its names, texts and numbers in their colours. */
export function coloured(json) {
  if (json.length > MOST_COLOURED) return [json];
  const parts = [];
  let end = 0;
  for (const match of json.matchAll(TOKEN)) {
    parts.push(json.slice(end, match.index));
    const kind = match[2] ? 'name' : match[1] ? 'text' : 'value';
    const token = match[1] ?? match[0];
    parts.push(element('span', { class: `json-${kind}` }, token), match[2] ?? '');
    end = match.index + match[0].length;
  }
  parts.push(json.slice(end));
  return parts;
}

/** The JSON text, indented; what is no JSON stays as it is. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A button that puts a text on the clipboard and says so. */
export function copyButton(label, text) {
  const button = element('button', {
    type: 'button',
    class: 'quiet',
    'aria-label': label,
    onclick: async () => {
      const said = await navigator.clipboard?.writeText(text()).then(() => 'Copied', () => null);
      button.textContent = said ?? 'Not allowed';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    },
  }, 'Copy');
  return button;
}
