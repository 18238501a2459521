// The editor of the first page. Without this script the form asks the server for a page with the results.

import { ask } from "./ask.js";
import { show, showProblem } from "./results.js";

/** @typedef {{ base: string, prefixes: Record<string, string>, language: string, chosen: string | null, texts: Record<string, string> }} Settings */

const form = /** @type {HTMLFormElement} */ (document.getElementById("ask"));
const editor = /** @type {HTMLTextAreaElement} */ (document.getElementById("query"));
const run = /** @type {HTMLButtonElement} */ (document.getElementById("run"));
const share = /** @type {HTMLButtonElement} */ (document.getElementById("share"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));
const outcome = /** @type {HTMLElement} */ (document.getElementById("outcome"));
const settings = /** @type {Settings} */ (JSON.parse(form.dataset.settings ?? "{}"));
const { texts } = settings;

/** The question that is being answered, null when none is. @type {AbortController | null} */
let running = null;

/** The address of this page with the query in its fragment, which is never sent to the server. */
function shareable() {
  const address = new URL(location.href);
  address.searchParams.delete("query");
  address.hash = new URLSearchParams({ query: editor.value }).toString();
  return address.href;
}

function mark() {
  for (const link of document.querySelectorAll("a[data-query]")) {
    const isChosen = /** @type {HTMLElement} */ (link).dataset.query?.trim() === editor.value.trim();
    link.toggleAttribute("aria-current", isChosen);
  }
}

async function answer() {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  run.textContent = texts.stop;
  status.textContent = texts.running;
  outcome.setAttribute("aria-busy", "true");
  history.replaceState(null, "", shareable());
  for (const link of document.querySelectorAll(".languages a")) {
    /** @type {HTMLAnchorElement} */ (link).hash = location.hash;
  }
  try {
    const result = await ask(editor.value, settings.language, mine.signal);
    if (result.problem) {
      status.textContent = "";
      showProblem(outcome, result.problem, texts);
    } else {
      status.textContent = show(outcome, result, settings);
    }
  } catch (error) {
    if (running !== mine) return;
    outcome.replaceChildren();
    if (error instanceof DOMException && error.name === "AbortError") {
      status.textContent = texts.stopped;
    } else {
      status.textContent = "";
      showProblem(outcome, { title: texts.unreachable, detail: String(error) }, texts);
    }
  } finally {
    if (running === mine) {
      running = null;
      run.textContent = texts.run;
      outcome.removeAttribute("aria-busy");
    }
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) running.abort();
  else void answer();
});

editor.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    void answer();
  }
});

editor.addEventListener("input", mark);

for (const link of document.querySelectorAll("a[data-query]")) {
  link.addEventListener("click", (event) => {
    const { ctrlKey, metaKey, shiftKey } = /** @type {MouseEvent} */ (event);
    if (ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    editor.value = /** @type {HTMLElement} */ (link).dataset.query ?? "";
    editor.scrollTop = 0;
    mark();
    editor.setSelectionRange(0, 0);
    editor.focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  });
}

share.hidden = !navigator.clipboard;
share.addEventListener("click", async () => {
  await navigator.clipboard.writeText(shareable());
  status.textContent = texts.shared;
});

function fromAddress() {
  const query = new URLSearchParams(location.hash.slice(1)).get("query");
  if (query) {
    editor.value = query;
    void answer();
  }
  mark();
}

addEventListener("hashchange", fromAddress);
fromAddress();
