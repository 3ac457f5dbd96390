// The behaviour of the page. Gradio runs this once, as the body of a function
// of (element, trigger, ...): `element` holds the form, `trigger` sends an event.
// Offsets are the document's own: they count code points, not UTF-16 units.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const box = $("#question", element);
const wide = matchMedia("(min-width: 861px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const talk = () => $("#talk .talk");

// --- the article: sentences lit, the answer inside them, numbers in the margin

// The document of a citation, if the page shows the very text that was cited.
function shown({ doc, sha256 }) {
  return $$("#article .doc").find((it) => it.dataset.doc === doc && it.dataset.sha256 === sha256);
}

function sentences({ doc, sha256, start, end }) {
  const article = shown({ doc, sha256 });
  return article === undefined ? [] : $$(".s", article).filter((span) =>
    +span.dataset.end > +start && +span.dataset.start < +end);
}

// Say on each card whether what it cites can no longer be shown.
function compare() {
  $$("#talk .moved").forEach((old) => old.remove());
  for (const card of $$("#talk .a:not(.wait)")) {
    if ($$(".c, .jump", card).every((it) => shown(it.dataset))) continue;
    card.append(node("p", "moved", "The article has changed since the page was opened; reload."));
  }
}

// The article was drawn anew, and what was lit in it is gone.
function redrawn() {
  compare();
  const pressed = $("#talk .c[aria-pressed=true]");
  if (pressed) show(pressed, { move: false });
}

// Wrap the code points from..to of a sentence in <b>, whatever elements it holds.
function embolden(span, from, to) {
  const walker = document.createTreeWalker(span, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  let at = 0;
  for (const node of nodes) {
    const points = [...node.data];
    const first = Math.max(from - at, 0);
    const last = Math.min(to - at, points.length);
    at += points.length;
    if (first >= last) continue;
    const range = document.createRange();
    range.setStart(node, points.slice(0, first).join("").length);
    range.setEnd(node, points.slice(0, last).join("").length);
    range.surroundContents(Object.assign(document.createElement("b"), { className: "found" }));
  }
}

function unlight() {
  $$("#article .tick").forEach((tick) => tick.remove());
  $$("#article .found").forEach((found) => {
    const parent = found.parentNode;
    found.replaceWith(...found.childNodes);
    parent.normalize();
  });
  $$("#article .s").forEach((span) => span.classList.remove("cited", "current", "near"));
  $$("#talk .c[aria-pressed=true]").forEach((c) => c.setAttribute("aria-pressed", "false"));
}

function light(number) {
  const { start, end, from, to } = number.dataset;
  const spans = sentences(number.dataset);
  for (const span of spans) {
    span.classList.add("cited");
    embolden(span, from - span.dataset.start, to - span.dataset.start);
  }
  if (spans.length === 0) return;
  const tick = document.createElement("button");
  tick.type = "button";
  tick.className = "tick";
  tick.textContent = number.textContent;
  tick.dataset.for = number.id;
  tick.dataset.span = spans[0].id;
  tick.setAttribute("aria-label", `Citation ${number.textContent}: back to the answer`);
  spans[0].parentNode.append(tick);
}

// A number stands beside the first line of its sentence; two on one line stand one below the other.
function place() {
  const taken = [];
  for (const tick of $$("#article .tick")) {
    const block = tick.parentNode;
    const line = document.getElementById(tick.dataset.span).getClientRects()[0];
    if (!line) continue;
    let top = line.top + (line.height - tick.offsetHeight) / 2;
    while (taken.some((other) => Math.abs(other - top) < tick.offsetHeight)) top += tick.offsetHeight + 2;
    taken.push(top);
    tick.style.top = `${top - block.getBoundingClientRect().top}px`;
  }
}

function glide(target) {
  target?.scrollIntoView({ block: "center", behavior: calm.matches ? "instant" : "smooth" });
}

// Light all citations of the turn that `number` belongs to, and `number` most of all.
function show(number, { move = true } = {}) {
  unlight();
  $$(".c", number.closest(".turn")).forEach(light);
  number.setAttribute("aria-pressed", "true");
  const spans = sentences(number.dataset);
  spans.forEach((span) => span.classList.add("current"));
  place();
  if (move) glide(spans[0]);
}

function point(near) {
  unlight();
  const spans = sentences(near.dataset);
  spans.forEach((span) => span.classList.add("near"));
  glide(spans[0]);
}

// Go to the citation before or after the pressed one; with none pressed, to the newest answer's.
function step(by) {
  const numbers = $$("#talk .c");
  if (numbers.length === 0) return;
  const at = numbers.findIndex((c) => c.getAttribute("aria-pressed") === "true");
  const to = at < 0 ? numbers.length - 1 : Math.min(Math.max(at + by, 0), numbers.length - 1);
  numbers[to].focus({ preventScroll: true });
  numbers[to].scrollIntoView({ block: "nearest", behavior: "instant" });
  show(numbers[to]);
}

// --- the conversation: a question goes out, a card comes back

let serial = 0;
let busy = false;
let asked = "";
let timer = 0;

function node(name, className, text) {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

function newest() {
  const last = talk().lastElementChild;
  if (wide.matches) $("#talk").scrollTop = last.offsetTop - 24;
  else last.scrollIntoView({ block: "start", behavior: "instant" });
}

function ask(question) {
  if (busy) return;
  busy = true;
  asked = question;
  serial += 1;
  $(".send", element).setAttribute("aria-disabled", "true");
  $$("#talk .welcome, #talk .problem").forEach((old) => old.remove());
  const turn = node("section", "turn pending", "");
  const wait = node("div", "a wait", "");
  wait.setAttribute("aria-label", "Reading the article");
  wait.append(node("i", "", ""), node("i", "", ""), node("i", "", ""));
  turn.append(node("h2", "q", question), wait);
  talk().append(turn);
  newest();
  timer = setTimeout(failed, 60000);
  trigger("submit", { question, serial });
}

function settle() {
  busy = false;
  clearTimeout(timer);
  $(".send", element).removeAttribute("aria-disabled");
  $$("#talk .pending").forEach((pending) => pending.remove());
}

function arrived() {
  if (+talk().dataset.serial !== serial) return;
  settle();
  const refused = $(".problem", talk());
  if (!refused && box.value === asked) box.value = "";
  unlight();
  compare();
  const turns = $$("#talk .turn");
  const numbers = refused || turns.length === 0 ? [] : $$(".c", turns[turns.length - 1]);
  if (numbers.length > 0) show(numbers[0], { move: wide.matches });
  newest();
}

function failed() {
  settle();
  const problem = node("p", "problem", "No answer came back. Is afgqa still running? Your question is kept below.");
  problem.setAttribute("role", "alert");
  talk().append(problem);
  if (!box.value) box.value = asked;
  newest();
}

// --- light and dark

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  document.body.classList.toggle("dark", theme === "dark");
}

function turnTheme() {
  const now = document.documentElement.dataset.theme
    ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const next = now === "dark" ? "light" : "dark";
  setTheme(next);
  localStorage.setItem("afgqa-theme", next);
}

// --- what the reader does

document.addEventListener("afgqa", arrived);
document.addEventListener("afgqa-article", redrawn);
document.addEventListener("afgqa-failed", failed);
addEventListener("resize", () => requestAnimationFrame(place));

$("form", element).addEventListener("submit", (event) => {
  event.preventDefault();
  ask(box.value);
});

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  const quote = at("#talk blockquote");
  if (at("#talk .c")) show(at("#talk .c"));
  else if (at("#talk .jump")) point(at("#talk .jump"));
  else if (quote && getSelection().isCollapsed) show(document.getElementById(quote.dataset.for));
  else if (at("#theme")) turnTheme();
  else if (at("#talk .chip")) {
    ask(at("#talk .chip").textContent);
    if (matchMedia("(pointer: fine)").matches) box.focus();
  } else if (at("#article .tick")) {
    const number = document.getElementById(at("#article .tick").dataset.for);
    number.focus({ preventScroll: true });
    glide(number);
  }
});

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const typing = target.matches?.("input, textarea, select, [contenteditable]");
  // On many keyboards a bracket is typed with AltGr, which reads as Ctrl+Alt.
  const shortcut = event.metaKey || ((event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph"));
  if (shortcut || event.isComposing) return;
  if (typing && key === "Escape") target.blur();
  // No question starts with one of these, so in an empty box they are still shortcuts.
  else if (typing && !(target === box && box.value === "")) return;
  else if (key === "[" || key === "]") {
    event.preventDefault();
    step(key === "[" ? -1 : 1);
  } else if (key === "/") {
    event.preventDefault();
    box.focus();
  }
});

const kept = localStorage.getItem("afgqa-theme");
if (kept) setTheme(kept);
if (matchMedia("(pointer: fine)").matches && wide.matches) box.focus({ preventScroll: true });
