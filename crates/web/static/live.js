/* Open pages follow the network. The server says at /live when there is something new; the page is then
 * asked for again and what differs is put in the place of what stood there. What the reader did stays:
 * scroll, focus, opened details, what was typed. Nobody needs this script: without it a page says when its
 * data are from and when newer ones are due. Hidden pages do not listen and catch up when they are shown. */

const address = new URL("../live", import.meta.url);
const SPREAD_MS = 400; // Open pages do not all ask at once.
const parser = new DOMParser();
const status = document.body.appendChild(document.createElement("div"));
status.className = "vh";
status.setAttribute("role", "status");

/** The page as the server sends it, before other scripts add to it. */
const fetched = async () => {
  const answer = await fetch(location.href.split("#")[0], { cache: "no-cache", headers: { accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.status);
  return parser.parseFromString(await answer.text(), "text/html");
};

/** What the reader changed and the server knows nothing of. */
const KEPT = { DETAILS: ["open"], INPUT: ["value", "checked"], OPTION: ["selected"] };

const setAttributes = (here, there) => {
  const kept = KEPT[here.nodeName] ?? [];
  for (const { name } of [...here.attributes]) {
    if (!there.hasAttribute(name) && !kept.includes(name)) here.removeAttribute(name);
  }
  for (const { name, value } of there.attributes) {
    if (here.getAttribute(name) !== value && !kept.includes(name)) here.setAttribute(name, value);
  }
};

/** What tells a part of the page from those beside it, where it has a name: its id, the heading of a section, the
 * link or the first words of a row. Numbers in it change. */
const nameOf = (node) => {
  if (node.nodeType !== Node.ELEMENT_NODE) return undefined;
  if (node.id) return `#${node.id}`;
  const row = node.nodeName === "TR" || node.nodeName === "LI";
  const words = node.nodeName === "SECTION" ? node.querySelector("h2, h3") : row && node.firstElementChild;
  const link = row && node.querySelector("a[href]");
  return link ? link.getAttribute("href") : words ? words.textContent.replace(/\d+/g, "") : undefined;
};

const isSame = (here, there) =>
  here.nodeType === there.nodeType && here.nodeName === there.nodeName && nameOf(here) === nameOf(there);

/** The node that is to become the wanted one: the next, or one with its name farther on. */
const match = (next, wanted) => {
  if (nameOf(wanted) === undefined) return next && isSame(next, wanted) ? next : undefined;
  let found = next;
  while (found && !isSame(found, wanted)) found = found.nextSibling;
  return found;
};

/** Figures of the page by id: what stands there, and what the server had sent for it. A figure that the
 * server would send again is left as its script made it. */
const shown = new Map();
const sent = new Map();
const figuresOf = (page) => page.querySelectorAll("figure.figure[id]");
const noteShown = () => {
  shown.clear();
  figuresOf(document).forEach((figure) => shown.set(figure.id, figure));
};
const noteSent = (page) => figuresOf(page).forEach((figure) => sent.set(figure.id, figure.outerHTML));
const kept = (figure) => (sent.get(figure.id) === figure.outerHTML ? shown.get(figure.id) : undefined);

/** A new node for the page, with the figures that are kept in their places. */
const made = (there) => {
  if (there.nodeType !== Node.ELEMENT_NODE) return document.importNode(there, true);
  const own = there.matches("figure.figure[id]") && kept(there);
  if (own) return own;
  const node = document.importNode(there, true);
  figuresOf(node).forEach((figure) => { const own = kept(figure); if (own) figure.replaceWith(own); });
  return node;
};

/** Makes one tree like the other and leaves alone what is alike. Figures are whole: their script starts anew. */
const become = (here, there) => {
  if (here.isEqualNode(there)) return;
  if (here.nodeType !== Node.ELEMENT_NODE) {
    if (here.nodeValue !== there.nodeValue) here.nodeValue = there.nodeValue;
    return;
  }
  if (there.matches("figure.figure")) {
    if (kept(there) !== here) here.replaceWith(made(there));
    return;
  }
  setAttributes(here, there);
  // Nothing is moved: what comes is put in, what goes is taken out, so that the focus stays where it is.
  let next = here.firstChild;
  const drop = () => { const node = next; next = node.nextSibling; node.remove(); };
  for (const wanted of [...there.childNodes]) {
    const found = match(next, wanted);
    if (found) {
      while (next !== found) drop();
      next = found.nextSibling;
      become(found, wanted);
    } else {
      const isInItsPlace = next && nameOf(next) === undefined && nameOf(wanted) === undefined;
      here.insertBefore(made(wanted), next);
      if (isInItsPlace) drop();
    }
  }
  while (next) drop();
};

const refresh = async () => {
  const page = await fetched();
  const before = document.querySelector("footer.src time")?.dateTime;
  noteShown();
  document.title = page.title;
  for (const part of ["main", "footer.src"]) {
    const [here, there] = [document.querySelector(part), page.querySelector(part)];
    if (here && there) become(here, there);
  }
  noteSent(page);
  document.dispatchEvent(new Event("allium:changed"));
  const time = document.querySelector("footer.src time");
  if (time && time.dateTime !== before) status.textContent = `This page now shows data of ${time.textContent}.`;
};

let source;
let waiting;
const soon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh().catch(() => {}), Math.random() * SPREAD_MS);
};
const listen = () => {
  if (source || document.hidden) return;
  source = new EventSource(address);
  source.addEventListener("edition", soon);
};
const rest = () => { source?.close(); source = undefined; };

noteSent(document);
document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
addEventListener("pagehide", rest);
addEventListener("pageshow", listen);
listen();
