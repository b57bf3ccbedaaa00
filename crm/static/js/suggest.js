/* Values proposed under a field while it is typed. Without this, people type a code or words, read when the form is sent.
   <div id="suggestions" hidden data-label="Propositions" data-communes="/an/address"></div>
   <input data-suggest="communes" data-suggest-fills="postal_code">    a textarea: its present line is completed
   The server answers [{value, label, detail, fills}]; every text is put in as text. */

const WAIT_MS = 200;
const LETTERS = 2;

let count = 0;

function lineOf(input) {
  if (input.tagName !== "TEXTAREA") return { start: 0, end: input.value.length };
  const at = input.selectionStart ?? input.value.length;
  const start = input.value.lastIndexOf("\n", at - 1) + 1;
  const after = input.value.indexOf("\n", at);
  return { start, end: after < 0 ? input.value.length : after };
}

function watch(input, url, words) {
  const box = document.createElement("div");
  const list = document.createElement("ul");
  box.className = "suggest";
  list.className = "suggest__list";
  list.id = `suggest-${(count += 1)}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words);
  input.after(box);
  box.append(list);
  // A textarea stays a textarea for those who hear the page: it announces its list, without becoming a combobox.
  if (input.tagName === "INPUT") input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  if (input.tagName === "INPUT") input.setAttribute("aria-expanded", "false");

  let timer = 0;
  let running = null;
  let chosen = -1;

  const options = () => [...list.children];
  const close = () => {
    clearTimeout(timer);
    running?.abort();
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    if (input.tagName === "INPUT") input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (at) => {
    const all = options();
    if (!all.length) return;
    chosen = (at + all.length) % all.length;
    all.forEach((one, index) => one.setAttribute("aria-selected", String(index === chosen)));
    all[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", all[chosen].id);
  };
  const take = (option) => {
    const { start, end } = lineOf(input);
    input.setRangeText(option.dataset.value, start, end, "end");
    const other = input.dataset.suggestFills && input.form?.elements.namedItem(input.dataset.suggestFills);
    if (other && option.dataset.fills) other.value = option.dataset.fills;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const show = (rows) => {
    list.replaceChildren(
      ...rows.map((row, index) => {
        const option = document.createElement("li");
        option.className = "suggest__option";
        option.id = `${list.id}-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.value = row.value;
        option.dataset.fills = row.fills || "";
        const label = document.createElement("span");
        label.textContent = row.label;
        const detail = document.createElement("span");
        detail.className = "suggest__detail";
        detail.textContent = row.detail || "";
        option.append(label, detail);
        return option;
      }),
    );
    chosen = -1;
    list.hidden = !rows.length;
    if (input.tagName === "INPUT") input.setAttribute("aria-expanded", String(rows.length > 0));
    input.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    running?.abort();
    const { start, end } = lineOf(input);
    const typed = input.value.slice(start, end).trim();
    if (typed.length < LETTERS) return close();
    running = new AbortController();
    const { signal } = running;
    try {
      const answer = await fetch(`${url}?${new URLSearchParams({ q: typed })}`, { signal });
      if (!answer.ok || answer.redirected) return;
      const rows = await answer.json();
      if (!signal.aborted && document.activeElement === input) show(rows);
    } catch (error) {
      // No network: words are read when the form is sent.
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") point(chosen + 1);
    else if (event.key === "ArrowUp") point(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) take(options()[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Before the field loses the focus, which would close the list under the finger.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  input.addEventListener("blur", close);
}

export function startSuggestions(root) {
  const addresses = root.getElementById("suggestions");
  if (!addresses) return;
  for (const input of root.querySelectorAll("[data-suggest]")) {
    const url = addresses.dataset[input.dataset.suggest];
    if (url) watch(input, url, addresses.dataset.label);
  }
}
