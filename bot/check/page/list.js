"use strict";
// The sum of a run, its history, and the list of its cases: filtered, opened, walked by keys.

const run = JSON.parse(by("run").textContent);
const cases = run.cases;
const rows = []; // of each case, its list item
let open = -1;
let shown = []; // places of the cases that the filters leave

const failing = (counts) => counts.failed + counts.error + counts.mended;

// The sum.
{
  const total = Object.values(run.counts).reduce((a, b) => a + b, 0);
  const asked = total - run.counts.skipped;
  const bad = failing(run.counts);
  by("sum").replaceChildren(
    bad
      ? h("span", {}, h("em", {}, `${bad.toLocaleString("en")} of ${asked.toLocaleString("en")}`), ` cases ${bad === 1 ? "fails" : "fail"}.`)
      : asked
        ? h("span", {}, asked === 1 ? "The one case passes." : `All ${asked.toLocaleString("en")} cases ${run.counts.known ? "are as they should be" : "pass"}.`)
        : "Nothing was asked.",
  );
  const about = run.about;
  const facts = [
    ["mode", about.mode],
    ["model", about.model],
    ["generation", about.generation],
    ["begun", `${day(run.begun, { dateStyle: "long", timeStyle: "short" })} UTC`],
    ["took", took(run.seconds * 1000)],
    ["version", about.version],
  ];
  if (run.unasked) facts.push(["not asked", run.unasked.toLocaleString("en")]);
  for (const [name, value] of facts) {
    if (value) by("about").append(h("div", {}, h("dt", {}, name), h("dd", {}, text(value))));
  }
}

// The history: how many cases failed, run by run.
if (run.history.length > 1) {
  const figure = by("history");
  const counts = run.history.map((each) => failing(each.counts));
  const most = Math.max(...counts, 1);
  const step = 200 / Math.max(counts.length, 20);
  const high = 56;
  const chart = s("svg", {
    viewBox: `-14 -6 214 ${high + 12}`,
    role: "img",
    "aria-label": `Failing cases in each of the last ${counts.length} runs, oldest first: ${counts.join(", ")}`,
  });
  chart.append(
    s("line", { class: "axis", x1: 0, x2: 200, y1: high + 0.5, y2: high + 0.5 }),
    s("line", { class: "grid", x1: 0, x2: 200, y1: 0, y2: 0 }),
    s("text", { x: -4, y: 3, "text-anchor": "end" }, most),
    s("text", { x: -4, y: high + 3, "text-anchor": "end" }, 0),
  );
  run.history.forEach((each, at) => {
    const tall = (counts[at] / most) * high;
    const left = 200 - (counts.length - at) * step;
    const last = at === counts.length - 1 ? " last" : "";
    chart.append(
      s(
        "g",
        {},
        s("rect", { class: "reach", x: left, y: 0, width: step, height: high }),
        counts[at]
          ? s("rect", { class: `bar${last}`, x: left + step * 0.15, y: high - tall, width: step * 0.7, height: tall, rx: Math.min(1, step / 6) })
          : s("circle", { class: `well${last}`, cx: left + step / 2, cy: high - 3, r: Math.min(1.6, step * 0.3) }),
        s("title", {}, `${day(each.begun, { dateStyle: "medium", timeStyle: "short" })}: ${counts[at]} failing, ${each.counts.passed} passed, ${took(each.seconds * 1000)}`),
      ),
    );
  });
  const at = (which) => day(run.history.at(which).begun, { day: "numeric", month: "short" });
  figure.querySelector("figcaption").append(`Failing cases, last ${counts.length} runs`);
  figure.append(chart, h("div", { class: "ends faint", "aria-hidden": "true" }, h("span", {}, at(0)), h("span", {}, at(-1))));
  figure.hidden = false;
}

// The filters.
const wanted = { status: new Set(), words: "", file: "", tag: "", mode: "", change: "" };
const selects = {};
for (const status of Object.keys(WORDS)) {
  const n = run.counts[status];
  if (!n) continue;
  by("statuses").append(
    h(
      "button",
      {
        type: "button", class: status, "aria-pressed": "false", "data-status": status,
        onclick: () => {
          if (!wanted.status.delete(status)) wanted.status.add(status);
          filter();
        },
      },
      icon(status),
      h("b", {}, n.toLocaleString("en")),
      ` ${WORDS[status]}`,
    ),
  );
}
const choice = (name, label, values, words) => {
  const found = [...new Set(values)];
  if (found.length < (name === "change" || name === "tag" ? 1 : 2)) return;
  const select = h(
    "select",
    { id: `by-${name}`, "aria-label": label, onchange: () => { wanted[name] = select.value; filter(); } },
    h("option", { value: "" }, label),
    ...found.map((value) => h("option", { value }, text(words ? words[value] || value : value))),
  );
  selects[name] = select;
  document.querySelector(".fields").append(select);
};
choice("file", "Every file", cases.map((each) => each.file));
choice("tag", "Every tag", cases.flatMap((each) => each.tags).sort());
choice("mode", "Every mode", cases.map((each) => each.mode));
choice("change", "Any change", cases.flatMap((each) => each.changes.map((change) => change.kind)), CHANGES);

if (run.baseline) {
  const sums = new Map();
  for (const each of cases) for (const { kind } of each.changes) sums.set(kind, (sums.get(kind) || 0) + 1);
  const parts = Object.keys(CHANGES).filter((kind) => sums.has(kind)).map((kind) =>
    h(
      "button",
      { type: "button", class: kind, onclick: () => { reset(); selects.change.value = wanted.change = kind; filter(); } },
      h("b", {}, sums.get(kind).toLocaleString("en")),
      ` ${CHANGES[kind]}`,
    ),
  );
  if (run.baseline.gone.length) parts.push(h("span", {}, `${run.baseline.gone.length.toLocaleString("en")} gone`));
  by("against").append(h("span", { class: "faint" }, parts.length ? "Against the baseline" : "Nothing changed against the baseline."), ...parts);
  by("against").hidden = false;
}

const fits = (each) =>
  (!wanted.status.size || wanted.status.has(each.status)) &&
  (!wanted.file || each.file === wanted.file) &&
  (!wanted.tag || each.tags.includes(wanted.tag)) &&
  (!wanted.mode || each.mode === wanted.mode) &&
  (!wanted.change || each.changes.some((change) => change.kind === wanted.change)) &&
  wanted.words.split(" ").every((word) => each.hay.includes(word));

const filter = () => {
  shown = [];
  cases.forEach((each, at) => {
    const fit = fits(each);
    if (fit) shown.push(at);
    if (rows[at].hidden === fit) rows[at].hidden = !fit;
  });
  for (const button of by("statuses").children) {
    button.setAttribute("aria-pressed", wanted.status.has(button.dataset.status));
  }
  for (const [name, select] of Object.entries(selects)) select.classList.toggle("set", Boolean(wanted[name]));
  const whole = shown.length === cases.length;
  by("shown").textContent = whole ? many(cases.length, "case") : `${shown.length.toLocaleString("en")} of ${many(cases.length, "case")}`;
  by("all").hidden = whole;
  by("none").hidden = shown.length > 0;
  for (const { first, end, section } of groups) {
    section.hidden = !shown.some((at) => at >= first && at < end);
  }
  if (open >= 0 && rows[open].hidden) close();
};

const reset = () => {
  wanted.status.clear();
  wanted.words = by("words").value = "";
  for (const name of Object.keys(selects)) selects[name].value = wanted[name] = "";
};

// The cases.
const folded = (value) => value.normalize("NFKC").toLowerCase();
const row = (each, at) => {
  each.hay = folded(`${each.ask} ${each.key} ${each.tags.join(" ")} ${each.reason}`);
  const tries = each.tries > 1 ? `${each.passes}/${each.tries}` : "";
  const changed = each.changes.length ? each.changes[0].kind : "";
  return h(
    "li",
    { class: each.status },
    h(
      "h3",
      {},
      h(
        "button",
        { type: "button", "aria-expanded": "false", onclick: () => toggle(at) },
        icon(each.status),
        h("span", { class: "ask", dir: "auto" }, text(each.ask)),
        h(
          "span",
          { class: "facts" },
          changed && changed !== "still_failing" && h("span", { class: `change ${changed}` }, CHANGES[changed]),
          tries && h("span", { title: "tries that passed" }, tries),
          each.mode === "generative" && run.about.mode !== "generative" && h("span", {}, "generative"),
          h("span", { class: "id", title: each.key }, text(BAD.has(each.status) ? `${each.file.split("/").at(-1)} ${each.id}` : each.id)),
          h("span", { class: "ms" }, each.tries ? took(each.ms) : ""),
        ),
      ),
    ),
  );
};
const groups = []; // those that fail, then the others by file
cases.forEach((each, at) => {
  const name = BAD.has(each.status) ? "Failing" : each.file;
  if (!groups.length || groups.at(-1).name !== name) {
    const list = h("ol", { class: "rows" });
    const title = h("h2", { class: BAD.has(each.status) ? "bad" : false }, text(name));
    groups.push({ name, first: at, list, section: h("section", {}, title, list) });
  }
  rows.push(row(each, at));
  groups.at(-1).list.append(rows[at]);
  groups.at(-1).end = at + 1;
});
by("cases").append(...groups.map((group) => group.section));

const head = (at) => rows[at].querySelector("button");

const close = () => {
  if (open < 0) return;
  rows[open].lastElementChild.remove();
  rows[open].classList.remove("open");
  head(open).setAttribute("aria-expanded", "false");
  head(open).removeAttribute("aria-controls");
  open = -1;
};

const toggle = (at, focus = false) => {
  const same = open === at;
  const top = head(at).getBoundingClientRect().top;
  close();
  if (!same) {
    open = at;
    const body = h("div", { class: "case", id: "open", role: "region", "aria-label": cases[at].id });
    put(body, {}, opened(cases[at], at));
    rows[at].append(body);
    rows[at].classList.add("open");
    head(at).setAttribute("aria-expanded", "true");
    head(at).setAttribute("aria-controls", "open");
  }
  const url = same ? location.pathname + location.search : address(cases[at].key);
  try { history.replaceState(null, "", url); } catch { /* an address that may not be changed */ }
  if (focus) {
    head(at).focus({ preventScroll: true });
    head(at).scrollIntoView({ block: "start" });
  } else {
    scrollBy(0, head(at).getBoundingClientRect().top - top); // what was pressed stays in its place
  }
};

const named = () => {
  let key = "";
  try { key = address(decodeURIComponent(location.hash.slice(1))); } catch { /* no case's */ }
  const at = key.length > 1 ? cases.findIndex((each) => address(each.key) === key) : -1;
  if (at < 0 || at === open) return;
  if (rows[at].hidden) { reset(); filter(); }
  toggle(at, true);
};

// The keys.
const step = (by) => {
  if (!shown.length) return;
  const on = rows.findIndex((each) => each.contains(document.activeElement));
  const from = on >= 0 ? on : open;
  const at = from < 0 ? (by > 0 ? -1 : shown.length) : by > 0 ? shown.findLastIndex((each) => each <= from) : shown.findIndex((each) => each >= from);
  const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))];
  head(next).focus();
  head(next).scrollIntoView({ block: "nearest" });
  return next;
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof HTMLInputElement;
  if (event.key === "Escape") {
    if (typing && wanted.words) { wanted.words = by("words").value = ""; filter(); }
    else if (typing) by("words").blur();
    else if (open >= 0) { const at = open; toggle(at); head(at).focus(); }
    event.preventDefault();
    return;
  }
  if (typing) {
    if ((event.key === "Enter" || event.key === "ArrowDown") && shown.length) { head(shown[0]).focus(); event.preventDefault(); }
    return;
  }
  if (event.target instanceof HTMLSelectElement) return;
  const inRow = event.target.closest && event.target.closest("h3") !== null;
  if (event.key === "/") by("words").focus();
  else if (event.key === "j" || (event.key === "ArrowDown" && inRow)) step(1);
  else if (event.key === "k" || (event.key === "ArrowUp" && inRow)) step(-1);
  else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && open >= 0) {
    const at = shown.indexOf(open) + (event.key === "ArrowRight" ? 1 : -1);
    if (at >= 0 && at < shown.length) toggle(shown[at], true);
  } else return;
  event.preventDefault();
});

by("words").addEventListener("input", () => { wanted.words = folded(by("words").value.trim()).replace(/\s+/g, " "); filter(); });
by("filters").addEventListener("submit", (event) => event.preventDefault());
by("all").addEventListener("click", () => { reset(); filter(); by("words").focus(); });
addEventListener("hashchange", named);
new ResizeObserver(() => {
  const bar = by("filters"); // what is scrolled to stands below it
  const high = getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0;
  document.documentElement.style.setProperty("--bar", `${high}px`);
}).observe(by("filters"));
filter();
named();
