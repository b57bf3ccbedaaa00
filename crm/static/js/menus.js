/* <details data-menu>: closes when one clicks elsewhere, presses Escape, or opens another. */

export function startMenus(root) {
  const open = () => root.querySelectorAll("details[data-menu][open]");

  root.addEventListener("click", (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      if (menu.contains(root.activeElement)) menu.querySelector("summary").focus();
    }
  });
}
