/* The board: cards are dragged from column to column, and moved with the keyboard; what follows in a column comes
   where one is; a phone shows which step is looked at. Every move presses a button of the card's own menu, so that it
   works, asks and refuses as without this file.
   #tableau: what a move draws anew; [data-column], [data-card], [data-more] inside; data-refused: what is said of a
   column where the card cannot go. */

const board = () => document.getElementById("tableau");

function say(text) {
  const place = document.querySelector(".notices");
  const line = document.createElement("div");
  line.className = "notice notice--soon";
  const words = document.createElement("p");
  words.className = "notice__text";
  words.textContent = text;
  line.append(words);
  place.replaceChildren(line);
}

function buttonTo(card, step) {
  return card.querySelector(`button[name="step"][value="${step}"]`);
}

function go(card, step) {
  if (Number(card.dataset.card) === Number(step)) return;
  const button = buttonTo(card, step);
  if (button) button.form.requestSubmit(button);
  else say(board().dataset.refused);
}

function startDragging(root) {
  let held = null;
  const over = (column) => {
    for (const one of root.querySelectorAll(".board-column--over")) one.classList.remove("board-column--over");
    column?.classList.add("board-column--over");
  };
  root.addEventListener("dragstart", (event) => {
    held = event.target.closest?.("[data-card]");
    if (!held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.querySelector(".board-card__name").textContent.trim());
    held.classList.add("board-card--held");
  });
  root.addEventListener("dragover", (event) => {
    const column = held && event.target.closest("[data-column]");
    if (!column) return;
    event.preventDefault();
    over(column);
  });
  root.addEventListener("drop", (event) => {
    const column = held && event.target.closest("[data-column]");
    if (!column) return;
    event.preventDefault();
    go(held, column.dataset.column);
  });
  root.addEventListener("dragend", () => {
    held?.classList.remove("board-card--held");
    held = null;
    over(null);
  });
}

function nameOf(card) {
  return card?.querySelector(".board-card__name");
}

/* Where the arrows lead: along a column, or to the card at the same height in the next column that has one. */
function neighbour(card, key) {
  if (key === "ArrowUp") return card.previousElementSibling;
  if (key === "ArrowDown") return card.nextElementSibling;
  const place = [...card.parentElement.children].indexOf(card);
  let column = card.closest("[data-column]");
  do {
    column = key === "ArrowLeft" ? column.previousElementSibling : column.nextElementSibling;
    const cards = column?.querySelectorAll("[data-card]") ?? [];
    if (cards.length) return cards[Math.min(place, cards.length - 1)];
  } while (column);
  return null;
}

function startKeys(root) {
  root.addEventListener("keydown", (event) => {
    const card = event.target.closest?.("[data-card]");
    if (!card || !event.target.matches(".board-card__name") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    if (!event.shiftKey) {
      nameOf(neighbour(card, event.key))?.focus();
    } else if (event.key === "ArrowRight") {
      go(card, Number(card.dataset.card) + 1);
    } else if (event.key === "ArrowLeft") {
      go(card, Number(card.dataset.card) - 1);
    }
  });
}

async function follow(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) {
    window.location.assign(link.href);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const column = link.closest("[data-column]");
  const fresh = page.querySelector(`[data-column="${column.dataset.column}"]`);
  const cards = [...fresh.querySelectorAll("[data-card]")];
  column.querySelector("ol").append(...cards);
  const next = fresh.querySelector("[data-more]");
  if (next) link.replaceWith(next);
  else link.remove();
  prepare(board());
  nameOf(cards[0])?.focus();
}

function startMore(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-more]");
    // Of a lane, the link leads to the lane alone.
    if (!link || link.closest(".board-lane") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    follow(link).catch(() => window.location.assign(link.href));
  });
}

/* A phone: the step that fills the screen is the present one. */
function startSteps(root) {
  const links = new Map([...root.querySelectorAll(".board-steps__step")].map((one) => [one.hash.slice(1), one]));
  if (!links.size || !("IntersectionObserver" in window)) return;
  const watching = new IntersectionObserver(
    (seen) => {
      for (const one of seen) {
        const link = links.get(one.target.id);
        if (one.isIntersecting) link?.setAttribute("aria-current", "step");
        else link?.removeAttribute("aria-current");
      }
    },
    { root: root.querySelector(".board"), threshold: 0.6 },
  );
  for (const column of root.querySelectorAll("[data-column][id]")) watching.observe(column);
}

function prepare(root) {
  const fine = window.matchMedia("(hover: hover) and (pointer: fine)").matches;
  for (const card of root.querySelectorAll("[data-card]")) {
    if (fine && card.querySelector("button[name='step']")) card.draggable = true;
  }
}

export function startBoard() {
  const root = board();
  if (!root) return;
  prepare(root);
  startDragging(root);
  startKeys(root);
  startMore(root);
  startSteps(root);
}
