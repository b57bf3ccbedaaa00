/* A search that answers while one types: the part of the page that it changes is drawn anew.
   <form method="get" data-live="an-id">    without this file the form is sent as any other */

const WAIT_MS = 200;

function watch(form) {
  const part = document.getElementById(form.dataset.live);
  if (!part) return;
  part.setAttribute("aria-live", "polite");
  let timer = 0;
  let running = null;

  const ask = async () => {
    running?.abort();
    running = new AbortController();
    const address = `${form.action || location.pathname}?${new URLSearchParams(new FormData(form))}`;
    try {
      const answer = await fetch(address, { signal: running.signal, headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (fresh) part.replaceChildren(...fresh.childNodes);
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
}

export function startLive(root) {
  for (const form of root.querySelectorAll("form[data-live]")) watch(form);
}
