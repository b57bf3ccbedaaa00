/* Long work: how far it is, without drawing the page again and again.
   <div data-progress-url="..."><span data-progress-words></span><progress></progress></div>
   Without it the page has a link to draw it again. */

const EVERY_MS = 800;

function follow(line) {
  const bar = line.querySelector("progress");
  const words = line.querySelector("[data-progress-words]");

  const ask = async () => {
    try {
      const answer = await fetch(line.dataset.progressUrl, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      const far = await answer.json();
      if (!far.busy) {
        window.location.reload();
        return;
      }
      if (far.total) {
        bar.max = far.total;
        bar.value = far.done;
        if (words) words.textContent = `${far.done} / ${far.total}`;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    setTimeout(ask, EVERY_MS);
  };
  setTimeout(ask, EVERY_MS / 2);
}

export function startProgress(root) {
  for (const line of root.querySelectorAll("[data-progress-url]")) follow(line);
}
