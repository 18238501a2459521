// IRIs as people see them; `api/pages/links.py` does the same on the server.

/** @typedef {import("./query.js").Settings} Settings */

/**
 * By the longest declared namespace, else the path below the base, else the IRI.
 * @param {string} iri
 * @param {Settings} settings
 */
export function short(iri, { prefixes, base }) {
  const fitting = Object.entries(prefixes)
    .filter(([, namespace]) => iri.startsWith(namespace) && /^[^/#?:]+$/.test(iri.slice(namespace.length)))
    .sort(([, one], [, other]) => other.length - one.length);
  if (fitting.length > 0) return `${fitting[0][0]}:${iri.slice(fitting[0][1].length)}`;
  return iri.startsWith(base) ? iri.slice(base.length) : iri;
}

/**
 * Server-relative for what this service describes, the IRI for the web of others, null for no address.
 * @param {string} iri
 * @param {Settings} settings
 */
export function address(iri, { base, chosen }) {
  if (!iri.startsWith(base)) return /^https?:/.test(iri) ? iri : null;
  const [path, fragment] = iri.slice(base.length).split("#");
  return `/${path}${chosen ? `?lang=${chosen}` : ""}${fragment ? `#${fragment}` : ""}`;
}
