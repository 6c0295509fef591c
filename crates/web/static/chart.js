/* Figures: values under a crosshair, zoom, comparison, full screen and a link to share. A figure is
 * complete without this script: its data stand in a table, and its files are linked.
 * Values come from the figure's CSV where there is one; a site of files has none, and then they are read
 * off the drawing, exactly for the rows of its table and else as fine as it is drawn. Nothing moves. */

const VIEW = 640;
const svgElement = (name, attributes) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};
const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

const live = make("div", { class: "vh", role: "status", "aria-live": "polite" });
const say = (words) => { live.textContent = words; };

const PREFIXES = [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];
const digits = (value) => value.toLocaleString("en", Math.abs(value) < 1000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });
/** A value as the charts write it (crates/charts/src/unit.rs). */
const format = (value, unit) => {
  if (unit === "%") return `${value.toLocaleString("en", { maximumFractionDigits: value < 100 && value > 99.94 ? 2 : 1 })} %`;
  if (!/^(bit\/s|B\/s|B)$/.test(unit)) return unit ? `${digits(value)} ${unit}` : digits(value);
  const [divisor, prefix] = PREFIXES.find(([least]) => Math.abs(value) >= least) ?? [1, ""];
  return `${digits(value / divisor)} ${prefix}${unit}`;
};
const moment = (seconds) => {
  const text = new Date(seconds * 1000).toISOString();
  return text.slice(11, 16) === "00:00" ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
};

/** Rows of a CSV of ours: cells may be quoted. */
const csvRows = (text) => text.trim().split(/\r?\n/).map((line) =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell.replace(/^"|"$/g, "").replaceAll('""', '"')));
const number = (cell) => (cell === "" || cell === undefined ? null : Number(cell));
const csvTime = (cell) => Date.parse(/Z$/.test(cell) ? cell : `${cell.replace(" ", "T")}Z`) / 1000;

/** Points of a path with absolute M and L. */
const points = (path) => [...path.getAttribute("d").matchAll(/(-?[\d.]+)[ ,](-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

/** What a figure shows at each of its stops: places in a plot, or marks with a value of their own. */
const plotReader = (figure, plot) => {
  const pair = (name) => plot.dataset[name].split(" ").map(Number);
  const [[left, right], [low, high]] = [pair("x"), pair("y")];
  const height = plot.viewBox.baseVal.height;
  const isTime = plot.dataset.xkind === "time";
  const { unit = "" } = plot.dataset;
  const { start, step } = figure.dataset;
  let exact = null;
  let series = [];
  let stops = [];
  const toX = (value) => ((value - left) / (right - left)) * VIEW;
  const toY = (value) => height - ((value - low) / (high - low)) * height;
  const valueOfX = (x) => {
    const value = left + (x / VIEW) * (right - left);
    return step ? Number(start) + Math.round((value - start) / step) * step : value;
  };
  const scan = () => {
    series = [...plot.querySelectorAll("path[data-name]")].filter((path) => !path.classList.contains("off"))
      .map((path) => ({ path, name: path.dataset.name, at: new Map(points(path)) }));
    stops = [...new Set(series.flatMap(({ at }) => [...at.keys()]))].sort((a, b) => a - b);
  };
  scan();
  const fetched = () => (exact ??= figure.dataset.csv
    ? fetch(figure.dataset.csv).then((answer) => (answer.ok ? answer.text() : "")).then((text) => {
      const [head, ...rows] = csvRows(text);
      exact.head = head;
      exact.rows = new Map(rows.map((row) => [isTime ? csvTime(row[0]) : Number(row[0]), row]));
    }).catch(() => {})
    : Promise.resolve());
  const valueOf = ({ name, at }, stop, x) => {
    const column = exact?.head?.findIndex((title) => title === name || title.startsWith(`${name} (`)) ?? -1;
    const row = exact?.rows?.get(x);
    if (row && column > 0) return number(row[column]);
    return at.has(stop) ? low + ((height - at.get(stop)) / height) * (high - low) : null;
  };
  return {
    toX, toY, scan, fetched,
    count: () => stops.length,
    nearest: (x) => stops.reduce((best, stop, place) => (Math.abs(stop - x) < Math.abs(stops[best] - x) ? place : best), 0),
    x: (place) => stops[place],
    dots: (place) => series.filter(({ at }) => at.has(stops[place])).map(({ path, at }) => [path, at.get(stops[place])]),
    read: (place) => {
      const x = valueOfX(stops[place]);
      return {
        title: isTime ? moment(x) : digits(x),
        rows: series.map((one) => {
          const value = valueOf(one, stops[place], x);
          return [one.name, value === null ? "not known" : format(value, unit), one.path.getAttribute("class")];
        }),
      };
    },
  };
};

const button = (words, act) => {
  const element = make("button", { type: "button" }, words);
  element.addEventListener("click", act);
  return element;
};

/** Puts the box beside a place of the figure, within the figure. */
const placeBox = (figure, box, clientX, clientY) => {
  const frame = figure.getBoundingClientRect();
  const x = clientX - frame.left;
  const beside = x + 12 + box.offsetWidth > frame.width ? x - 12 - box.offsetWidth : x + 12;
  box.style.setProperty("inset-inline-start", `${Math.max(0, Math.min(beside, frame.width - box.offsetWidth))}px`);
  box.style.setProperty("inset-block-start", `${clientY - frame.top}px`);
};

const fillBox = (box, { title, rows }) => {
  box.replaceChildren(make("b", {}, title), ...rows.map(([name, value, look]) =>
    make("div", {}, make("i", { class: look ?? "" }), `${name} `, make("span", {}, value))));
};
const sentence = ({ title, rows }) => `${title}: ${rows.map(([name, value]) => (name ? `${name} ${value}` : value)).join(", ")}`;

const addTools = (figure) => {
  const tools = make("div", { class: "tools" });
  figure.append(tools);
  if (figure.requestFullscreen) {
    tools.append(button("Full screen", () => (document.fullscreenElement ? document.exitFullscreen() : figure.requestFullscreen())));
  }
  tools.append(button("Copy link", async () => {
    const url = `${location.href.split("#")[0]}#${figure.id}`;
    try {
      if (navigator.share) await navigator.share({ url });
      else await navigator.clipboard.writeText(url);
      say("Link copied.");
    } catch {
      location.hash = figure.id;
      say("The address of this page is now that of the figure.");
    }
  }));
  return tools;
};

/** Lets arrows, mouse and touch go over stops; `show` draws one, `clear` takes it away. */
const listen = (chart, { count, stopAt, show, clear, keys = {} }) => {
  let place = -1;
  const go = (next, isSpoken) => {
    place = Math.max(0, Math.min(count() - 1, next));
    show(place, isSpoken);
  };
  const leave = () => { place = -1; clear(); };
  chart.setAttribute("tabindex", "0");
  chart.setAttribute("role", "application");
  chart.addEventListener("keydown", (event) => {
    const moves = { ArrowRight: place + 1, ArrowUp: place + 1, ArrowLeft: place < 0 ? count() - 1 : place - 1, ArrowDown: place - 1, Home: 0, End: count() - 1 };
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in moves) go(moves[event.key], true);
    else if (event.key === "Escape") { leave(); keys.Escape?.(); }
    else if (keys[event.key]) keys[event.key](place);
    else return;
    event.preventDefault();
  });
  const over = (event) => {
    const next = stopAt(event);
    if (next >= 0) go(next, false);
  };
  chart.addEventListener("pointermove", over);
  chart.addEventListener("pointerdown", over);
  chart.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") leave(); });
  chart.addEventListener("blur", leave);
  return leave;
};

const setUpPlot = (figure, chart, plot, box, tools) => {
  const reader = plotReader(figure, plot);
  if (!reader.count()) return;
  const height = plot.viewBox.baseVal.height;
  const cross = svgElement("g", { class: "cross" });
  const brush = svgElement("rect", { class: "brush", y: 0, height });
  plot.append(cross);
  const inPlot = ({ clientX, clientY }) => new DOMPoint(clientX, clientY).matrixTransform(plot.getScreenCTM().inverse());
  let shown = -1;
  const show = async (place, isSpoken) => {
    shown = place;
    const x = reader.x(place);
    const dots = reader.dots(place);
    // A line without length and with round ends stays a dot however the plot is stretched.
    cross.replaceChildren(svgElement("path", { class: "hair", d: `M${x} 0V${height}` }),
      ...dots.map(([path, y]) => svgElement("path", { class: `${path.getAttribute("class")} dot`, d: `M${x} ${y}h0` })));
    await reader.fetched();
    if (shown !== place) return;
    const values = reader.read(place);
    fillBox(box, values);
    box.hidden = false;
    const at = new DOMPoint(x, 0).matrixTransform(plot.getScreenCTM());
    placeBox(figure, box, at.x, at.y);
    if (isSpoken) say(sentence(values));
  };
  const clear = () => { shown = -1; cross.replaceChildren(); box.hidden = true; };

  const reset = button("Reset zoom", () => { zoom(0, VIEW); chart.focus(); });
  reset.hidden = true;
  const zoom = (from, to) => {
    const isWhole = to - from >= VIEW;
    plot.setAttribute("viewBox", `${isWhole ? 0 : from} 0 ${isWhole ? VIEW : to - from} ${height}`);
    chart.classList.toggle("zoomed", !isWhole);
    reset.hidden = isWhole;
    const [first, last] = [reader.nearest(from), reader.nearest(to)].map((place) => reader.read(place).title);
    range.textContent = isWhole ? "" : `${first} to ${last}`;
    say(isWhole ? "Whole range." : `Shows ${first} to ${last}.`);
  };
  const nearer = (place) => {
    const { x: from, width } = plot.viewBox.baseVal;
    if (width < VIEW / 64) return;
    const middle = place >= 0 ? reader.x(place) : from + width / 2;
    const start = Math.max(0, Math.min(VIEW - width / 2, middle - width / 4));
    zoom(start, start + width / 2);
  };
  const range = make("span", { class: "muted" });
  tools.prepend(button("Zoom in", () => nearer(shown)), reset, range);

  let begun = null;
  chart.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) begun = inPlot(event).x;
  });
  chart.addEventListener("pointermove", (event) => {
    if (begun === null) return;
    const x = inPlot(event).x;
    brush.setAttribute("x", Math.min(begun, x));
    brush.setAttribute("width", Math.abs(x - begun));
    plot.append(brush);
  });
  addEventListener("pointerup", (event) => {
    if (begun === null) return;
    const [from, to] = [begun, inPlot(event).x].sort((a, b) => a - b).map((x) => Math.max(0, Math.min(VIEW, x)));
    if (brush.isConnected && to - from > plot.viewBox.baseVal.width / 50) zoom(from, to);
    brush.remove();
    begun = null;
  });
  chart.addEventListener("dblclick", () => zoom(0, VIEW));
  listen(chart, {
    count: reader.count,
    stopAt: (event) => reader.nearest(inPlot(event).x),
    show, clear,
    keys: { "Escape": () => { if (!reset.hidden) zoom(0, VIEW); }, "+": nearer, "-": () => zoom(0, VIEW) },
  });
  addCompare(figure, plot, tools, reader);
};

/** A button that shows and hides the network's average. */
const addCompare = (figure, plot, tools, reader) => {
  const own = [...plot.querySelectorAll("path.compare")];
  if (!own.length && !figure.dataset.compare) return;
  const toggle = button("Network average", async () => {
    if (!own.length) own.push(await drawn(figure.dataset.compare, plot, reader));
    const isOn = toggle.getAttribute("aria-pressed") !== "true";
    toggle.setAttribute("aria-pressed", isOn);
    own.forEach((path) => path.classList.toggle("off", !isOn));
    reader.scan();
  });
  toggle.setAttribute("aria-pressed", own.length > 0);
  tools.prepend(toggle);
};

const drawn = async (url, plot, reader) => {
  const [head, ...rows] = csvRows(await (await fetch(url)).text());
  let pen = "M";
  const d = rows.map(([time, cell]) => {
    const value = number(cell);
    if (value === null) { pen = "M"; return ""; }
    const step = `${pen}${reader.toX(csvTime(time)).toFixed(1)} ${reader.toY(value).toFixed(1)}`;
    pen = "L";
    return step;
  }).join("");
  const path = svgElement("path", { class: "line compare off", "data-name": head[1], d });
  plot.append(path);
  return path;
};

/** Marks: bars, slices, cells and countries, each with a name and a value of its own. */
const setUpMarks = (figure, chart, marks, box) => {
  const clear = () => { chart.querySelector(".on")?.classList.remove("on"); box.hidden = true; };
  const show = (place, isSpoken) => {
    clear();
    const mark = marks[place];
    mark.classList.add("on");
    const { name, value, unit = chart.dataset.unit ?? "" } = mark.dataset;
    const told = { title: name, rows: [["", value === "" ? "not known" : isNaN(value) ? value : format(Number(value), unit)]] };
    fillBox(box, told);
    box.hidden = false;
    const frame = mark.getBoundingClientRect();
    placeBox(figure, box, frame.left + frame.width / 2, frame.top);
    if (isSpoken) say(sentence(told));
  };
  listen(chart, { count: () => marks.length, stopAt: (event) => marks.indexOf(event.target.closest("[data-value]")), show, clear });
};

const setUp = (figure) => {
  const chart = figure.querySelector("svg.chart");
  if (!chart) return;
  const tools = addTools(figure);
  const box = make("div", { class: "readout", "aria-hidden": "true" });
  box.hidden = true;
  figure.append(box);
  const plot = chart.querySelector("svg.plot[data-x]");
  const marks = [...chart.querySelectorAll("[data-value]")];
  if (plot?.querySelector("path[data-name]:not([data-value])")) setUpPlot(figure, chart, plot, box, tools);
  else if (marks.length) setUpMarks(figure, chart, marks, box);
};

const figures = document.querySelectorAll("figure.figure");
if (figures.length) (document.querySelector("main") ?? document.body).append(live);
figures.forEach(setUp);
