/* After a telephone number was tapped, the page that notes how the call ended waits for one's return.
   `data-call` on a tel: link is the address of that page; without this script a link leads there. */

const PATIENCE = 600; // milliseconds: the telephone opens first

/** Follow each tap on a number by the page where the call is noted. */
export function startCalls(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-call]");
    if (link) {
      window.setTimeout(() => window.location.assign(link.dataset.call), PATIENCE);
    }
  });
}
