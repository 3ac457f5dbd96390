// --- views, light and dark

function view(name) {
  $("#page").dataset.view = name;
  $$("#header .view").forEach((it) => {
    if (it.dataset.view === name) it.setAttribute("aria-current", "page");
    else it.removeAttribute("aria-current");
  });
  if (name === "ask") place();
}

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

function menu(open) {
  $("#forms").hidden = !open;
  $("#export").setAttribute("aria-expanded", String(open));
  if (open) $("#forms button").focus();
}

// --- what the reader does

document.addEventListener("afgqa", arrived);
document.addEventListener("afgqa", offerExamples);
box.addEventListener("input", () => draft(box.value));
document.addEventListener("afgqa-article", () => {
  narrow();
  redrawn();
  if (!followed) follow();
});
document.addEventListener("afgqa-download", download);
document.addEventListener("afgqa-failed", failed);
addEventListener("resize", () => requestAnimationFrame(place));
addEventListener("hashchange", follow);

$("form", element).addEventListener("submit", (event) => {
  event.preventDefault();
  ask(box.value);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("#talk .verdict")) return;
  event.preventDefault();
  keepVerdict(event.target);
});

const clicks = [
  ["#talk .c", (it) => show(it)],
  [".jump", (it) => { view("ask"); point(it); }],
  ["#talk .undo", undo],
  ["#talk .how", explain],
  ["#talk .copy", (it) => copy(it.dataset.copy, it)],
  ["#talk .right", (it) => judge(turnOf(it), "right", [])],
  ["#talk .wrong", (it) => {
    const form = document.getElementById(it.getAttribute("aria-controls"));
    reveal(form, form.hidden);
    choosing(form.hidden ? null : form);
    if (!form.hidden) $("input", form).focus();
  }],
  ["#talk .cancel", (it) => { stopChoosing(); reveal(it.closest(".verdict"), false); }],
  ["#talk blockquote[data-for]", (it) => {
    if (getSelection().isCollapsed) show(document.getElementById(it.dataset.for));
  }],
  ["#talk .chip", (it) => {
    ask(it.textContent);
    if (matchMedia("(pointer: fine)").matches) box.focus();
  }],
  ["#article .tick, #article .trail", (it) => {
    const number = document.getElementById(it.dataset.for);
    number.focus({ preventScroll: true });
    if (it.matches(".trail")) show(number, { move: false });
    glide(number);
  }],
  ["#link", (it) => copy(location.href, it)],
  ["#article .s", (it) => {
    if (judged) choose(it);
    else if (getSelection().isCollapsed) offer(it);
  }],
  ["#theme", turnTheme],
  ["#new", anew],
  ["#header .view", (it) => view(it.dataset.view)],
  ["#export", (it) => menu($("#forms").hidden)],
  ["#forms button", (it) => save(it.dataset.form)],
  ["#library .only", (it) => only(it.dataset.doc)],
  ["#library .remove", remove],
];

document.addEventListener("click", (event) => {
  if (!event.target.closest(".menu") && !$("#forms").hidden) menu(false);
  if (!event.target.closest("#link, #article .s")) $("#link")?.remove();
  for (const [selector, act] of clicks) {
    const found = event.target.closest(selector);
    if (found) return act(found);
  }
});

for (const [begin, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(begin, ({ target }) => {
    if (target.matches?.("#talk .c")) preview(target);
  });
  document.addEventListener(end, ({ target }) => {
    if (target.matches?.("#talk .c")) unpreview(target);
  });
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("#scope")) narrow();
  if (target.matches("#files")) {
    bring([...target.files]);
    target.value = "";
  }
});

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    if (![...event.dataTransfer?.types ?? []].includes("Files")) return;
    event.preventDefault();
    $("#drop").classList.toggle("over", name === "dragover");
    if (name === "dragover") view("documents");
    if (name === "drop") bring([...event.dataTransfer.files]);
  });
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const typing = target.matches?.("input:not([type=radio]), textarea, select, [contenteditable]");
  // On many keyboards a bracket is typed with AltGr, which reads as Ctrl+Alt.
  const shortcut = event.metaKey || ((event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph"));
  if (shortcut || event.isComposing) return;
  if (key === "Escape") {
    unpreview();
    if (!$("#forms").hidden) {
      menu(false);
      $("#export").focus();
    } else if (judged) {
      const form = judged;
      stopChoosing();
      reveal(form, false);
    } else if (typing) target.blur();
  } else if (judged && target.matches?.("#article .s") && (key === "Enter" || key === " ")) {
    event.preventDefault();
    choose(target);
  } else if (key === "l" && !typing) {
    const lit = $("#article .s.current, #article .s.linked, #article .s.near");
    if (!lit) return;
    offer(lit);
    $("#link").focus({ preventScroll: true });
  // No question starts with one of these, so in an empty box they are still shortcuts.
  } else if (typing && !(target === box && box.value === "")) return;
  else if (key === "[" || key === "]") {
    event.preventDefault();
    step(key === "[" ? -1 : 1);
  } else if (key === "/") {
    event.preventDefault();
    view("ask");
    box.focus();
  }
});

view("ask");
const kept = localStorage.getItem("afgqa-theme");
if (kept) setTheme(kept);
restore();
if (location.hash) follow();
else if (matchMedia("(pointer: fine)").matches && wide.matches) box.focus({ preventScroll: true });
