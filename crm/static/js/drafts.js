/* An exchange being typed survives a reload, a dead battery and the end of the session.
   <form data-draft="whose" data-draft-key="/address/of/the/key">     each keystroke is kept, sealed with AES-GCM
   <form data-draft-again="whose">                                    sends what a draft of this address holds
   <form data-drafts-of="whose">                                      the sign-out asks first while something is kept
   <div data-drafts-list="whose" data-draft-key="...">                what is kept, each with the way back to it
   With the words go the nonce of the form, so that what was received without our knowing is not kept twice by the
   server, and its version, so that a change made meanwhile by somebody else is seen.
   The key comes from the server to the signed-in person only: what stays on the device is unreadable to others.
   Where the browser has no cryptography (plain http elsewhere than on this machine) nothing is kept. */

const NEVER = new Set(["csrf_token"]);
const SENDING = "passerelle.sending";

const ready = () => Boolean(window.crypto?.subtle && window.indexedDB);

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("passerelle", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** One request of the store, on the disk before it is said done: a battery may die at any moment. */
async function store(mode, work) {
  const base = await open();
  try {
    return await new Promise((resolve, reject) => {
      const deal = base.transaction("drafts", mode, { durability: "strict" });
      const asked = work(deal.objectStore("drafts"));
      deal.oncomplete = () => resolve(asked.result);
      deal.onerror = () => reject(deal.error);
      deal.onabort = () => reject(deal.error);
    });
  } finally {
    base.close();
  }
}

const all = () => store("readonly", (drafts) => drafts.getAll());
const forget = (id) => store("readwrite", (drafts) => drafts.delete(id));

async function keyFrom(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return null;
  const { key } = await answer.json();
  const bytes = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

function typed(form) {
  const values = [];
  for (const field of form.elements) {
    if (!field.name || NEVER.has(field.name) || ["file", "password", "submit", "button"].includes(field.type)) continue;
    const ticked = ["radio", "checkbox"].includes(field.type);
    if (field.type === "select-multiple") {
      values.push([field.name, [...field.selectedOptions].map((one) => one.value), true]);
    } else {
      values.push([field.name, field.value, ticked ? field.checked : null]);
    }
  }
  return values;
}

function fill(form, values) {
  for (const [name, value, ticked] of values) {
    for (const field of form.elements) {
      if (field.name !== name) continue;
      if (Array.isArray(value)) {
        for (const one of field.options || []) one.selected = value.includes(one.value);
      } else if (ticked === null) {
        field.value = value;
      } else if (field.value === value) {
        field.checked = ticked;
      }
    }
  }
}

const unsealed = async (key, { iv, sealed }) =>
  JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed)));

/** What a kept draft holds. One sealed under another secret goes away: nobody will ever read it. */
async function read(key, kept) {
  try {
    return await unsealed(key, kept);
  } catch (error) {
    if (error.name !== "OperationError") throw error;
    await forget(kept.id);
    return null;
  }
}

const idOf = (owner) => `${owner} ${location.pathname}${location.search}`;
const inWords = (instant) =>
  new Date(instant).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });

/** Once the server has accepted what this form sends, the draft of that identifier goes. */
function sends(form, id) {
  form.addEventListener("submit", () => sessionStorage.setItem(SENDING, JSON.stringify({ id, path: location.pathname })));
}

async function keep(form) {
  const owner = form.dataset.draft;
  const id = idOf(owner);
  const title = form.dataset.draftTitle;
  let touched = false;
  const touch = () => (touched = true);
  form.addEventListener("input", touch);
  const found = (await all()).find((one) => one.id === id);
  // Nothing is typed under a draft that is about to come back.
  form.inert = Boolean(found);
  let key = null;
  let draft = null;
  try {
    key = await keyFrom(form.dataset.draftKey);
    draft = key && found ? await read(key, found) : null;
  } finally {
    form.inert = false;
    form.removeEventListener("input", touch);
  }
  if (!key) return;
  let begun = new Date().toISOString();
  let last = Promise.resolve();
  let waiting = 0;

  const write = () => {
    const values = typed(form);
    waiting += 1;
    delete form.dataset.draftKept;
    last = last.then(async () => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = new TextEncoder().encode(JSON.stringify({ begun, title, values }));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain);
      const path = location.pathname + location.search;
      await store("readwrite", (drafts) => drafts.put({ id, owner, path, iv, sealed }));
      waiting -= 1;
      if (!waiting) form.dataset.draftKept = "";
    });
  };

  if (draft) {
    begun = draft.begun;
    // What came back with an error is newer than the draft.
    if (!form.querySelector(".error-summary")) {
      fill(form, draft.values);
      const said = document.querySelector("[data-draft-found]");
      if (said) {
        said.querySelector("[data-draft-when]").textContent = inWords(begun);
        said.querySelector("[data-draft-forget]").addEventListener("click", async () => {
          await forget(id);
          // The page as the server makes it: its own nonce and version come with it.
          location.replace(location.href);
        });
        said.hidden = false;
      }
    }
  }
  form.addEventListener("input", write);
  if (touched) write();
  sends(form, id);
  form.dataset.draftReady = "";
}

/** The page after a sent form: it was accepted if the server says so. Without network another page is opened later,
    which says nothing: the draft stays. Whoever leaves at once ends this midway: the next page goes on. */
async function forgetSent() {
  const sent = JSON.parse(sessionStorage.getItem(SENDING) || "null");
  if (!sent) return;
  const accepted = sent.accepted || (sent.path !== location.pathname && document.querySelector(".notice--done"));
  if (accepted) {
    sessionStorage.setItem(SENDING, JSON.stringify({ ...sent, accepted: true }));
    await forget(sent.id);
  }
  sessionStorage.removeItem(SENDING);
}

function askBeforeLeaving(form) {
  const dialog = document.querySelector("[data-drafts-ask]");
  if (!dialog?.showModal) return;
  let mine = [];
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // A browser that keeps nothing has nothing to ask: nobody is held in their session.
    mine = (await all().catch(() => [])).filter((one) => one.owner === form.dataset.draftsOf);
    if (mine.length) dialog.showModal();
    else form.submit();
  });
  dialog.addEventListener("click", async (event) => {
    const answer = event.target.closest("button")?.value;
    if (!answer) return;
    dialog.close();
    if (answer === "send") {
      location.assign(mine[mine.length - 1].path);
      return;
    }
    if (answer === "erase") for (const one of mine) await forget(one.id);
    form.submit();
  });
}

/** The drafts of somebody, the latest first, each with a link to its form. */
async function list(box) {
  const mine = (await all()).filter((one) => one.owner === box.dataset.draftsList);
  const key = mine.length && (await keyFrom(box.dataset.draftKey));
  if (!key) return;
  const opened = await Promise.all(mine.map(async (one) => ({ ...one, ...(await read(key, one)) })));
  for (const one of opened.filter((kept) => kept.begun).sort((a, b) => b.begun.localeCompare(a.begun))) {
    const line = box.querySelector("template").content.cloneNode(true).firstElementChild;
    const link = line.querySelector("a");
    link.href = one.path;
    link.textContent = one.title || one.path;
    line.querySelector("[data-draft-when]").textContent = inWords(one.begun);
    line.querySelector("button").addEventListener("click", async () => {
      await forget(one.id);
      line.remove();
      box.hidden = !box.querySelector("li");
    });
    box.querySelector("ul").append(line);
    box.hidden = false;
  }
}

export async function startDrafts(root) {
  if (!ready()) return;
  try {
    await forgetSent();
    for (const form of root.querySelectorAll("form[data-drafts-of]")) askBeforeLeaving(form);
    for (const form of root.querySelectorAll("form[data-draft-again]")) sends(form, idOf(form.dataset.draftAgain));
    for (const form of root.querySelectorAll("form[data-draft]")) await keep(form);
    for (const box of root.querySelectorAll("[data-drafts-list]")) await list(box);
  } catch (error) {
    // No network, or a browser that keeps nothing (private window): typing goes on as without this file.
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
  }
}
