"use strict";
// A case, opened: what was expected, what came, and the documents' own words beside it.

let details = null; // parsed when the first case is opened
const kept = (index) => details.texts[index];

const opened = (row, at) => {
  if (details === null) details = JSON.parse(by("details").textContent);
  const tries = details.cases[at];
  const place = h("div", { class: "try" });
  const show = (chosen) => {
    place.replaceChildren(...tried(tries[chosen], `${at}-${chosen}`));
    for (const [n, button] of buttons.entries()) button.setAttribute("aria-pressed", n === chosen);
  };
  const worst = Math.max(0, tries.findIndex((each) => !each.passed));
  const buttons = tries.map((each, n) =>
    h(
      "button",
      { type: "button", onclick: () => show(n) },
      icon(each.error ? "error" : each.passed ? "passed" : "failed"),
      `Try ${n + 1}`,
    ),
  );
  if (tries.length) show(worst);
  return [
    h(
      "p",
      { class: "where" },
      h("code", {}, text(`${row.file}:${row.line}`)),
      h("span", {}, row.mode),
      ...row.tags.map((tag) => h("span", { class: "tag" }, text(tag))),
      h("a", { href: address(row.key), title: "The address of this case" }, "link"),
    ),
    row.reason && h("p", { class: `note ${row.status}` }, text(`${reasons[row.status] || ""}${row.reason}`)),
    ...row.changes.map((each) =>
      h(
        "p",
        { class: `note ${each.kind}` },
        h("b", {}, CHANGES[each.kind] || each.kind),
        text(`: ${each.words}`),
      ),
    ),
    tries.length > 1 &&
      h(
        "div",
        { class: "tries" },
        share(row, tries.length),
        h("div", { role: "group", "aria-label": "Tries" }, ...buttons),
      ),
    place,
  ];
};

const reasons = { skipped: "Skipped: ", known: "Known to fail: ", mended: "It passes, and is said to fail: " };

/** Of several tries, how many passed, and between which shares the true one lies. */
const share = (row, tries) => {
  const [low, high] = row.interval;
  const percent = (part) => `${Math.round(part * 100)}%`;
  const x = (part) => 4 + part * 192;
  const words = `${row.passes} of ${tries} tries passed; at least ${row.needed} must`;
  const range = `${percent(low)} to ${percent(high)}`;
  return h(
    "div",
    { class: "share" },
    h("span", {}, h("b", {}, `${row.passes} of ${tries}`), ` tries passed; at least ${row.needed} must.`),
    s(
      "svg",
      { viewBox: "0 0 200 20", role: "img", "aria-label": `${words}. The true share lies in ${range}.` },
      s("line", { class: "whole", x1: x(0), x2: x(1), y1: 10, y2: 10 }),
      s("line", { class: "need", x1: x(row.needed / tries), x2: x(row.needed / tries), y1: 3, y2: 17 }),
      s("line", { class: "range", x1: x(low), x2: x(high), y1: 10, y2: 10 }),
      s("circle", { cx: x(row.passes / tries), cy: 10, r: 4 }),
    ),
    h("span", { class: "faint", title: "Wilson's interval, 95 in 100" }, `true share: ${range}`),
  );
};

const tried = (each, id) => [
  ...each.exchanges.map((exchange, n) => exchanged(exchange, `${id}-${n}`, n)),
  each.error &&
    h("div", { class: "note error" }, h("b", {}, "It could not be asked: "), text(each.error)),
].filter(Boolean);

const exchanged = (exchange, id, n) => {
  const reply = exchange.reply;
  const cited = new Map(reply.citations.map((each) => [each.n, each]));
  const sources = reply.citations.map((each) => source(each, id));
  const said = reply.claims.map((each) => kept(each.text)).join(" ");
  const findings = exchange.findings.map((each) => ({
    ...each, name: kept(each.name), wanted: kept(each.wanted), found: kept(each.found), reason: kept(each.reason),
  }));
  const met = findings.every((each) => each.met !== false);
  return h(
    "section",
    { class: sources.length ? "exchange" : "exchange alone", "aria-label": n ? `Follow-up ${n}` : "Question and answer" },
    h(
      "div",
      { class: "ours" },
      n > 0 && h("h4", {}, icon(met ? "passed" : "failed"), `Follow-up ${n}`),
      n > 0 && h("p", { class: "asked", dir: "auto" }, text(exchange.asked)),
      h("h4", {}, reply.status === "answered" ? "Answer" : "No answer"),
      reply.status === "answered"
        ? h("div", { class: "answer", dir: "auto" }, ...reply.claims.map((each) => claim(each, cited, id)))
        : h("p", { class: "answer none" }, text((reply.reason || "").replaceAll("_", " "))),
      ...reply.notices.map((each) =>
        h("p", { class: "notice", dir: "auto" }, h("code", {}, text(each.kind)), " ", text(kept(each.message))),
      ),
      h("h4", {}, "Expected"),
      h("ul", { class: "findings" }, ...findings.map((each) => finding(each, said))),
      reply.rejected.length > 0 && rejected(reply.rejected),
      h("p", { class: "made faint" }, text(made(exchange))),
    ),
    sources.length > 0 &&
      h("div", { class: "theirs" }, h("h4", {}, sources.length > 1 ? "Sources" : "Source"), ...sources),
    exchange.seen.length > 0
      ? seen(exchange.seen)
      : !details.whole && h("p", { class: "seen faint" }, "In a page this large only cases that fail keep the passages seen; --json has all."),
  );
};

const made = (exchange) => {
  const { mode, model, usage } = exchange.reply;
  const tokens = usage ? `${(usage.input_tokens + usage.output_tokens).toLocaleString("en")} tokens` : "";
  return [mode, model, took(exchange.ms), tokens].filter(Boolean).join(" · ");
};

const claim = (each, cited, id) =>
  h(
    "p",
    {},
    text(kept(each.text)),
    ...each.citations.map((n) => {
      const there = cited.get(n);
      const label = there ? `Footnote ${n}: ${there.file}, ${there.place}` : `Footnote ${n}: missing`;
      return h(
        "sup",
        { id: `ref-${id}-${n}` },
        h("button", { type: "button", class: "ref", "aria-label": label, onclick: () => jump(`src-${id}-${n}`) }, n),
      );
    }),
  );

const jump = (id) => {
  const target = by(id);
  if (target === null) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  const taken = target.querySelector("button") || target;
  (target.hasAttribute("tabindex") ? target : taken).focus({ preventScroll: true });
  target.classList.remove("flash");
  void target.offsetWidth; // begins the flash anew
  target.classList.add("flash");
};


const source = (each, id) =>
  h(
    "article",
    { class: "source", id: `src-${id}-${each.n}`, tabindex: -1, "aria-label": `Source ${each.n}` },
    h(
      "header",
      {},
      h("span", { class: "n" }, each.n),
      h("code", {}, text(each.file)),
      h("span", { class: "faint" }, [each.place && text(each.place), each.date].filter(Boolean).join(" · ")),
      h("button", { type: "button", class: "back", "aria-label": `Back to footnote ${each.n} in the answer`, onclick: () => jump(`ref-${id}-${each.n}`) }, "↩"),
    ),
    each.title && h("p", { class: "title", dir: "auto" }, text(each.title)),
    each.around === null
      ? h("blockquote", { dir: "auto" }, h("mark", {}, text(kept(each.quote))))
      : excerpt(each),
    each.around === null && h("p", { class: "note error" }, "The document could not be read any more."),
    each.around !== null &&
      !each.around.found &&
      h(
        "div",
        { class: "note error" },
        h("b", {}, "The quote does not stand there. "),
        "Above is what does; it quotes: ",
        h("q", { dir: "auto" }, text(kept(each.quote))),
      ),
  );

/** A quote in its surroundings, line by line as the document has them. */
const excerpt = ({ around }) => {
  const table = h("div", { class: around.found ? "excerpt" : "excerpt false", dir: "auto" });
  let number = around.line;
  let line = h("div", { class: "text", dir: "auto" });
  const end = () => {
    const quoted = line.querySelector("mark") !== null;
    table.append(h("div", { class: quoted ? "line quoted" : "line" }, h("span", { class: "gutter", "aria-hidden": "true" }, number ?? ""), line));
    if (number !== null) number += 1;
    line = h("div", { class: "text", dir: "auto" });
  };
  const write = (value, marked) => {
    value.split(/\r\n|\n|\r/).forEach((piece, at) => {
      if (at > 0) end();
      if (piece) line.append(marked ? h("mark", {}, text(piece)) : text(piece));
    });
  };
  if (!around.first) line.append(h("span", { class: "faint" }, "…"));
  write(kept(around.before), false);
  write(kept(around.there), true);
  write(kept(around.after), false);
  if (!around.last) line.append(h("span", { class: "faint" }, "…"));
  end();
  return table;
};

/** What came is told where neither the answer, which stands above, nor the reason holds it. */
const news = (found, ...told) => {
  const flat = (value) => value.split(/\s+/).join(" ");
  return found && !told.some((each) => flat(each).includes(flat(found)));
};

const finding = (each, said) =>
  h(
    "li",
    { class: each.met === null ? "unlooked" : each.met ? "met" : "unmet" },
    icon(each.met === null ? "skipped" : each.met ? "passed" : "failed"),
    h(
      "div",
      {},
      h("code", {}, text(each.name)),
      " ",
      !(each.met && each.name === "citations") && h("span", { class: "wanted", dir: "auto" }, text(each.wanted), " "),
      each.by_model && h("span", { class: "tag" }, "judged by a model"),
      each.met === false && news(each.found, said, each.reason) && h("p", { class: "came", dir: "auto" }, h("span", { class: "faint" }, "came: "), text(each.found)),
      each.reason && h(each.met === false ? "p" : "span", { class: "why", dir: "auto" }, text(each.reason)),
    ),
  );

const rejected = (items) =>
  h(
    "details",
    { class: "more" },
    h("summary", {}, `${many(items.length, "claim")} withheld`),
    h("ul", {}, ...items.map((each) => h("li", { dir: "auto" }, h("code", {}, text(each.reason.replaceAll("_", " "))), " ", text(each.text)))),
  );

const seen = (hits) =>
  h(
    "details",
    { class: "more seen" },
    h("summary", {}, `${many(hits.length, "passage")} seen, best first`),
    h(
      "ol",
      {},
      ...hits.map((hit) =>
        h(
          "li",
          { class: hit.cited ? "cited" : false },
          h("p", {}, h("code", {}, text(hit.file)), h("span", { class: "faint" }, hit.date ? ` · ${hit.date}` : ""), hit.cited && h("span", { class: "tag" }, "cited")),
          h("p", { class: "passage", dir: "auto" }, text(kept(hit.text)), hit.cut && h("span", { class: "faint" }, "…")),
        ),
      ),
    ),
  );
