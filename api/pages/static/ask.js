// One question to /sparql, and what came back.

/** @typedef {{ type: string, value: string, datatype?: string, "xml:lang"?: string }} Term */
/** @typedef {{ title: string, detail?: string, hint?: string, place?: { line?: number, column?: string } }} Problem */
/**
 * @typedef {object} Result
 * @property {string} query
 * @property {Problem} [problem]
 * @property {string[]} [columns]
 * @property {Record<string, Term>[]} [rows]
 * @property {boolean} [boolean]
 * @property {string} [text] a graph, as Turtle
 * @property {string} generation
 * @property {string} engine
 * @property {number} seconds from the question to the whole answer
 */

const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.1";

/**
 * @param {string} query
 * @param {string} language of error texts
 * @param {AbortSignal} signal
 * @returns {Promise<Result>}
 */
export async function ask(query, language, signal) {
  const started = performance.now();
  const response = await post(query, ACCEPT, language, signal);
  const kind = response.headers.get("Content-Type") ?? "";
  const text = await response.text();
  /** @type {Result} */
  const result = {
    query,
    generation: response.headers.get("Lienthong-Generation") ?? "",
    engine: response.headers.get("Lienthong-Engine") ?? "",
    seconds: (performance.now() - started) / 1000,
  };
  if (!response.ok) {
    return { ...result, problem: kind.includes("json") ? JSON.parse(text) : { title: `HTTP ${response.status}` } };
  }
  if (!kind.includes("json")) return { ...result, text };
  const document = JSON.parse(text);
  if ("boolean" in document) return { ...result, boolean: document.boolean };
  return { ...result, columns: document.head.vars, rows: document.results.bindings };
}

/**
 * The answer as a file.
 * @param {string} query
 * @param {string} mediaType
 * @param {string} name
 */
export async function download(query, mediaType, name) {
  const response = await post(query, mediaType, "", null);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * @param {string} query
 * @param {string} accept
 * @param {string} language
 * @param {AbortSignal | null} signal
 */
function post(query, accept, language, signal) {
  const headers = { Accept: accept, ...(language && { "Accept-Language": language }) };
  return fetch("/sparql", { method: "POST", headers, body: new URLSearchParams({ query }), signal });
}
