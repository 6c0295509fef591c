/* The search of a site of plain files. Without this script, and until it runs, the place of the search
 * box holds a link to a page that says where search works. The index (search.json, written beside the
 * pages) is fetched when somebody goes to the box and not before; what is typed stays in the browser.
 * Links lead to pages that the site has; their paths are those of crates/web/src/page.rs. */

const root = new URL("..", import.meta.url);
const page = new URL("search.html", root);
const asked = new URLSearchParams(location.search).get("q") ?? "";
const results = document.querySelector("#results");
let index;

/** An element with attributes and children; text is never read as HTML. */
const make = (name, attributes, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

const load = () => (index ??= fetch(new URL("search.json", root), { cache: "no-cache" })
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
  .catch((error) => { index = undefined; throw error; }));

const hex = (base64) =>
  [...atob(`${base64}=`)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("").toUpperCase();

/** How well a text fits: 0 exact, 1 from its start, 2 in part; 9 not at all. */
const fit = (text, word) => {
  const place = text.toLowerCase().indexOf(word);
  return place < 0 ? 9 : place > 0 ? 2 : text.length === word.length ? 0 : 1;
};

/** What fits, best first and else in the order of the index, as [fit, item, place]. */
const ranked = (items, judge) =>
  items.map((item, place) => [judge(item, place), item, place]).filter(([how]) => how < 9).sort((a, b) => a[0] - b[0]);

/** Everything that fits a text: kind, and its hits as { name, detail, path }. */
const search = (data, text) => {
  const word = text.trim().toLowerCase();
  if (!word) return [];
  const bare = word.replace(/^\$|\s/g, "");
  const digits = /^[0-9a-f]{4,40}$/.test(bare) ? bare.toUpperCase() : null;
  const asn = /^(as)?\d+$/.test(word) ? `as${word.replace("as", "")}` : null;
  const group = (folder, kind, items, judge) => ({
    kind,
    hits: ranked(items, judge).map(([, [id, name]]) =>
      ({ name: name || id, detail: folder === "contact" || !name ? "" : id, path: `${folder}/${id}/` })),
  });
  const relays = ranked(data.relays, (relay) => {
    if (digits) relay.hex ??= hex(relay[1]);
    return digits && relay.hex.startsWith(digits) ? (digits.length === 40 ? 0 : 1) : fit(relay[0], word);
  }).map(([, relay]) => {
    const [nickname, base64, operator, as, country] = relay;
    const of = [data.ases[as]?.[1] || data.ases[as]?.[0], data.countries[country]?.[1], data.operators[operator]?.[1]];
    const fingerprint = relay.hex ?? hex(base64);
    return { name: nickname, detail: [fingerprint.slice(0, 8), ...of.filter(Boolean)].join(", "), path: `relay/${fingerprint}/` };
  });
  return [
    group("country", "Countries", data.countries, ([code, name]) => (word.length === 2 ? (fit(code, word) ? 9 : 0) : fit(name, word))),
    group("as", "Networks (AS)", data.ases, ([id, name]) => (asn ? (fit(id, asn) ? 9 : 0) : fit(name, word))),
    group("contact", "Operators", data.operators, ([id, name]) => (id.toLowerCase() === word ? 0 : fit(name, word))),
    { kind: "Relays", hits: relays },
  ].filter(({ hits }) => hits.length);
};

const count = (number) => number.toLocaleString("en");

const item = ({ name, detail, path }) => make("li", {},
  make("a", { href: new URL(path, root) }, make("bdi", {}, name)),
  ...(detail ? [make("p", {}, make("bdi", {}, detail))] : []));

const sections = (found, most) => found.map(({ kind, hits }) => make("section", {},
  make("h2", {}, `${kind} `, make("span", { class: "count" }, count(hits.length))),
  make("ol", { class: "hits" }, ...hits.slice(0, most).map(item)),
  ...(hits.length > most ? [make("p", { class: "small muted" }, `and ${count(hits.length - most)} more; a longer word finds fewer`)] : [])));

/** Shows what fits below a box, and says how much that is. */
const show = async (input, panel, status, most) => {
  const text = input.value;
  const told = (words) => { status.textContent = words; };
  if (!text.trim()) { panel.replaceChildren(); told(""); return; }
  try {
    const found = search(await load(), text);
    if (input.value !== text) return;
    const total = found.reduce((sum, { hits }) => sum + hits.length, 0);
    panel.replaceChildren(...sections(found, most));
    told(total === 0 ? "Nothing fits." : total === 1 ? "1 thing found." : `${count(total)} things found.`);
  } catch {
    told("The index of the search cannot be loaded.");
  }
};

const SHAPE = "M11.5 7a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0Zm-1 3.5 4 4";

const glass = () => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPE);
  svg.setAttribute("class", "ico");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
};

/** The search box in place of the link. */
const box = (place) => {
  const label = "Search relays, operators, networks, countries";
  const input = make("input", {
    type: "search", name: "q", maxlength: 100, autocomplete: "off", "aria-label": label, placeholder: "Relay, AS, operator, country",
  });
  const form = make("form", { class: "find live", role: "search", action: page },
    input, make("button", {}, make("span", { class: "word" }, "Search"), glass()));
  place.replaceWith(form);
  const status = make("p", { class: results ? "sub" : "small muted", role: "status" });
  const panel = results ?? make("div", { class: "found" });
  if (results) results.before(status);
  else form.append(make("div", { class: "drop" }, status, panel));
  const update = () => show(input, panel, status, results ? 50 : 5);
  input.addEventListener("focus", () => load().catch(() => {}), { once: true });
  input.addEventListener("input", update);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || results) return;
    input.value = "";
    update();
    input.focus();
  });
  if (results && asked) { input.value = asked; update(); }
};

document.querySelectorAll("p.find").forEach(box);
