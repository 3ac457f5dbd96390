// --- documents: brought by a visitor, for this tab alone

const LARGEST = 20_000_000;  // bytes, as the server has it

function encoded(file, bar) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onprogress = (event) => { bar.value = event.loaded / event.total; };
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}

async function bring(files) {
  const list = $("#bring .coming");
  const rows = [...files].map((file) => {
    const row = node("li", "", file.name);
    row.append(node("small", "", "waiting"), document.createElement("progress"));
    list.append(row);
    return [file, row];
  });
  for (const [file, row] of rows) {
    const say = (text, done) => {
      $("small", row).textContent = text;
      if (done) $("progress", row)?.remove();
    };
    if (file.size > LARGEST) {
      row.className = "bad";
      say(`is ${(file.size / 1e6).toFixed(1)} MB; the limit is 20 MB`, true);
      continue;
    }
    say("reading");
    let problem;
    try {
      const bar = $("progress", row);
      const data = await encoded(file, bar);
      bar.removeAttribute("value");  // how long it takes to read and embed is not known
      say("indexing");
      problem = await act("bring", { name: file.name, data });
    } catch {
      problem = "It cannot be read. Does it still exist?";
    }
    row.className = problem ? "bad" : "good";
    // The name of the file stands before the message already.
    const named = problem?.toLowerCase().startsWith(file.name.toLowerCase());
    say(named ? problem.slice(file.name.length).trim() : problem ?? "ready", true);
    if (!problem) setTimeout(() => row.remove(), 4000);
  }
}

async function remove(button) {
  const problem = await act("remove", { doc: button.dataset.doc });
  if (problem) $("#bring .coming").append(node("li", "bad", problem));
}

// Ask one document alone.
function only(doc) {
  view("ask");
  const choice = $("#scope");
  if (!choice) return;
  choice.value = doc;
  narrow();
  $("#article").scrollTop = 0;
  box.focus();
}
