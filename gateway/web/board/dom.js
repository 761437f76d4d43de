// Makes elements. What is shown is always set as text, never as markup: names are what people
// have typed somewhere.

/** element('p', { class: 'x' }, 'text', other): attributes that are null or false are left out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

export const place = (id) => document.getElementById(id);

/** Sets a text only if it is another: what stays the same is neither painted nor said again. */
export function say(where, text) {
  if (where.textContent !== text) where.textContent = text;
}

/** Brings the children of `parent` into this order, and moves none that stands right already. */
export function arrange(parent, children) {
  let at = parent.firstChild;
  for (const child of children) {
    if (child === at) at = at.nextSibling;
    else parent.insertBefore(child, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}
