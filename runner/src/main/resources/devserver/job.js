import { h, show } from "./dom.js";
import { badge, detail, elapsed, facts, post, stopButton, time, timeline, watch } from "./parts.js";

/** One job: what it runs, when, how much it used, and how it stands. */
export function jobPage(main, requestId, jobId) {
  const api = "/api/requests/" + encodeURIComponent(requestId);
  const body = h("div", {});
  main.append(body);
  watch(api + "/events", (request) => {
    const job = request.jobs.find((each) => each.identifier === jobId);
    document.title = job ? `${job.action}: ${job.status}` : "No such job";
    show(body, [request.workspace, job ?? null], () => job ? content(request, job, api) : missing(request));
  });
}

function crumbs(request, last) {
  return h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: "/" }, "Requests"), " / ",
    h("a", { href: "/requests/" + encodeURIComponent(request.identifier) }, `${request.workspace} ${request.identifier}`), " / ", last);
}

function missing(request) {
  return [crumbs(request, "?"), h("p", { class: "notice" }, "The backend does not report such a job (any more).")];
}

function content(request, job, api) {
  const stop = job.is_completed || job.cancel_requested ? null
    : stopButton("cancel-job", "Cancel", job.action, () => post(api + "/cancel", { actions: [job.action] }));
  const running = job.status === "running" && job.started_at;
  return [
    crumbs(request, job.action),
    h("div", { class: "title" },
      h("div", {}, h("h1", {}, job.is_error ? "Error while making the jobs" : job.action),
        h("div", { class: "row" }, badge(job.status), h("span", { class: "mono soft" }, job.identifier),
          job.cancel_requested ? h("span", { class: "small soft" }, "cancelling") : null)), stop),
    job.detail ? h("div", { class: "notice " + (job.status === "failed" ? "bad" : job.status === "pending" ? "wait" : "") }, detail(job),
      job.log_hint ? h("div", { class: "small" }, "Its log is in ", h("code", {}, job.log_hint), " of the workspace.") : null) : null,
    card("Timeline", timeline(job.created_at, job.started_at, job.completed_at, running ? elapsed(job.started_at) : job.runtime)),
    job.run_command ? card("Command", h("div", { class: "body" }, h("pre", { class: "wrapped" }, job.run_command))) : null,
    metrics(job),
    card("Job", h("div", { class: "body" }, facts([
      ["Request", h("a", { href: "/requests/" + encodeURIComponent(request.identifier) }, request.identifier)],
      ["Backend", request.backend_label],
      ["Status code", h("code", {}, job.status_code || "-")],
      ["Last news", time(job.updated_at)],
      ["Trace", traceOf(job)]]))),
  ];
}

function card(title, ...content) {
  return h("section", { class: "card" }, h("div", { class: "head" }, h("h2", {}, title)), content);
}

function traceOf(job) {
  const parent = job.trace_context?.traceparent;
  return typeof parent === "string" ? h("code", {}, parent) : null;
}

function metrics(job) {
  const used = job.metrics ?? {};
  const number = (key, unit) => (typeof used[key] === "number" ? used[key].toLocaleString("en-GB", { maximumFractionDigits: 1 }) + unit : "-");
  if (typeof used.cpu_mean !== "number" && typeof used.mem_mb_mean !== "number") return null;
  return card("Resources", h("div", { class: "body" }, h("table", {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, ""), h("th", { scope: "col" }, "Mean"), h("th", { scope: "col" }, "Peak"))),
    h("tbody", {},
      h("tr", {}, h("th", { scope: "row" }, "CPU, of one core"), h("td", {}, number("cpu_mean", "%")), h("td", {}, number("cpu_peak", "%"))),
      h("tr", {}, h("th", { scope: "row" }, "Memory"), h("td", {}, number("mem_mb_mean", " MiB")), h("td", {}, number("mem_mb_peak", " MiB")))))));
}
