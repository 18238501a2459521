// Results as elements of the page. `api/pages/table.py` makes the same table on the server.

import { download } from "./ask.js";
import { address, short } from "./terms.js";

/** @typedef {import("./ask.js").Result} Result */
/** @typedef {import("./ask.js").Term} Term */
/** @typedef {import("./query.js").Settings} Settings */

const MOST_ROWS = 500;
const EXACT = /#(date|dateTime|time|gYear|gYearMonth)$/;
const NUMERIC = /#(integer|decimal|double|float|int|long|short|byte|(non|un)[A-Za-z]+|positiveInteger)$/;
const FILES = [
  ["CSV", "text/csv", "csv"],
  ["JSON", "application/sparql-results+json", "json"],
];

/**
 * Shows a result; returns the sentence that sums it up.
 * @param {HTMLElement} place
 * @param {Result} result
 * @param {Settings} settings
 */
export function show(place, result, settings) {
  const { texts, language } = settings;
  const facts = [
    `${texts.generation} ${result.generation}`,
    `${texts.engine} ${result.engine}`,
    `${result.seconds.toLocaleString(language, { maximumFractionDigits: 3 })} ${texts.seconds}`,
  ];
  if (result.rows && result.columns) {
    facts.unshift(`${result.rows.length.toLocaleString(language)} ${texts.rows}`);
    place.replaceChildren(...rows(result, settings));
  } else if (result.text !== undefined) {
    place.replaceChildren(element("pre", { className: "source", tabIndex: 0, textContent: result.text }));
  } else {
    place.replaceChildren(element("p", { className: "answer", textContent: result.boolean ? texts.yes : texts.no }));
  }
  return facts.join(" · ");
}

/**
 * @param {HTMLElement} place
 * @param {import("./ask.js").Problem} problem
 * @param {Record<string, string>} texts
 */
export function showProblem(place, problem, texts) {
  const { title, detail, hint, place: where } = problem;
  const notice = element("div", { className: "notice error" }, element("h3", { textContent: title }));
  notice.setAttribute("role", "alert");
  const line = where?.line ? ` (${texts.line} ${where.line})` : "";
  if (detail) notice.append(element("p", { textContent: detail + line }));
  if (hint) notice.append(element("p", {}, element("strong", { textContent: `${texts.hint}: ` }), hint));
  place.replaceChildren(notice);
}

/**
 * @param {Result} result
 * @param {Settings} settings
 * @returns {HTMLElement[]}
 */
function rows(result, settings) {
  const { texts, language } = settings;
  const all = result.rows ?? [];
  const columns = result.columns ?? [];
  if (all.length === 0) return [element("p", { textContent: texts.results_empty })];
  const shown = all.slice(0, MOST_ROWS);
  const head = columns.map((name) => {
    const className = shown.every((row) => isNumber(row[name])) ? "number" : "";
    return element("th", { scope: "col", textContent: name, className });
  });
  const body = shown.map((row) => element("tr", {}, ...columns.map((name) => cell(row[name], settings))));
  const count = `${all.length.toLocaleString(language)} ${texts.rows}`;
  const table = element(
    "table",
    {},
    element("caption", { textContent: count }),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
  const region = element("div", { className: "scroll", tabIndex: 0 }, table);
  region.setAttribute("role", "region");
  region.setAttribute("aria-labelledby", "results-title");
  const parts = [files(result.query, texts), region];
  if (all.length > shown.length) {
    const sentence = texts.rows_shown
      .replace("{shown}", shown.length.toLocaleString(language))
      .replace("{rows}", all.length.toLocaleString(language));
    parts.unshift(element("p", { textContent: sentence }));
  }
  return parts;
}

/**
 * @param {string} query
 * @param {Record<string, string>} texts
 */
function files(query, texts) {
  const buttons = FILES.map(([label, mediaType, extension]) => {
    const button = element("button", { type: "button", className: "secondary", textContent: label });
    button.addEventListener("click", () => void download(query, mediaType, `lienthong.${extension}`));
    return button;
  });
  return element("p", { className: "downloads" }, `${texts.download}: `, ...buttons);
}

/**
 * @param {Term | undefined} term
 * @param {Settings} settings
 */
function cell(term, settings) {
  if (!term) return element("td");
  if (term.type === "uri") return element("td", {}, link(term.value, settings));
  if (term.type === "bnode") return element("td", { textContent: `_:${term.value}` });
  const language = term["xml:lang"];
  if (language) {
    const text = element("span", { lang: language, textContent: term.value });
    return element("td", {}, text, " ", element("small", { className: "tag", textContent: language }));
  }
  const className = isNumber(term) ? "number" : EXACT.test(term.datatype ?? "") ? "exact" : "";
  return element("td", { className, textContent: term.value });
}

/** @param {Term | undefined} term */
function isNumber(term) {
  return NUMERIC.test(term?.datatype ?? "");
}

/**
 * @param {string} iri
 * @param {Settings} settings
 */
function link(iri, settings) {
  const name = short(iri, settings);
  const href = address(iri, settings);
  if (href === null) return element("span", { textContent: name, title: iri });
  const rel = href.startsWith("/") ? "" : "external noreferrer";
  return element("a", { href, rel, textContent: name, title: iri });
}

/**
 * An element with properties and children.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
