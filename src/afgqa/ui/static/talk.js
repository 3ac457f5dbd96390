// --- the conversation: an action goes out, the panes come back

let serial = 0;
let busy = null;
const waiting = [];
const opened = new Set();

// Send an action; the promise gives null when it was done, or why it was not. They go one by one.
function act(action, fields = {}) {
  return new Promise((settled) => {
    waiting.push({ action, fields, settled });
    pump();
  });
}

function pump() {
  if (busy || waiting.length === 0) return;
  busy = waiting.shift();
  serial += 1;
  busy.timer = setTimeout(() => lost(SLOW), 120000);
  attend(busy);
  trigger("submit", { action: busy.action, ...busy.fields, serial });
}

// --- whether the server is still there

const PAUSE = 700;  // milliseconds between two looks at it; with SILENT under five seconds
const SILENT = 3500;
let instance = null;  // which start of the server this page is of

// "lost" where it does not respond, "other" where it was started anew, or else "there".
async function state() {
  try {
    const answer = await fetch("./healthz", { cache: "no-store", signal: AbortSignal.timeout(SILENT) });
    const now = (await answer.json()).instance;
    if (instance !== null && instance !== now) return "other";
    instance = now;
    return "there";
  } catch {
    return "lost";
  }
}

// Look after the server while an action is out.
async function attend(action) {
  while (busy === action) {
    await new Promise((later) => setTimeout(later, PAUSE));
    if (busy !== action) return;
    const now = await state();
    if (busy === action && now !== "there") lost(now === "lost" ? GONE : ANEW);
    if (now === "other") instance = null;
  }
}

function settle(problem) {
  const done = busy;
  busy = null;
  clearTimeout(done?.timer);
  done?.settled(problem);
  pump();
}

function newest() {
  const last = talk().lastElementChild;
  if (wide.matches) $("#talk").scrollTop = last.offsetTop - 24;
  else last.scrollIntoView({ block: "start", behavior: "instant" });
}

const KEPT = " Your question is still in the box below: press Enter to ask it again.";
const GONE = "afgqa does not respond. Is it still running?";
const ANEW = "afgqa was restarted before it answered.";
const SLOW = "There was no answer within two minutes.";
const BUSY = "afgqa did not answer: it is busy, or it ran into an error.";
const OUT = "You are signed out. Reload the page to sign in again.";

function complain(text) {
  const problem = node("p", "problem", text);
  problem.setAttribute("role", "alert");
  talk().append(problem);
}

function arrived() {
  if (!busy || +talk().dataset.serial !== serial) return;
  const problem = $(".problem", talk())?.textContent ?? null;
  if (busy.action !== "ask") $(".problem", talk())?.remove();
  opened.forEach((id) => reveal(document.getElementById(id), true));
  again();
  compare();
  settle(problem);
  remember();
}

// Gradio reports every failure alike: find out which it was.
async function failed() {
  const action = busy;
  if (!action) return;
  const now = await state();
  let problem = { lost: GONE, other: ANEW, there: BUSY }[now];
  if (now === "other") instance = null;
  else if (now === "there") {
    const known = await fetch("./gradio_api/app_id").catch(() => null);
    if (known?.status === 401) problem = OUT;
  }
  if (busy === action) lost(problem);
}

function lost(problem) {
  $$("#talk .pending").forEach((pending) => pending.remove());
  settle(busy?.action === "ask" ? problem + KEPT : problem);
}

let asking = false;

async function ask(question) {
  if (asking) return;
  asking = true;
  $(".send", element).setAttribute("aria-disabled", "true");
  $$("#talk .welcome, #talk .problem").forEach((old) => old.remove());
  const before = $$("#talk .turn").length;
  const turn = node("section", "turn pending", "");
  const wait = node("div", "a wait", "");
  wait.setAttribute("aria-label", "Reading the article");
  wait.append(node("i", "", ""), node("i", "", ""), node("i", "", ""));
  turn.append(node("h2", "q", question), wait);
  talk().append(turn);
  newest();
  box.value = "";
  draft(question);
  const scope = $("#scope")?.value || null;
  sessionStorage.setItem("afgqa-out", JSON.stringify({ question, scope }));
  const problem = await act("ask", { question, scope });
  sessionStorage.removeItem("afgqa-out");
  asking = false;
  $(".send", element).removeAttribute("aria-disabled");
  if (problem?.endsWith(KEPT)) complain(problem);
  if (problem !== null) {
    if (!box.value) box.value = question;
    box.focus({ preventScroll: true });
  }
  if (problem === null) {
    draft(box.value);
    // The server had lost this conversation, for it was away too long: it is asked again.
    if ($$("#talk .turn").length <= before) {
      await askAgain([...remembered, { question, scope }]);
    }
    remembered = current();
    newestAnswer();
  }
  newest();
}

function newestAnswer() {
  unlight();
  const turns = $$("#talk .turn");
  const numbers = turns.length === 0 ? [] : $$(".c", turns[turns.length - 1]);
  if (numbers.length > 0) show(numbers[0], { move: wide.matches });
  else trail();
}

// --- what was asked is remembered while the tab is open, and asked again after a reload

let remembered = [];

// What stands in the box, or was asked from it and not answered yet.
function draft(text) {
  sessionStorage.setItem("afgqa-draft", text);
}

function current() {
  return $$("#talk .turn:not(.pending)").map(({ dataset }) => ({
    question: dataset.question,
    scope: dataset.scope ?? null,
    alone: dataset.alone !== undefined,
    private: dataset.private !== undefined,
  }));
}

function remember() {
  if (!asking) remembered = current();
  sessionStorage.setItem("afgqa-asked", JSON.stringify(current()));
}

// Ask again what may be; what was about the visitor's own documents is gone with them.
async function askAgain(kept) {
  const asked = kept.filter((it) => !it.private);
  if (asked.length > 0) await act("restore", { asked });
  const gone = kept.length - asked.length;
  if (gone === 0) return;
  talk().append(node("p", "moved", gone === 1
    ? "One question about your own documents was removed with them."
    : `${gone} questions about your own documents were removed with them.`));
}

async function restore() {
  state();
  box.value ||= sessionStorage.getItem("afgqa-draft") ?? "";
  if (box.value) box.focus({ preventScroll: true });
  const kept = JSON.parse(sessionStorage.getItem("afgqa-asked") ?? "[]");
  // A question that was out when the page was reloaded, by its reader or by Gradio.
  const out = JSON.parse(sessionStorage.getItem("afgqa-out") ?? "null");
  if (out) {
    sessionStorage.removeItem("afgqa-out");
    kept.push(out);
    if (box.value === out.question) box.value = "";
    draft(box.value);
  }
  if (kept.length === 0) return;
  await askAgain(kept);
  if ($$("#talk .turn").length > 0 && !location.hash) newestAnswer();
}

// Begin a new conversation; the documents stay.
async function anew() {
  const problem = await act("clear");
  if (problem) return complain(problem);
  unlight();
  view("ask");
  box.focus();
}

// --- panels of a card

function reveal(panel, open) {
  if (!panel) return;
  panel.hidden = !open;
  $(`[aria-controls="${panel.id}"]`)?.setAttribute("aria-expanded", String(open));
  if (open) opened.add(panel.id);
  else opened.delete(panel.id);
}

const turnOf = (it) => +it.closest(".turn").dataset.turn;

async function explain(button) {
  const id = button.getAttribute("aria-controls");
  const panel = document.getElementById(id);
  if (panel) return reveal(panel, panel.hidden);
  const turn = turnOf(button);
  button.setAttribute("aria-busy", "true");
  const problem = await act("explain", { turn });
  if (problem) return complain(problem);
  reveal(document.getElementById(id), true);
  $(`#t${turn} .how`)?.focus({ preventScroll: true });
}

async function undo(button) {
  const turn = turnOf(button);
  const problem = await act("undo", { turn });
  if (problem) return complain(problem);
  const number = $(`#t${turn} .c`);
  if (number) show(number, { move: wide.matches });
  else trail();
  (number ?? box).focus({ preventScroll: true });
}

// --- to the clipboard, and to a file

async function copy(text, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {  // an address that is not of this machine: the old way
    const area = Object.assign(node("textarea", "", ""), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = before; }, 1500);
}

function download() {
  const file = $("#post pre");
  if (!file || +file.dataset.serial !== serial) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.textContent], { type: file.dataset.kind }));
  link.download = file.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function save(form) {
  menu(false);
  const problem = await act("export", { form });
  if (problem) complain(problem);
}
