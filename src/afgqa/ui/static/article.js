// The behaviour of the page. Gradio runs this once, as the body of a function
// of (element, trigger, ...): `element` holds the form, `trigger` sends an event.
// Offsets are the document's own: they count code points, not UTF-16 units.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const box = $("#question", element);
const wide = matchMedia("(min-width: 861px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const talk = () => $("#talk .talk");
const EXAMPLES = 5;  // more chips than this are a list to study, not an invitation

function node(name, className, text) {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

// --- the article: sentences lit, the answer inside them, numbers in the margin

// The document of a citation, if the page shows the very text that was cited.
function shown({ doc, sha256 }) {
  return $$("#article .doc").find((it) =>
    it.dataset.doc === doc && (sha256 === undefined || it.dataset.sha256 === sha256));
}

function sentences(place) {
  const article = shown(place);
  return article === undefined ? [] : $$(".s", article).filter((span) =>
    +span.dataset.end > +place.start && +span.dataset.start < +place.end);
}

// Say on each card whether what it cites can no longer be shown.
function compare() {
  $$("#talk .a > .moved").forEach((old) => old.remove());
  for (const card of $$("#talk .a:not(.wait)")) {
    const lost = $$(".c, .near .jump", card).find((it) => !shown(it.dataset));
    if (!lost) continue;
    const { doc } = lost.dataset;
    const there = $$("#article .doc").some((it) => it.dataset.doc === doc);
    card.append(node("p", "moved", there
      ? "The article has changed since the page was opened; reload."
      : `${doc.slice(doc.lastIndexOf("/") + 1)} is no longer here.`));
  }
}

// The article was drawn anew, and what was lit in it is gone.
function redrawn() {
  compare();
  const pressed = $("#talk .c[aria-pressed=true]");
  if (pressed) show(pressed, { move: false });
  else trail();
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
  $$("#article .tick, #article .trail").forEach((tick) => tick.remove());
  $$("#article .found").forEach((found) => {
    const parent = found.parentNode;
    found.replaceWith(...found.childNodes);
    parent.normalize();
  });
  $$("#article .s").forEach((span) => span.classList.remove("cited", "current", "near", "linked"));
  $$("#talk .c[aria-pressed=true]").forEach((c) => c.setAttribute("aria-pressed", "false"));
}

// A button in the margin that leads from a sentence back to the number that cites it.
function tick(number, spans, className) {
  const found = node("button", className, className === "tick" ? number.textContent : "");
  const asked = number.closest(".turn").dataset.question;
  found.type = "button";
  found.dataset.for = number.id;
  found.dataset.span = spans[0].id;
  found.title = asked;
  found.setAttribute("aria-label", className === "tick"
    ? `Citation ${number.textContent}: back to the answer` : `Cited for: ${asked}`);
  spans[0].parentNode.append(found);
}

function light(number) {
  const { start, end, from, to } = number.dataset;
  const spans = sentences(number.dataset);
  for (const span of spans) {
    span.classList.add("cited");
    embolden(span, from - span.dataset.start, to - span.dataset.start);
  }
  if (spans.length > 0) tick(number, spans, "tick");
}

// A dot in the margin where an answer of another turn came from.
function trail() {
  const known = new Set($$("#article .tick").map((it) => it.dataset.span));
  for (const number of $$("#talk .c").reverse()) {
    const spans = sentences(number.dataset);
    if (spans.length === 0 || known.has(spans[0].id)) continue;
    known.add(spans[0].id);
    tick(number, spans, "trail");
  }
  place();
}

// A number stands beside the first line of its sentence; two on one line stand one below the other.
function place() {
  const taken = [];
  for (const mark of $$("#article .tick, #article .trail")) {
    const block = mark.parentNode;
    const line = document.getElementById(mark.dataset.span).getClientRects()[0];
    if (!line) continue;
    let top = line.top + (line.height - mark.offsetHeight) / 2;
    while (taken.some((other) => Math.abs(other - top) < mark.offsetHeight)) top += mark.offsetHeight + 2;
    taken.push(top);
    mark.style.top = `${top - block.getBoundingClientRect().top}px`;
  }
}

function glide(target) {
  target?.scrollIntoView({ block: "center", behavior: calm.matches ? "instant" : "smooth" });
}

// Show the document of a place where another one alone is shown.
function open(place) {
  const choice = $("#scope");
  if (choice && choice.value && choice.value !== place.doc) {
    choice.value = "";
    narrow();
  }
}

// Light all citations of the turn that `number` belongs to, and `number` most of all.
function show(number, { move = true } = {}) {
  unlight();
  open(number.dataset);
  $$(".c", number.closest(".turn")).forEach(light);
  number.setAttribute("aria-pressed", "true");
  const spans = sentences(number.dataset);
  spans.forEach((span) => span.classList.add("current"));
  trail();
  if (move) glide(spans[0]);
}

function point(near, className = "near") {
  unlight();
  open(near.dataset);
  const spans = sentences(near.dataset);
  spans.forEach((span) => span.classList.add(className));
  trail();
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

// Read and ask one document, or all.
function narrow() {
  const choice = $("#scope");
  const only = choice?.value ?? "";
  const what = only ? choice.selectedOptions[0].textContent : choice ? "the documents" : "the article";
  box.placeholder = `Ask ${what}…`;
  $$("#article .doc").forEach((it) => { it.hidden = only !== "" && it.dataset.doc !== only; });
  offerExamples();
  place();
}

// Offer the first examples of what is chosen to be asked.
function offerExamples() {
  const only = $("#scope")?.value ?? "";
  const seen = new Set();
  for (const chip of $$("#talk .welcome .chip")) {
    const fits = only === "" || chip.dataset.doc === only;
    chip.hidden = !fits || seen.has(chip.textContent) || seen.size >= EXAMPLES;
    if (!chip.hidden) seen.add(chip.textContent);
  }
}

// --- links to a sentence: #s12, or #d1s12 in another document than the first

let followed = false;

// Light the sentence that the address names, if it names one that is drawn already.
function follow() {
  const span = /^#(d\d+)?s\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (!span) return;
  followed = true;
  unlight();
  open({ doc: span.closest(".doc").dataset.doc });
  span.classList.add("linked");
  trail();
  glide(span);
}

// What is offered beside a sentence that was clicked.
function offer(span) {
  const pop = $("#link") ?? Object.assign(node("button", "pop", "Copy link"), { id: "link", type: "button" });
  history.replaceState(null, "", `#${span.id}`);
  follow();
  const line = span.getClientRects()[0];
  const block = span.parentNode.getBoundingClientRect();
  pop.textContent = "Copy link";
  pop.style.top = `${line.top - block.top - 36}px`;
  pop.style.left = `${Math.min(line.left - block.left, block.width - 110)}px`;
  span.parentNode.append(pop);
}

// --- the sentence of a citation, seen without going there

function preview(number) {
  const tip = $("#preview") ?? document.body.appendChild(
    Object.assign(node("div", "", ""), { id: "preview", role: "tooltip", hidden: true }));
  tip.textContent = sentences(number.dataset).map((span) => span.textContent).join(" ");
  if (!tip.textContent || !matchMedia("(hover: hover)").matches) return;
  const at = number.getBoundingClientRect();
  tip.hidden = false;
  tip.style.left = `${Math.max(12, Math.min(at.left, innerWidth - tip.offsetWidth - 12))}px`;
  const below = at.bottom + 8;
  tip.style.top = `${below + tip.offsetHeight < innerHeight ? below : at.top - tip.offsetHeight - 8}px`;
  number.setAttribute("aria-describedby", "preview");
}

function unpreview(number) {
  if ($("#preview")) $("#preview").hidden = true;
  number?.removeAttribute("aria-describedby");
}
