"use strict";
// What the page is made of: elements, and text in which nothing hides.

const SVG = "http://www.w3.org/2000/svg";

const put = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
};
const h = (tag, attributes, ...children) => put(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) =>
  put(document.createElementNS(SVG, tag), attributes, children);
// The address of a case; half of a surrogate pair has none.
const address = (key) => "#" + encodeURIComponent(key.replace(/\p{Cs}/gu, "\ufffd"));
const by = (id) => document.getElementById(id);

// Characters that show nothing or steer others: controls, marks of direction, fillers, variants.
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\u{e0000}-\u{e0fff}]/u;
const VARIANT = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u; // of the character before, one for each
const NEEDED = /[\u200c\u200d]/; // by some scripts and by emoji, between characters beyond ASCII

/** Text as it stands, with what is hidden in it marked. */
const text = (value) => {
  const made = document.createDocumentFragment();
  if (!HIDDEN.test(value)) {
    made.append(value);
    return made;
  }
  let plain = "";
  const characters = Array.from(value);
  characters.forEach((each, at) => {
    const between = (characters[at - 1] || "") > "\x7f" && (characters[at + 1] || "") > "\x7f";
    const before = characters[at - 1] || "";
    const varied = VARIANT.test(each) && !HIDDEN.test(before) && (before > "\x7f" || /[#*0-9]/.test(before));
    if (!HIDDEN.test(each) || each === "\n" || each === "\t" || varied || (NEEDED.test(each) && between)) {
      plain += each;
      return;
    }
    const code = "U+" + each.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    made.append(plain, h("span", { class: "hid", title: `A hidden character: ${code}` }, code));
    plain = "";
  });
  made.append(plain);
  return made;
};

const ICONS = {
  passed: "M3.5 8.5l3 3 6-7",
  failed: "M4 4l8 8M12 4l-8 8",
  error: "M8 3v6.5M8 12.4v.2",
  mended: "M3.5 8.5l3 3 6-7",
  known: "M3 9c1.6-2.4 3.3-2.4 5-.7s3.400 1.700 5-.7",
  skipped: "M4 8h8",
};
const WORDS = {
  failed: "failed",
  error: "could not be asked",
  mended: "mended",
  known: "known to fail",
  passed: "passed",
  skipped: "skipped",
};
const CHANGES = {
  regression: "regression",
  untrue: "untrue citation",
  new_error: "can no longer be asked",
  new_failure: "new, failing",
  wavering: "wavering",
  still_failing: "failing as before",
  fixed: "fixed",
  new_pass: "new",
  changed_citations: "cites otherwise",
};
const BAD = new Set(["failed", "error", "mended"]);

const icon = (status) =>
  h(
    "span",
    { class: `icon ${status}` },
    s(
      "svg",
      { viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" },
      s("path", { d: ICONS[status] }),
    ),
    h("span", { class: "unseen" }, `${WORDS[status]}: `),
  );

const took = (ms) =>
  ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
const many = (n, one, more) => `${n.toLocaleString("en")} ${n === 1 ? one : more || one + "s"}`;
const day = (iso, options) => {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? iso
    : date.toLocaleString("en-GB", { timeZone: "UTC", ...options });
};
