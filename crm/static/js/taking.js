/* Several records side by side: a button takes the value of one into the middle. */

export function startTaking(root) {
  for (const button of root.querySelectorAll("[data-take]")) {
    const field = root.getElementById(button.dataset.take);
    if (!field) {
      continue;
    }
    button.hidden = false;
    button.addEventListener("click", () => {
      field.value = button.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    });
  }
}
