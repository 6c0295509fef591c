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

const isSame = (here, there) =>
  here.nodeType === there.nodeType && here.nodeName === there.nodeName && here.id === there.id;

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
  const old = [...here.childNodes];
  [...there.childNodes].forEach((wanted, place) => {
    const found = old[place];
    if (found && isSame(found, wanted)) become(found, wanted);
    else if (found) found.replaceWith(made(wanted));
    else here.append(made(wanted));
  });
  old.slice(there.childNodes.length).forEach((node) => node.remove());
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
