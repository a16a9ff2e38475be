import { h, show, showEach } from "./dom.js";
import { ago, badge, post, progress, time, watch } from "./parts.js";

/** All requests, and a form for another. */
export function home(main) {
  const list = h("ul", { class: "list" });
  const empty = h("p", { class: "empty", hidden: true }, "Nothing was requested yet. Fill in the form, and the backend's runner will pick the request up at its next poll.");
  const count = h("span", { class: "soft small" });
  const backends = h("div", {});
  const form = requestForm();
  main.append(
    h("div", { class: "title" }, h("h1", {}, "Job requests")),
    h("div", { class: "columns" },
      h("section", { class: "card", "aria-labelledby": "list-title" },
        h("div", { class: "head" }, h("h2", { id: "list-title" }, "Requests"), count), list, empty),
      h("div", {},
        h("section", { class: "card", "aria-labelledby": "form-title" },
          h("div", { class: "head" }, h("h2", { id: "form-title" }, "Request actions")),
          h("div", { class: "body" }, form.element)),
        h("section", { class: "card", "aria-labelledby": "backend-title" },
          h("div", { class: "head" }, h("h2", { id: "backend-title" }, "Backends")), backends))));
  watch("/api/events", (data) => {
    showEach(list, data.requests, (request) => request.identifier, item);
    empty.hidden = data.requests.length > 0;
    count.textContent = data.count > data.requests.length ? `newest ${data.requests.length} of ${data.count}` : `${data.count}`;
    showEach(backends, data.backends, (backend) => backend.slug, backendBox);
    form.know(data);
  });
}

function item(request) {
  const url = "/requests/" + encodeURIComponent(request.identifier);
  return h("div", { class: "item" },
    h("div", {}, badge(request.status)),
    h("div", { class: "what" },
      h("a", { class: "name", href: url, id: "open-" + request.identifier }, request.workspace),
      h("div", { class: "row small soft" }, h("span", { class: "mono" }, request.identifier),
        h("span", {}, request.backend_label), h("span", {}, "by " + request.created_by)),
      actions(request.requested_actions)),
    h("div", { class: "side small" },
      h("div", {}, h("span", { class: "hidden" }, "Runtime "), request.runtime),
      h("div", { class: "soft" }, ago(request.created_at)), progress(request)));
}

function actions(names) {
  const most = 6;
  const chips = names.slice(0, most).map((name) => h("span", { class: "chip" }, name));
  return h("div", { class: "actions" }, chips, names.length > most ? h("span", { class: "small soft" }, `and ${names.length - most} more`) : null);
}

function backendBox(backend) {
  const recent = backend.last_seen && Date.now() - Date.parse(backend.last_seen) < 300000;
  const flags = Object.entries(backend.flags ?? {}).filter(([, flag]) => flag && flag.v !== null);
  return h("div", { class: "backend" },
    h("div", { class: "row" }, h("strong", {}, backend.slug.toUpperCase()),
      h("span", { class: "seen small soft " + (recent ? "on" : backend.last_seen ? "off" : "") }, backend.last_seen ? ["seen ", ago(backend.last_seen)] : "never seen")),
    flags.map(([name, flag]) => h("div", { class: "small" }, h("span", { class: "chip warn" }, `${name} = ${flag.v}`), " since ", time(flag.ts))));
}

function field(name, label, control, hint) {
  control.id = "field-" + name;
  control.name = name;
  if (hint) control.setAttribute("aria-describedby", `hint-${name}`);
  return h("div", { class: "field" }, h("label", { for: control.id }, label),
    hint ? h("p", { class: "hint", id: "hint-" + name }, hint) : null, control, h("p", { class: "wrong", id: "wrong-" + name, role: "alert" }));
}

function check(name, label, on) {
  const box = h("input", { type: "checkbox", id: "field-" + name, name, checked: on });
  return h("div", { class: "field check" }, box, h("label", { for: box.id }, label));
}

const text = (attributes) => h("input", { type: "text", autocomplete: "off", spellcheck: "false", ...attributes });

function requestForm() {
  const backend = h("select", {});
  const submit = h("button", { class: "main", type: "submit" }, "Request");
  const element = h("form", { novalidate: true },
    field("repo", "Repository", text({ required: true, placeholder: "https://github.com/organisation/study" })),
    h("div", { class: "pair" },
      field("branch", "Branch", text({ required: true, value: "main" })),
      field("workspace", "Workspace", text({ required: true }))),
    field("commit", "Commit", text({ required: true, class: "code", placeholder: "40 hex digits", maxlength: 2000 })),
    field("requested_actions", "Actions", h("textarea", { rows: 3, required: true, spellcheck: "false" }, "run_all"), "One a line, or run_all for every action"),
    check("force_run_dependencies", "Run dependencies again, even if they succeeded", false),
    h("div", { class: "pair" },
      field("backend", "Backend", backend),
      field("database_name", "Database", h("select", {}, h("option", {}, "default"), h("option", {}, "include_t1oo")))),
    h("details", {}, h("summary", {}, "More"),
      check("codelists_ok", "Codelists are up to date", true),
      field("created_by", "Requested by", text({ placeholder: "developer" })),
      field("identifier", "Identifier", text({ class: "code" }), "Chosen by the server if empty")),
    h("p", { class: "wrong", id: "wrong", role: "alert" }), submit);

  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    complain(element, {}, "");
    try {
      const request = await post("/api/requests", wish(element));
      location.assign("/requests/" + encodeURIComponent(request.identifier));
    } catch (error) {
      complain(element, error.fields ?? {}, error.message);
      submit.disabled = false;
    }
  });

  let filled = false;
  const know = (data) => {
    show(backend, data.backends.map((each) => each.slug), (slugs) => slugs.map((slug) => h("option", { value: slug }, slug)));
    const wanted = new URLSearchParams(location.search).get("from");
    const model = data.requests.find((request) => request.identifier === wanted) ?? data.requests[0];
    if (filled || !model) return;
    filled = true;
    fill(element, model, Boolean(wanted));
  };
  return { element, know };
}

function wish(form) {
  const values = Object.fromEntries([...form.elements].filter((control) => control.name && control.type !== "checkbox").map((control) => [control.name, control.value]));
  values.requested_actions = values.requested_actions.split("\n").map((line) => line.trim()).filter(Boolean);
  for (const name of ["force_run_dependencies", "codelists_ok"]) values[name] = form.elements[name].checked;
  return values;
}

function fill(form, model, whole) {
  for (const name of ["repo", "branch", "workspace", "commit", "backend", "database_name"]) form.elements[name].value = model[name];
  if (!whole) return;
  form.elements.requested_actions.value = model.requested_actions.join("\n");
  form.elements.force_run_dependencies.checked = model.force_run_dependencies;
  form.elements.requested_actions.focus();
}

function complain(form, problems, message) {
  const rest = Object.entries(problems).filter(([name]) => !form.elements[name]).map(([name, problem]) => name + " " + problem);
  for (const control of form.elements) {
    if (!control.name || control.type === "checkbox") continue;
    const problem = problems[control.name] ?? "";
    control.setAttribute("aria-invalid", problem ? "true" : "false");
    form.querySelector("#wrong-" + control.name).textContent = problem && `This ${problem}.`;
  }
  form.querySelector("#wrong").textContent = rest.join("; ") || (Object.keys(problems).length ? "Please correct what is marked." : message);
  form.querySelector('[aria-invalid="true"]')?.focus();
}
