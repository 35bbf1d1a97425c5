// Draws the charts, writes numbers by language, sorts tables, moves sliders. Reads the JSON element "data"; fetches nothing.
"use strict";

const root = document.documentElement;
const told = JSON.parse(document.getElementById("data").textContent);
const narrow = 560;

// ---- words and numbers -------------------------------------------------------------------------------------------

const lang = () => root.dataset.lang;
const locale = () => (lang() === "zh" ? "zh-CN" : "en");

/** A text in the language of the page: plain, or {zh, en}. */
const text = (said) => (said === null || typeof said !== "object" ? String(said ?? "") : said[lang()]);

const compact = { notation: "compact", maximumFractionDigits: 2 };
const COUNTED = new Set(["count", "people", "units"]);
const SHORTENED = { zh: 1e4, en: 1e3 };
/** People and pieces by the hundred, not yet in 万 or K, are told whole. */
const whole = (size, unit) => COUNTED.has(unit) && size >= 100 && size < SHORTENED[lang()]
  ? { maximumFractionDigits: 0 } : {};
const fixed = (digits) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });
const timed = (unit) => ({ style: "unit", unit, unitDisplay: "short", ...fixed(1) });
const WRITTEN = {
  yuan: compact, count: compact, people: compact, units: compact, "": { maximumSignificantDigits: 4 },
  ratio: fixed(2), minutes: timed("minute"), seconds: timed("second"), days: timed("day"), times: fixed(2), plain: { maximumFractionDigits: 0 },
  tiny: { notation: "scientific", maximumSignificantDigits: 2 },
  share: { style: "percent", ...fixed(1) }, chance: { style: "percent", maximumFractionDigits: 0 },
};

/** A figure to read: 万 and 亿 in Chinese, K and M in English. */
function figure(value, unit, signed = false, least = {}) {
  if (value === null || !Number.isFinite(value)) return "–";
  if (value === 0 && unit === "tiny") return "0";
  const options = { ...(WRITTEN[unit] ?? WRITTEN[""]), ...whole(Math.abs(value), unit), ...least };
  const size = new Intl.NumberFormat(locale(), options).format(Math.abs(value));
  const sign = !/[1-9]/.test(size) ? "" : value < 0 ? "−" : signed ? "+" : "";
  return sign + (unit === "yuan" ? "¥" : "") + size;
}

/** A figure at an axis: no zeros behind it. */
const tick = (value, unit) => figure(value, unit, false, { minimumFractionDigits: 0 });

/** What a factor was set to: a number is shortened, a word is not. */
const setting = (told) => (told === null || told.trim() === "" || !Number.isFinite(Number(told)) ? text(told)
  : new Intl.NumberFormat(locale(), { notation: "compact", maximumSignificantDigits: 3 }).format(Number(told)));

function writeNumbers() {
  const exact = new Intl.NumberFormat(locale(), { maximumSignificantDigits: 12 });
  for (const data of document.querySelectorAll("data")) {
    data.textContent = figure(Number(data.value), data.dataset.unit, "signed" in data.dataset);
    data.title = exact.format(Number(data.value));
  }
}

// ---- charts: each takes its data and gives an ECharts option and a height ----------------------------------------

const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
const palette = () => [1, 2, 3, 4, 5, 6].map((number) => colour(`c${number}`));

const label = () => ({ color: colour("faint"), fontSize: 12 });
const rule = () => ({ lineStyle: { color: colour("line") } });
const values = (unit, more = {}) => ({
  type: "value", axisLabel: { ...label(), formatter: (value) => tick(value, unit), hideOverlap: true },
  splitLine: rule(), splitNumber: innerWidth < narrow ? 3 : 5, ...more,
});
/** Values from left to right; a phone has room for few. */
const along = (unit, more = {}) => values(unit, { splitNumber: innerWidth < narrow ? 2 : 5, ...more });
const names = (list, more = {}) => ({
  type: "category", data: list.map(text), axisTick: { show: false }, axisLine: rule(), axisLabel: label(), ...more,
});
const pen = document.createElement("canvas").getContext("2d");
/** A name that fits: a path without its first parts, and what is still too long without its middle, for names that
    begin alike differ at their ends. */
function fitted(name, fits) {
  const parts = name.split(".");
  let first = 0;
  const path = () => (first ? `…${parts.slice(first).join(".")}` : name);
  while (first < parts.length - 1 && !fits(path())) first += 1;
  const letters = [...path()];
  let kept = letters.length;
  const shown = () => (kept < letters.length
    ? `${letters.slice(0, Math.ceil(kept / 2)).join("")}…${letters.slice(-Math.floor(kept / 2)).join("")}` : path());
  while (kept > 4 && !fits(shown())) kept -= 1;
  return shown();
}
/** Names down the side, the first at the top; a phone breaks words into two lines. */
function rows(list) {
  pen.font = `12px ${getComputedStyle(root).fontFamily}`;
  const most = innerWidth < narrow ? 112 : onPaper ? 200 : 280;
  const wide = (name) => Math.ceil(pen.measureText(name).width) + 2;
  const two = (name) => innerWidth < narrow && name.includes(" ");
  const shown = new Map(list.map(text).map((name) => [name, fitted(name, (part) => wide(part) <= (two(part) ? 1.7 * most : most))]));
  return names(list, { inverse: true, axisLabel: {
    ...label(), color: colour("ink"), lineHeight: 13, width: Math.min(most, Math.max(0, ...[...shown.values()].map(wide))),
    overflow: "break", interval: 0, formatter: (name) => shown.get(name),
  } });
}
const tip = (trigger, lines) => ({
  trigger, renderMode: "richText", confine: true, formatter: lines, backgroundColor: colour("paper"),
  borderColor: colour("line"), textStyle: { color: colour("ink"), fontSize: 12 },
});
const tall = (count) => Math.max(110, (innerWidth < narrow ? 32 : 26) * count + 50);
const beside = { left: 8, right: 28, top: 8, bottom: 8, containLabel: true };
const LEGEND = { line: 24, icon: 25, gap: 10 };
/** What the colours stand for, in as many lines as the names need in a chart of that width, and their height. */
function legend(list, width, icon = LEGEND.icon) {
  pen.font = `12px ${getComputedStyle(root).fontFamily}`;
  let [lines, used] = [1, 0];
  for (const name of list) {
    const own = icon + 5 + pen.measureText(name).width + LEGEND.gap;
    if (used > 0 && used + own > width - LEGEND.gap) [lines, used] = [lines + 1, 0];
    used += own;
  }
  return { key: { top: 0, left: 0, type: "plain", data: list, itemWidth: icon, textStyle: { color: colour("ink") } }, high: LEGEND.line * lines };
}

/** A figure with the interval around it, as a tooltip's line. */
const interval = (row, unit, signed) =>
  figure(row.value, unit, signed) +
  (row.low === null ? "" : `  (${figure(row.low, unit, signed)} – ${figure(row.high, unit, signed)})`);

/** The span of an interval as a band: an unseen base, and what lies above it. */
function band(series, at) {
  const plain = { type: "line", stack: `band${at}`, stackStrategy: "all", symbol: "none", lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } };
  return [
    { ...plain, data: series.low },
    { ...plain, data: series.high.map((high, i) => (high === null ? null : high - series.low[i])),
      areaStyle: { color: palette()[at % 6], opacity: .18 } },
  ];
}

const DRAWN = {
  /** Lines and bars over time, with bands for events. */
  series({ x, series, bands, zoom }, width) {
    const axes = [...new Set(series.map((one) => one.axis))];
    const called = (one) => text(one.name) + (one.axis > 0 ? text(told.right) : "");
    const alone = (all, at) => all[at] !== null && (all[at - 1] ?? null) === null && (all[at + 1] ?? null) === null;
    const shown = series.map((one, at) => ({
      name: called(one), type: one.type, yAxisIndex: one.axis, symbol: "none", barMaxWidth: 26,
      data: one.values.map((value, at, all) => (alone(all, at) ? { value, symbol: "circle", symbolSize: 6 } : value)),
      z: one.type === "bar" ? 2 : 3, itemStyle: { color: palette()[at % 6], opacity: one.type === "bar" ? .6 : 1 }, lineStyle: { width: 2 },
    }));
    const scale = (axis) => {
      const own = series.filter((one) => one.axis === axis);
      const all = own.flatMap((one) => one.values);
      return values(own[0].unit, {
        ...(all.every((value) => value >= 0) ? { min: 0 } : {}), // then no interval means less than nothing
        ...(own[0].unit === "share" && all.every((value) => value <= 1) ? { max: 1, interval: innerWidth < narrow ? .5 : .25 } : {}),
        ...(axis > 0 ? { splitLine: { show: false } } : {}),
      });
    };
    const slides = zoom && !onPaper;
    const unseen = { show: false, axisPointer: { show: false, triggerTooltip: false } };
    const { key, high } = legend(series.map(called), width);
    return { height: 316 + high, option: {
      legend: key,
      grid: { left: 8, right: axes.length > 1 ? 24 : 40, top: 16 + high, bottom: slides ? 44 : 8, containLabel: true },
      xAxis: [names(x, { axisLabel: { ...label(), hideOverlap: true } }), names(x, unseen)],
      yAxis: [...axes.map(scale), { type: "value", min: 0, max: 1, ...unseen }],
      dataZoom: slides ? [{ type: "slider", height: 22, bottom: 6, xAxisIndex: [0, 1] }] : [],
      series: [...series.flatMap((one, at) => (one.low ? band(one, at) : [])), ...shown, ...bands.map(({ name, from, to }) => ({
        type: "bar", xAxisIndex: 1, yAxisIndex: axes.length, barWidth: "100%", barGap: "-100%", silent: true, z: 1,
        labelLayout: { hideOverlap: true },
        data: x.map((_, at) => (from <= at && at <= to ? {
          value: 1, label: { show: at === Math.floor((from + to) / 2), formatter: text(name), position: "top", ...label() } } : null)),
        itemStyle: { color: colour("band") }, tooltip: { show: false },
      }))],
      tooltip: tip("axis", (points) => [text(x[points[0].dataIndex]), ...series.map((one) => {
        const at = points[0].dataIndex;
        const row = { value: one.values[at], low: one.low?.[at] ?? null, high: one.high?.[at] ?? null };
        return `${text(one.name)}  ${interval(row, one.unit, one.signed)}`;
      })].join("\n")),
    } };
  },

  /** One bar a name for each series; series of other units have an axis of their own. */
  bars({ rows: list, series }, width) {
    const units = [...new Set(series.map((one) => one.unit))];
    const { key, high } = series.length > 1 ? legend(series.map((one) => text(one.name)), width) : { high: 0 };
    return { height: tall(list.length * Math.max(1, series.length * .75)) + high, option: {
      legend: key,
      grid: { ...beside, right: 64, top: 8 + high + (units.length > 1 ? 26 : 0) }, yAxis: rows(list),
      xAxis: units.map((unit, at) => along(unit, at ? { splitLine: { show: false }, position: "top" } : { position: "bottom" })),
      series: series.map((one, at) => ({
        name: text(one.name), type: "bar", data: one.values, xAxisIndex: units.indexOf(one.unit), barMaxWidth: 18,
        itemStyle: { color: palette()[at % 6] },
        label: { show: true, position: "right", ...label(), formatter: ({ value }) => (value ? figure(value, one.unit) : "") },
      })),
      tooltip: tip("axis", (points) => [text(list[points[0].dataIndex]),
        ...series.map((one) => `${text(one.name)}  ${figure(one.values[points[0].dataIndex], one.unit)}`)].join("\n")),
    } };
  },

  /** Figures with their intervals around a line at zero. */
  spans({ rows: list, unit }) {
    const found = list.flatMap((row, at) => (row.low === null ? [] : [{ at, row }]));
    return { height: tall(list.length), option: {
      grid: beside, yAxis: rows(list.map((row) => row.name)), xAxis: along(unit),
      series: [
        ...found.map(({ at, row }) => ({
          type: "line", data: [[row.low, at], [row.high, at]], symbol: "none", silent: true,
          lineStyle: { color: colour("faint"), width: 3 }, tooltip: { show: false },
        })),
        { type: "scatter", symbolSize: 11, data: list.map((row, at) => ({ value: [row.value, at],
          itemStyle: { opacity: 1, color: row.better === true ? colour("good") : row.better === false ? colour("bad") : colour("c1") } })),
          markLine: { silent: true, symbol: "none", label: { show: false }, data: [{ xAxis: 0 }],
            lineStyle: { color: colour("ink"), type: "solid", width: 1 } } },
      ],
      tooltip: tip("item", ({ data }) => {
        const row = list[data.value[1]];
        return `${text(row.name)}\n${row.shown ? `${interval(row.shown, row.shown.unit, true)}\n` : ""}${interval(row, unit, true)}`;
      }),
    } };
  },

  /** Bars from the one end of a factor to the other around no difference. */
  tornado({ rows: list, unit }) {
    return { height: tall(list.length), option: {
      grid: beside, yAxis: rows(list.map((row) => row.name)), xAxis: along(unit),
      series: [
        { type: "bar", barMaxWidth: 18, data: list.map((row) => ({ value: row.value,
          itemStyle: { color: row.value < 0 ? colour("c2") : colour("c1") } })) },
        ...list.flatMap((row, at) => (row.low === null ? [] : [{
          type: "line", data: [[row.low, at], [row.high, at]], symbol: "none", silent: true,
          lineStyle: { color: colour("ink"), width: 1.5 }, tooltip: { show: false } }])),
      ],
      tooltip: tip("item", ({ dataIndex }) => {
        const row = list[dataIndex];
        return `${text(row.name)}\n${text(row.ends)}\n${interval(row, unit, true)}`;
      }),
    } };
  },

  /** A dot a point of a study: settings by name, or between two ends. */
  dots({ points, names: list, ends, unit }) {
    const between = { type: "value", min: 0, max: 1, interval: 1, splitLine: { show: false }, axisLabel: {
      ...label(), formatter: (place) => setting(ends?.[place] ?? ""), alignMinLabel: "left", alignMaxLabel: "right" } };
    return { height: 230, option: {
      grid: { left: 8, right: 16, top: 10, bottom: 8, containLabel: true },
      xAxis: list ? names(list, { axisLabel: { ...label(), hideOverlap: true } }) : between,
      yAxis: values(unit, { scale: true, splitNumber: 3 }),
      series: [{ type: "scatter", symbolSize: 6, data: points.map(([x, y]) => [x, y]), itemStyle: { color: colour("c1"), opacity: .75 } }],
      tooltip: tip("item", ({ dataIndex }) => `${points[dataIndex][2]}\n${figure(points[dataIndex][1], unit)}`),
    } };
  },

  /** From one total to the next: what is added and what is taken away. */
  waterfall({ steps }) {
    let level = 0;
    const placed = steps.map((step) => {
      const from = step.total ? 0 : level;
      level = step.total ? step.value : level + step.value;
      return { ...step, base: Math.min(from, level), size: Math.abs(level - from), crosses: Math.min(from, level) < 0 };
    });
    const below = placed.some((step) => step.crosses);
    const tone = (step) => (step.total ? colour("c1") : step.value < 0 ? colour("c2") : colour("c3"));
    return { height: tall(steps.length), option: {
      grid: { ...beside, right: 64 }, yAxis: rows(steps.map((step) => step.name)), xAxis: along("yuan", below ? {} : { min: 0 }),
      series: [
        { type: "bar", stack: "steps", stackStrategy: "all", silent: true, itemStyle: { color: "transparent" },
          barMaxWidth: 18, data: placed.map((step) => step.base) },
        { type: "bar", stack: "steps", stackStrategy: "all", barMaxWidth: 18,
          data: placed.map((step) => ({ value: step.size, itemStyle: { color: tone(step) } })),
          label: { show: true, position: "right", ...label(),
            formatter: ({ dataIndex }) => figure(placed[dataIndex].value, "yuan", !placed[dataIndex].total) } },
      ],
      tooltip: tip("item", ({ dataIndex }) =>
        `${text(placed[dataIndex].name)}\n${figure(placed[dataIndex].value, "yuan", !placed[dataIndex].total)}`),
    } };
  },

  /** What runs from when to when, in days of the campaign. */
  timeline({ rows: list, kinds, days, start }, width) {
    const first = Date.parse(`${start}T00:00:00Z`);
    const date = (day) => new Intl.DateTimeFormat(locale(), { month: "short", day: "numeric", timeZone: "UTC" }).format(first + 864e5 * day);
    const least = days / (innerWidth < narrow ? 120 : 400); // what is shorter would not be seen
    const spans = list.flatMap((row, at) => row.spans.map(([from, to]) => ({ at, from, to, row })));
    const { key, high } = legend([...new Set(list.map((row) => text(kinds[row.tone])))], width, 10);
    return { height: tall(list.length) + high, option: {
      legend: { ...key, icon: "rect", itemHeight: 10 },
      grid: { ...beside, top: 8 + high }, yAxis: rows(list.map((row) => row.name)),
      xAxis: { type: "value", min: 0, max: days, minInterval: 1, splitNumber: innerWidth < narrow ? 2 : 5, axisLabel: { ...label(), formatter: date, hideOverlap: true }, splitLine: rule() },
      series: spans.map(({ at, from, to, row }) => ({
        name: text(kinds[row.tone]), type: "line", data: [[from, at], [Math.max(to, from + least), at]], symbol: "none", z: 3,
        itemStyle: { color: palette()[row.tone] }, lineStyle: { color: palette()[row.tone], width: 12, cap: "butt" },
      })),
      tooltip: tip("item", ({ seriesIndex }) => {
        const { from, to, row } = spans[seriesIndex];
        return `${text(row.name)}\n${date(from)} – ${date(Math.max(from, to - 1e-6))}`;
      }),
    } };
  },

  /** Responses to money: a line a curve, hollow where the plan was, full where it is now. */
  curves({ curves, unit }, width) {
    const shade = (at) => palette()[at % 6];
    const { key, high } = curves.length > 1 ? legend(curves.map((curve) => text(curve.name)), width) : { high: 0 };
    return { height: curves.length > 1 ? 206 + high : 280, option: {
      legend: key,
      grid: { left: 8, right: 22, top: curves.length > 1 ? 16 + high : 10, bottom: 8, containLabel: true },
      xAxis: values("yuan", { scale: true, splitLine: { show: false }, splitNumber: 3 }), yAxis: values(unit, { scale: true, splitNumber: 3 }),
      series: curves.flatMap((curve, at) => [
        { name: text(curve.name), type: "line", data: curve.points, showSymbol: false, z: 2, itemStyle: { color: shade(at) } },
        { name: text(curve.name), type: "scatter", symbolSize: 10, z: 3, data: [curve.before].filter(Boolean),
          itemStyle: { color: colour("paper"), borderColor: shade(at), borderWidth: 2 } },
        { name: text(curve.name), type: "scatter", symbolSize: 10, z: 4, data: [curve.after].filter(Boolean), itemStyle: { color: shade(at) } },
      ]),
      tooltip: tip("item", ({ seriesName, value }) => `${seriesName}\n${figure(value[0], "yuan")} → ${figure(value[1], unit, true)}`),
    } };
  },
};

const charts = [...document.querySelectorAll(".chart")].map((place) => {
  const { title, ...data } = told.charts[Number(place.dataset.chart)];
  return { place, title, data, draw: DRAWN[place.dataset.draw], chart: echarts.init(place, null, { renderer: "svg", height: 240 }) };
});

let onPaper = false;
const LOWER = .75; // a chart over time on paper, so that a sheet takes more of them
const paperWidth = (place) => (place.closest(".gallery") ? 338 : 700); // CSS pixels between the margins of A4, two beside each other

function drawCharts() {
  for (const { place, title, data, draw, chart } of charts) {
    const width = onPaper ? paperWidth(place) : place.clientWidth;
    const { height: high, option } = draw(data, width);
    const height = Math.round(onPaper && place.dataset.draw === "series" ? LOWER * high : high);
    place.style.height = `${height}px`;
    chart.resize({ width, height });
    chart.setOption({ animation: false, textStyle: { fontFamily: getComputedStyle(root).fontFamily }, color: palette(),
      aria: { enabled: true, label: { description: text(title) } }, ...option }, { notMerge: true });
  }
}

// ---- tables ------------------------------------------------------------------------------------------------------

/** Sorts by a column, up and then down; what is not defined stays below. */
function sortBy(heading) {
  const place = heading.cellIndex;
  const upward = heading.getAttribute("aria-sort") !== "ascending";
  const body = heading.closest("table").tBodies[0];
  const key = (row) => (row.cells[place].dataset.sort ?? row.cells[place].innerText);
  const byNumber = heading.classList.contains("number");
  const found = [...body.rows].map((row) => ({ row, key: key(row) }));
  const order = new Intl.Collator(locale(), { numeric: true });
  found.sort((a, b) => {
    if (a.key === "" || b.key === "") return Number(a.key === "") - Number(b.key === "");
    const more = byNumber ? Number(a.key) - Number(b.key) : order.compare(a.key, b.key);
    return upward ? more : -more;
  });
  body.append(...found.map(({ row }) => row));
  for (const other of heading.parentNode.cells) other.setAttribute("aria-sort", "none");
  heading.setAttribute("aria-sort", upward ? "ascending" : "descending");
}

// ---- sliders -----------------------------------------------------------------------------------------------------

/** The response at a spend: straight between the points that were tried, no more and no less beyond them. */
function response({ spends, responses }, money) {
  const spend = Math.min(Math.max(money, spends[0]), spends.at(-1));
  const right = Math.min(spends.length - 1, Math.max(1, spends.findIndex((one) => one >= spend)));
  const [low, high] = [spends[right - 1], spends[right]];
  const part = high > low ? (spend - low) / (high - low) : 0;
  return responses[right - 1] + part * (responses[right] - responses[right - 1]);
}

/** An argument as a shell reads it. */
const quoted = (argument) => `'${argument.replaceAll("'", "'\\''")}'`;

function startSliders(place) {
  const { sliders, unit } = told.charts[Number(place.dataset.sliders)];
  const inputs = [...place.querySelectorAll("input")];
  const spend = (at) => Math.round(Number(inputs[at].value));
  const sum = (of) => sliders.reduce((total, slider, at) => total + of(slider, at), 0);
  const plan = sum((slider) => slider.after);

  function show() {
    const total = sum((_, at) => spend(at));
    const gain = sum((slider, at) => response(slider, spend(at)) - response(slider, slider.after));
    const more = total - plan;
    place.querySelector(".total").textContent = `${figure(total, "yuan")} (${figure(more, "yuan", true)})`;
    place.querySelector(".total").classList.toggle("over", more > 1);
    place.querySelector(".gain").textContent = figure(gain, unit, true);
    inputs.forEach((input, at) => (input.nextElementSibling.textContent = figure(spend(at), "yuan")));
    const moved = new Set(sliders.filter((slider, at) => Math.abs(spend(at) - slider.before) >= 1).map((slider) => slider.line));
    const settings = sliders.flatMap((slider, at) => (moved.has(slider.line)
      ? [...slider.unset.map((path) => `${path}=null`), `${slider.path}=${spend(at)}`] : []));
    place.querySelector(".settings").textContent = [...new Set(settings)].map((one) => `--set ${quoted(one)}`).join(" ");
  }

  for (const button of place.querySelectorAll("[data-to]")) {
    button.addEventListener("click", () => {
      inputs.forEach((input, at) => (input.value = sliders[at][button.dataset.to]));
      show();
    });
  }
  place.querySelector(".copy").addEventListener("click", () => {
    const lines = place.querySelector(".settings");
    getSelection().selectAllChildren(lines);
    document.execCommand("copy"); // the newer way is refused on file://
  });
  place.addEventListener("input", show);
  return show;
}

const sliders = [...document.querySelectorAll("[data-sliders]")].map(startSliders);

// ---- language, theme, paper --------------------------------------------------------------------------------------

function show() {
  writeNumbers();
  drawCharts();
  sliders.forEach((again) => again());
  root.dataset.drawn = `${lang()} ${root.dataset.theme}`;
}

function turnTheme(theme) {
  root.dataset.theme = theme;
  document.getElementById("theme").setAttribute("aria-pressed", String(theme === "dark"));
}

function turnLanguage() {
  root.dataset.lang = lang() === "zh" ? "en" : "zh";
  root.lang = locale();
  const button = document.getElementById("language");
  button.textContent = lang() === "zh" ? "English" : "中文";
  button.lang = lang() === "zh" ? "en" : "zh-CN";
}

document.getElementById("language").addEventListener("click", () => { turnLanguage(); show(); });
document.getElementById("theme").addEventListener("click", () => {
  turnTheme(root.dataset.theme === "dark" ? "light" : "dark");
  show();
});
document.addEventListener("click", ({ target }) => {
  const heading = target.closest("thead th");
  if (heading) sortBy(heading);
});

const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => { turnTheme(dark.matches ? "dark" : "light"); show(); });

let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width) return; // a phone's bars come and go
  width = innerWidth;
  drawCharts();
});

let screenTheme = "light";
addEventListener("beforeprint", () => {
  screenTheme = root.dataset.theme;
  turnTheme("light");
  onPaper = true;
  drawCharts();
});
addEventListener("afterprint", () => { turnTheme(screenTheme); onPaper = false; drawCharts(); });

turnTheme(dark.matches ? "dark" : "light");
const own = navigator.language.slice(0, 2);
if ("follows" in root.dataset && ["zh", "en"].includes(own) && own !== lang()) turnLanguage();
show();
