// A button behind each text that people take along: `data-copy` is its name, `data-copied` what is said afterwards.

for (const source of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "secondary copy";
  button.textContent = source.dataset.copy;
  button.setAttribute("aria-label", `${source.dataset.copy}: ${source.textContent.slice(0, 60)}`);
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "quiet";
  button.addEventListener("click", async () => {
    await write(source);
    status.textContent = source.dataset.copied;
    setTimeout(() => { status.textContent = ""; }, 4000);
  });
  source.after(button, status);
}

/**
 * Into the clipboard; where there is none (no HTTPS) the text is selected, for the reader to copy.
 * @param {HTMLElement} source
 */
async function write(source) {
  if (navigator.clipboard) return navigator.clipboard.writeText(source.textContent);
  getSelection()?.selectAllChildren(source);
  document.execCommand("copy");
}
