// Elements are made here and nowhere else: text stays text, whatever is in it.

/** An element with attributes ("on..." are listeners, false and null are left out) and children. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const shown = new WeakMap();

/**
 * Shows what make(data) gives inside the container, only if the data changed since the last time.
 * The focus stays on the element of the same id.
 */
export function show(container, data, make) {
  const key = JSON.stringify(data);
  if (shown.get(container) === key) return;
  shown.set(container, key);
  const focused = container.contains(document.activeElement) ? document.activeElement.id : "";
  container.replaceChildren(...[make(data)].flat(Infinity).filter(Boolean));
  if (focused) document.getElementById(focused)?.focus();
}

/** Keeps one child per entry, by key and in order; children whose entry did not change stay. */
export function showEach(list, entries, key, make) {
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  const wanted = entries.map((entry) => {
    const name = String(key(entry));
    const child = known.get(name) ?? h(list.tagName === "DIV" ? "div" : "li", { "data-key": name });
    show(child, entry, make);
    return child;
  });
  for (const child of [...list.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((child, place) => {
    if (list.children[place] !== child) list.insertBefore(child, list.children[place] ?? null);
  });
}
