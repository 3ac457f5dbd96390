// --- the evaluation: a set goes out, the pane of what it found comes back, bit by bit
// Gradio runs this as a function body of its own, beside that of the page.

const choice = element.querySelector("#set");
const file = element.querySelector("#setfile");
const button = element.querySelector(".send");

choice.addEventListener("change", () => { file.hidden = choice.value !== ""; });

element.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true") return;
  const sent = choice.value ? { name: choice.value } : null;
  if (!sent && file.files.length === 0) {
    file.focus();
    return;
  }
  button.setAttribute("aria-disabled", "true");
  trigger("submit", sent ?? { name: file.files[0].name, content: await file.files[0].text() });
});

document.addEventListener("afgqa-measured", () => {
  if (document.querySelector("#measured [data-running]")) return;
  button.removeAttribute("aria-disabled");
  document.querySelector("#measured .head")?.focus({ preventScroll: true });
});
