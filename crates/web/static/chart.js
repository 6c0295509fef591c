/* Figures: values under a crosshair, zoom, comparison, full screen, a link to share. A figure is complete
 * without this script: its data stand in a table and in files. The values are those of the figure's CSV
 * where there is one. A site of files has none: there times are exact (data-start, data-step) and values
 * are those of the table's rows, or read off the drawing to a tenth of a pixel. Nothing here moves. */

const VIEW = 640; // Width of a plot in its own units (crates/charts/src/canvas.rs).
const inParts = (text) => text.split(" ").map(Number);
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

const filled = (element, attributes, children) => {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};
const make = (name, attributes, ...children) => filled(document.createElement(name), attributes, children);
const draw = (name, attributes, ...children) =>
  filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
const button = (words, act) => {
  const element = make("button", { type: "button" }, words);
  element.addEventListener("click", act);
  return element;
};

const live = make("div", { class: "vh", role: "status", "aria-live": "polite" });
const say = (words) => { live.textContent = words; };

/* Values as the charts write them (crates/charts/src/unit.rs, time_axis.rs). */
const inThree = (value) => value.toLocaleString("en", Math.abs(value) < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });
const withUnit = (value, unit) => {
  if (unit === "%") return `${value.toLocaleString("en", { maximumFractionDigits: value < 100 && value > 99.94 ? 2 : 1 })} %`;
  if (!/^(bit\/s|B\/s|B)$/.test(unit)) return `${inThree(value)} ${unit}`.trim();
  const power = clamp(Math.floor(Math.log10(Math.abs(value) || 1) / 3), 0, 5);
  return `${inThree(value / 1000 ** power)} ${["", "k", "M", "G", "T", "P"][power]}${unit}`;
};
const timeText = (seconds) => new Date(seconds * 1000).toISOString().slice(0, seconds % 86400 ? 16 : 10).replace("T", " ");

/** Rows of a CSV of ours, as texts. */
const csvRows = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(answer.status);
  const cell = (text) => text.replace(/,$/, "").replace(/^"(.*)"$/s, "$1").replaceAll('""', '"');
  return (await answer.text()).trim().split("\r\n").map((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g).map(cell));
};

/** An axis: from a place in the plot to the value there, and back. */
const axis = ([low, high], isLog, length) => {
  const [from, to] = isLog ? [Math.log10(low), Math.log10(high)] : [low, high];
  return {
    value: (place) => { const value = from + (place / length) * (to - from); return isLog ? 10 ** value : value; },
    place: (value) => (((isLog ? Math.log10(value) : value) - from) / (to - from)) * length,
  };
};

/** Puts the readings beside a place of the screen, within the figure. */
const showBox = (figure, box, x, y, title, rows) => {
  box.replaceChildren(make("b", {}, title),
    ...rows.map(([name, value, look]) => make("div", {}, make("i", { class: look }), `${name} `, make("span", {}, value))));
  box.hidden = false;
  const frame = figure.getBoundingClientRect();
  const beside = x - frame.left + 12 + box.offsetWidth > frame.width ? x - frame.left - 12 - box.offsetWidth : x - frame.left + 12;
  box.style.setProperty("left", `${clamp(beside, 0, frame.width - box.offsetWidth)}px`);
  box.style.setProperty("top", `${y - frame.top}px`);
};

/** Lets keys, mouse and touch go over the stops of a chart. */
const listen = (chart, { count, stopAt, show, clear, keys = {} }) => {
  let stop = -1;
  const go = (next, isSpoken) => { stop = clamp(next, 0, count() - 1); show(stop, isSpoken); };
  const leave = () => { stop = -1; clear(); };
  const over = (event) => { const next = stopAt(event); if (next >= 0) go(next, false); };
  chart.setAttribute("tabindex", "0");
  chart.setAttribute("role", "application");
  chart.addEventListener("keydown", (event) => {
    const back = stop < 0 ? count() - 1 : stop - 1;
    const moves = { ArrowRight: stop + 1, ArrowUp: stop + 1, ArrowLeft: back, ArrowDown: back, Home: 0, End: count() - 1 };
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in moves) go(moves[event.key], true);
    else if (event.key === "Escape") { leave(); keys.Escape?.(); }
    else if (event.key in keys) keys[event.key](stop);
    else return;
    event.preventDefault();
  });
  chart.addEventListener("pointermove", over);
  chart.addEventListener("pointerdown", over);
  chart.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") leave(); });
  chart.addEventListener("blur", leave);
};

/** Series over a common axis, in one plot or in several small ones: a crosshair through all of them. */
const setUpPlots = (figure, chart, plots, box, tools) => {
  const [plot] = plots;
  const { x, y, xkind, ykind, unit, stacked } = plot.dataset;
  const { csv, start, step, compare } = figure.dataset;
  const height = plot.viewBox.baseVal.height;
  const across = axis(inParts(x), xkind === "log", VIEW);
  const up = axis(inParts(y), ykind === "log", height);
  const crosses = plots.map((one) => one.appendChild(draw("g", { class: "cross" })));
  const brush = draw("rect", { class: "brush", y: 0, height });
  const rowsOfTable = [...figure.querySelectorAll("tbody tr[data-x]")].map((row) => [row.dataset.x, [...row.cells].map((cell) => cell.textContent)]);
  const heads = [...figure.querySelectorAll("thead th")].map((head) => head.dataset);
  const tableRows = new Map(rowsOfTable);
  let exact = null;
  let series = [];
  let stops = [];
  const scan = () => {
    series = plots.flatMap((one) => [...one.querySelectorAll("path.line[data-name]:not(.off)")]).map((path) => {
      const points = path.getAttribute("d").matchAll(/(-?[\d.]+) (-?[\d.]+)/g);
      const at = new Map([...points].map((point) => [+point[1], +point[2]]));
      return { name: path.dataset.name, look: path.getAttribute("class"), plot: plots.indexOf(path.parentElement), at };
    });
    stops = [...new Set(series.flatMap(({ at }) => [...at.keys()]))].sort((a, b) => a - b);
  };
  scan();
  if (!stops.length) return;

  const load = () => (exact ??= csv ? csvRows(csv).then(([head, ...rows]) => ({
    head, rows: new Map(rows.map((row) => [String(xkind === "time" ? Date.parse(row[0]) / 1000 : row[0]), row])),
  })).catch(() => null) : Promise.resolve(null));
  const nearest = (place) => stops.reduce((best, at, index) => (Math.abs(at - place) < Math.abs(stops[best] - place) ? index : best), 0);
  const valueAcross = (place) => {
    const value = across.value(place);
    return step ? +start + Math.round((value - start) / step) * step : value;
  };
  const title = (index) => { const value = valueAcross(stops[index]); return xkind === "time" ? timeText(value) : inThree(value); };
  const reading = ({ name, at }, place, told, below) => {
    const key = String(valueAcross(place));
    const column = told?.head.findIndex((head) => head === name || head.startsWith(`${name} (`)) ?? -1;
    const row = told?.rows.get(key);
    if (row && column > 0) return row[column] === "" ? "not known" : withUnit(+row[column], unit);
    const head = heads.findIndex((one) => one.name === name);
    const cell = tableRows.get(key)?.[head];
    if (cell) return /\d$/.test(cell) ? `${cell} ${heads[head].unit ?? ""}`.trim() : cell;
    // The line of a stacked area is the sum of those below it.
    return at.has(place) ? withUnit(up.value(height - at.get(place)) - (below ? up.value(height - below.at.get(place)) : 0), unit) : "not known";
  };

  let shown = -1;
  let under = plot;
  const show = async (index, isSpoken) => {
    shown = index;
    const place = stops[index];
    // A line without length and with round ends stays a dot however the plot is stretched.
    const dot = ({ look, at }) => draw("path", { class: `${look} dot`, d: `M${place} ${at.get(place)}h0` });
    crosses.forEach((cross, index) => cross.replaceChildren(draw("path", { class: "hair", d: `M${place} 0V${height}` }),
      ...series.filter((one) => one.plot === index && one.at.has(place)).map(dot)));
    const told = await load();
    if (shown !== index) return;
    const rows = series.map((one, index) => [one.name, reading(one, place, told, stacked && series[index - 1]), one.look]);
    const at = new DOMPoint(place, 0).matrixTransform(under.getScreenCTM());
    showBox(figure, box, at.x, at.y, title(index), rows);
    if (isSpoken) say(`${title(index)}: ${rows.map(([name, value]) => `${name} ${value}`).join(", ")}`);
  };
  const clear = () => { shown = -1; under = plot; crosses.forEach((cross) => cross.replaceChildren()); box.hidden = true; };

  // The heights stay as they are: a zoom never makes a small change look large.
  const whole = button("Reset zoom", () => { zoom(0, VIEW); chart.focus(); });
  whole.hidden = true;
  const texts = [...chart.querySelectorAll(":scope > text.tick")].filter((text) => +text.getAttribute("y") > plot.y.baseVal.value + height);
  const ends = texts.length ? ["start", "end"].map((anchor) => chart.appendChild(draw("text", {
    class: "tick off", x: anchor === "start" ? "0" : "100%", y: texts[0].getAttribute("y"), "text-anchor": anchor,
  }))) : [];
  const zoom = (from, to) => {
    const isWhole = to - from >= VIEW;
    const told = [from, to].map((place) => title(nearest(place)));
    plots.forEach((one) => filled(one, { viewBox: `${from} 0 ${to - from} ${height}`, overflow: isWhole ? "visible" : "hidden" }, []));
    texts.forEach((text) => text.classList.toggle("off", !isWhole));
    whole.hidden = isWhole;
    ends.forEach((text, index) => { text.textContent = told[index]; text.classList.toggle("off", isWhole); });
    say(isWhole ? "The whole range is shown." : `${told.join(" to ")} is shown.`);
  };
  const nearer = () => {
    const { x: from, width } = plot.viewBox.baseVal;
    const middle = shown < 0 ? from + width / 2 : stops[shown];
    const first = clamp(middle - width / 4, 0, VIEW - width / 2);
    if (width > VIEW / 64) zoom(first, first + width / 2);
  };
  tools.prepend(button("Zoom in", nearer), whole);
  const inPlot = ({ clientX, clientY }) => {
    const point = (one) => new DOMPoint(clientX, clientY).matrixTransform(one.getScreenCTM().inverse());
    const isIn = (one) => { const at = point(one); return at.x >= 0 && at.x <= VIEW && at.y >= -40 && at.y <= height; };
    under = plots.find(isIn) ?? under;
    return point(under).x;
  };
  let begun = null;
  chart.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) begun = inPlot(event);
  });
  addEventListener("pointermove", (event) => {
    if (begun === null) return;
    under.append(filled(brush, { x: Math.min(begun, inPlot(event)), width: Math.abs(inPlot(event) - begun) }, []));
  });
  addEventListener("pointerup", (event) => {
    if (begun === null) return;
    const [from, to] = [begun, inPlot(event)].map((place) => clamp(place, 0, VIEW)).sort((a, b) => a - b);
    if (to - from > plot.viewBox.baseVal.width / 50) zoom(from, to);
    brush.remove();
    begun = null;
  });
  const back = () => { if (!whole.hidden) zoom(0, VIEW); };
  chart.addEventListener("dblclick", back);
  listen(chart, { count: () => stops.length, stopAt: (event) => nearest(inPlot(event)), show, clear, keys: { Escape: back, "+": nearer, "-": back } });

  const others = series.length > 1 ? [...plot.querySelectorAll('path[data-name^="Network"]')] : [];
  if (!others.length && !compare) return;
  /** The other figure's first series, over the axes of this one. */
  const fetched = async () => {
    const [, ...rows] = await csvRows(compare);
    const d = rows.map(([time, value], index) => (value === "" ? "" :
      `${index && rows[index - 1][1] !== "" ? "L" : "M"}${across.place(Date.parse(time) / 1000).toFixed(1)} ${(height - up.place(+value)).toFixed(1)}`));
    return plot.appendChild(draw("path", { class: "line s2 compare off", "data-name": "Network", d: d.join("") }));
  };
  const toggle = button(others[0]?.dataset.name ?? "Network average", async () => {
    if (!others.length) others.push(await fetched());
    const isOn = toggle.getAttribute("aria-pressed") === "false";
    toggle.setAttribute("aria-pressed", isOn);
    others.forEach((path) => path.classList.toggle("off", !isOn));
    scan();
  });
  toggle.setAttribute("aria-pressed", others.length > 0);
  tools.prepend(toggle);
};

/** Marks that say in a title what they are: bars, slices, cells, countries. */
const setUpMarks = (figure, chart, marks, box) => {
  const clear = () => { chart.querySelector(".on")?.classList.remove("on"); box.hidden = true; };
  const show = (index, isSpoken) => {
    clear();
    const words = marks[index].querySelector("title").textContent;
    const frame = marks[index].getBoundingClientRect();
    marks[index].classList.add("on");
    showBox(figure, box, frame.left + frame.width / 2, frame.top, words, []);
    if (isSpoken) say(words);
  };
  listen(chart, { count: () => marks.length, stopAt: ({ target }) => marks.findIndex((mark) => mark.contains(target)), show, clear });
};

const addTools = (figure) => {
  const share = async () => {
    const url = `${location.href.split("#")[0]}#${figure.id}`;
    try {
      await (navigator.share ? navigator.share({ url }) : navigator.clipboard.writeText(url));
      say("Link copied.");
    } catch {
      location.hash = figure.id;
      say("The address of this page now leads to the figure.");
    }
  };
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : figure.requestFullscreen());
  const tools = make("div", { class: "tools" }, ...(figure.requestFullscreen ? [button("Full screen", full)] : []), button("Copy link", share));
  tools.append(...figure.querySelectorAll(".files"));
  return figure.appendChild(tools);
};

const setUp = (figure) => {
  const chart = figure.querySelector("svg.chart");
  if (!chart) return;
  const box = figure.appendChild(make("div", { class: "readout", "aria-hidden": "true", hidden: "" }));
  const tools = addTools(figure);
  const plots = [...chart.querySelectorAll("svg.plot[data-x]")].filter((plot) => plot.querySelector("path.line[data-name]"));
  const marks = [...chart.querySelectorAll("title")].map((words) => words.parentElement).filter((mark) => mark.localName !== "svg");
  if (plots.length) setUpPlots(figure, chart, plots, box, tools);
  else if (marks.length) setUpMarks(figure, chart, marks, box);
};

const ready = new WeakSet();
const setUpNew = () => {
  const figures = [...document.querySelectorAll("figure.figure")].filter((figure) => !ready.has(figure));
  if (figures.length) document.body.append(live);
  figures.forEach((figure) => { ready.add(figure); setUp(figure); });
};
setUpNew();
document.addEventListener("allium:changed", setUpNew);
