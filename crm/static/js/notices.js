/* Notices never leave by themselves: some people read slowly. One closes them. */

export function startNotices(root) {
  for (const button of root.querySelectorAll(".notice [data-close]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.closest(".notice").remove();
      root.querySelector("main").focus({ preventScroll: true });
    });
  }
}
