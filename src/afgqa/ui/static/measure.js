// --- the evaluation: a set goes out, the pane of what it found comes back, bit by bit
// Gradio runs this as a function body of its own, beside that of the page.

const choice = element.querySelector("#set");
const file = element.querySelector("#setfile");
const button = element.querySelector(".send");
const stop = element.querySelector(".stop");

function ready(again) {
  stop.hidden = again;
  if (again) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
}

// Gradio tells of a run that was stopped as of one that failed, a moment later.
let stopped = 0;

stop.addEventListener("click", () => {
  stopped += 1;
  trigger("stop");
  ready(true);
  say("soft", "The run was stopped.");
});

choice.addEventListener("change", () => { file.hidden = choice.value !== ""; });

element.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true") return;
  const sent = choice.value ? { name: choice.value } : null;
  if (!sent && file.files.length === 0) {
    file.focus();
    return;
  }
  if (!sent && file.files[0].size > 20 * 1024 * 1024) {
    complain("The limit for a question set is 20 MB. Use `afgqa eval` for a larger one.");
    return;
  }
  ready(false);
  say("running", "Waiting: only one set runs at a time.");
  trigger("submit", sent ?? { name: file.files[0].name, content: await file.files[0].text() });
});

function say(className, text) {
  const pane = document.querySelector("#measured .report, #measured .running");
  const said = Object.assign(document.createElement("p"), { className, textContent: text });
  said.setAttribute("role", className === "problem" ? "alert" : "status");
  pane.replaceChildren(said);
}

function complain(text) {
  say("problem", text);
}

document.addEventListener("afgqa-unmeasured", () => {
  if (stopped > 0) {
    stopped -= 1;
    return;
  }
  ready(true);
  complain("The run ended without a report. Is afgqa still running, and is the file a question set?");
});

document.addEventListener("afgqa-measured", () => {
  if (document.querySelector("#measured [data-running]")) return;
  ready(true);
  document.querySelector("#measured .head")?.focus({ preventScroll: true });
});
