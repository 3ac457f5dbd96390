// --- right or wrong: a verdict on an answer, with the sentence that should have carried it

let judged = null;

function choosing(form) {
  stopChoosing();
  if (!form) return;
  judged = form;
  $("#article").classList.add("choosing");
  $(".pick", form).hidden = false;
  $$("#article .s").forEach((span) => {
    span.tabIndex = 0;
    span.setAttribute("role", "button");
  });
}

// The pane was drawn anew while a sentence was being chosen.
function again() {
  if (!judged) return;
  const picked = $("#article .chosen");
  judged = document.getElementById(judged.id);
  if (!judged) return stopChoosing();
  $(".pick", judged).hidden = false;
  if (picked) choose(picked);
}

function stopChoosing() {
  judged = null;
  $("#article").classList.remove("choosing");
  $$("#talk .pick").forEach((it) => { it.hidden = true; });
  $$("#article .s[tabindex]").forEach((span) => {
    span.removeAttribute("tabindex");
    span.removeAttribute("role");
  });
  $$("#article .chosen").forEach((span) => span.classList.remove("chosen"));
}

function choose(span) {
  $$("#article .chosen").forEach((other) => other.classList.remove("chosen"));
  span.classList.add("chosen");
  const picked = $(".picked", judged);
  picked.hidden = false;
  picked.textContent = span.textContent;
  picked.dataset.doc = span.closest(".doc").dataset.doc;
  picked.dataset.start = span.dataset.start;
  if (!wide.matches) judged.scrollIntoView({ block: "center" });
}

async function judge(turn, verdict, sentences) {
  const problem = await act("judge", { turn, verdict, sentences });
  if (problem) {
    const form = document.getElementById(`wrong${turn}`);
    const said = node("p", "problem", problem);
    said.setAttribute("role", "alert");
    if (form && !form.hidden) form.append(said);
    else complain(problem);
    return;
  }
  stopChoosing();
  reveal(document.getElementById(`wrong${turn}`), false);
}

function keepVerdict(form) {
  $$(".problem", form).forEach((old) => old.remove());
  const choice = $("input:checked", form);
  const picked = $(".picked", form);
  if (!choice) {
    form.append(node("p", "problem", "Choose what was wrong."));
    return;
  }
  const sentence = picked.hidden ? [] : [{ doc: picked.dataset.doc, start: +picked.dataset.start }];
  judge(turnOf(form), choice.value, choice.value === "should refuse" ? [] : sentence);
}
