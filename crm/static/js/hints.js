/* Live hints while a form is being filled, such as likely duplicates.
   <form data-hints-url="..." data-hints-target="an-id" data-hints-fields="name city postal_code">
   The answer is a fragment of HTML made by the server; the target is announced politely. */

const WAIT_MS = 250;
const LETTERS = 3;

function question(form, names) {
  const values = new URLSearchParams();
  for (const name of names) {
    const input = form.elements.namedItem(name);
    const value = input && "value" in input ? input.value.trim() : "";
    if (value) values.set(name, value);
  }
  return values;
}

function watch(form) {
  const target = document.getElementById(form.dataset.hintsTarget);
  const names = (form.dataset.hintsFields || "name").split(/\s+/);
  if (!target) return;
  target.setAttribute("aria-live", "polite");

  let timer = 0;
  let running = null;

  const ask = async () => {
    running?.abort();
    const values = question(form, names);
    // What was already said to be another company stays said when the list is drawn again.
    for (const box of target.querySelectorAll("input:checked")) values.append(box.name, box.value);
    if (!names.some((name) => (values.get(name) || "").length >= LETTERS)) {
      target.replaceChildren();
      return;
    }
    running = new AbortController();
    const { signal } = running;
    try {
      const answer = await fetch(`${form.dataset.hintsUrl}?${values}`, { signal, headers: { Accept: "text/html" } });
      // A redirection leads to the sign-in page: not something to show in the middle of a form.
      if (!answer.ok || answer.redirected) return;
      const html = (await answer.text()).trim();
      if (!signal.aborted && target.innerHTML.trim() !== html) target.innerHTML = html;
    } catch (error) {
      // No network: the server says the same when the form is sent.
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  };

  form.addEventListener("input", (event) => {
    if (!names.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
}

export function startHints(root) {
  for (const form of root.querySelectorAll("form[data-hints-url]")) watch(form);
}
