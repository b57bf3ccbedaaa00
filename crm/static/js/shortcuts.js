/* "/" searches; the other keys follow the links, and press the buttons, that carry data-keys ("n", "g p"...).
   Single-key shortcuts disturb those who speak to their computer: the account menu has a switch that turns them
   off on this device (WCAG 2.1.4). */

const SETTING = "passerelle.shortcuts";
const SEQUENCE_MS = 1000;

function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

function areOn() {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    return true; // storage refused by the browser: the default
  }
}

function remember(on) {
  try {
    localStorage.setItem(SETTING, on ? "on" : "off");
  } catch {
    // Storage refused by the browser: the choice lasts as long as the page.
  }
}

export function startShortcuts(root) {
  let on = areOn();
  let previous = "";
  let previousAt = 0;
  const search = root.getElementById("recherche");

  const show = () => {
    for (const sign of root.querySelectorAll("[data-shortcut-sign]")) sign.hidden = !on;
  };
  show();

  for (const row of root.querySelectorAll("[data-shortcuts-switch]")) {
    const box = row.querySelector("input");
    row.hidden = false;
    box.checked = on;
    box.addEventListener("change", () => {
      on = box.checked;
      remember(on);
      show();
    });
  }

  root.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;

    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    const sequence = event.timeStamp - previousAt < SEQUENCE_MS ? `${previous} ${event.key}` : event.key;
    previous = event.key;
    previousAt = event.timeStamp;
    for (const link of root.querySelectorAll("[data-keys]")) {
      if (link.dataset.keys === sequence || link.dataset.keys === event.key) {
        event.preventDefault();
        link.click();
        return;
      }
    }
  });
}
