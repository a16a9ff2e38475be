import { h, show, showEach } from "./dom.js";
import { address, badge, detail, elapsed, facts, post, progress, stopButton, timeline, watch } from "./parts.js";

/** One request: its jobs, its pipeline, when what happened, and what was asked for. */
export function requestPage(main, id) {
  const api = "/api/requests/" + encodeURIComponent(id);
  const top = h("div", {});
  const notices = h("div", { "aria-live": "polite" });
  const jobs = h("ul", { class: "list" });
  const jobCard = h("section", { class: "card", "aria-labelledby": "jobs-title" });
  const jobHead = h("div", { class: "head" });
  const noJobs = h("p", { class: "empty" }, "No jobs yet: the backend has not picked this request up.");
  jobCard.append(jobHead, jobs, noJobs);
  const times = h("section", { class: "card", "aria-labelledby": "timeline-title" });
  const about = h("section", { class: "card", "aria-labelledby": "about-title" });
  const pipeline = pipelineFold(api);
  main.append(top, notices, h("div", { class: "columns wide" }, h("div", {}, jobCard, times, pipeline.element), about));

  watch(api + "/events", (request) => {
    document.title = `${request.workspace}: ${request.status}`;
    const head = { ...request, jobs: undefined };
    show(top, head, () => title(request, api));
    show(notices, request.jobs.filter((job) => job.is_error), (errors) => errors.map((job) => failure(request, job)));
    const isError = request.jobs.some((job) => job.is_error);
    jobCard.hidden = isError;
    noJobs.hidden = request.jobs.length > 0;
    show(jobHead, head, () => [h("h2", { id: "jobs-title" }, "Jobs"), request.jobs_total ? h("div", { class: "soft small" }, `${request.jobs_succeeded} of ${request.jobs_total} succeeded`) : null]);
    showEach(jobs, request.jobs, (job) => job.identifier, (job) => jobRow(request, job, api));
    show(times, [request.created_at, request.started_at, request.finished_at, request.runtime], () => [
      h("div", { class: "head" }, h("h2", { id: "timeline-title" }, "Timeline")),
      timeline(request.created_at, request.started_at, request.finished_at, request.runtime)]);
    show(about, head, () => aboutBox(request));
    pipeline.mark(request.requested_actions);
  });
}

function title(request, api) {
  const open = request.is_active && request.jobs_total > 0;
  return [
    h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: "/" }, "Requests"), " / ", request.workspace),
    h("div", { class: "title" },
      h("div", {}, h("h1", {}, request.workspace),
        h("div", { class: "row" }, badge(request.status), h("span", { class: "mono soft" }, request.identifier))),
      h("div", { class: "row" },
        h("a", { class: "button", href: "/?from=" + encodeURIComponent(request.identifier) }, "Request again"),
        open ? stopButton("cancel-request", "Cancel request", request.identifier, () => post(api + "/cancel", {})) : null)),
    request.jobs_total > 1 ? progress(request) : null];
}

function failure(request, job) {
  return h("div", { class: "notice bad" }, h("strong", {}, "The jobs of this request could not be made"), detailText(job),
    h("div", { class: "small" }, h("a", { href: jobUrl(request, job) }, "Details")));
}

function detailText(job) {
  return h("div", {}, job.detail);
}

function jobUrl(request, job) {
  return `/requests/${encodeURIComponent(request.identifier)}/jobs/${encodeURIComponent(job.identifier)}`;
}

function jobRow(request, job, api) {
  const cancel = job.cancel_requested
    ? h("span", { class: "small soft" }, "cancelling")
    : job.is_completed ? null : stopButton("cancel-" + job.identifier, "Cancel", job.action, () => post(api + "/cancel", { actions: [job.action] }));
  return h("div", { class: "job" },
    h("div", { class: "status" }, badge(job.status)),
    h("div", { class: "what" }, h("a", { class: "name", href: jobUrl(request, job), id: "open-" + job.identifier }, job.action),
      h("div", { class: "id mono" }, job.identifier)),
    h("div", { class: "time" }, h("span", { class: "hidden" }, "Runtime "), job.status === "running" && job.started_at ? elapsed(job.started_at) : job.runtime),
    h("div", { class: "act" }, cancel),
    detail(job));
}

function aboutBox(request) {
  const pairs = [
    ["Status", badge(request.status)],
    ["Backend", request.backend_label],
    ["Workspace", request.workspace],
    ["Repository", address(request.repo)],
    ["Branch", request.branch],
    ["Commit", h("span", { class: "mono" }, request.commit)],
    ["Database", request.database_name],
    ["Requested actions", h("div", { class: "actions" }, request.requested_actions.map((name) => h("span", { class: "chip" }, name)))],
    ["Force run dependencies", request.force_run_dependencies ? "Yes" : "No"],
    ["Codelists up to date", request.codelists_ok ? "Yes" : "No"],
    ["Requested by", request.created_by],
    ["Cancelled actions", request.cancelled_actions.length ? h("div", { class: "actions" }, request.cancelled_actions.map((name) => h("span", { class: "chip warn" }, name))) : null],
  ];
  return [h("div", { class: "head" }, h("h2", { id: "about-title" }, "Request")), h("div", { class: "body" }, facts(pairs, "facts side-facts"))];
}

function pipelineFold(api) {
  const code = h("pre", { tabindex: "0", "aria-label": "project.yaml" }, "Loading");
  const element = h("details", { class: "card fold" }, h("summary", {}, "Pipeline"), code);
  let asked = [];
  let text = null;
  element.addEventListener("toggle", async () => {
    if (!element.open || text !== null) return;
    const response = await fetch(api + "/pipeline").catch(() => null);
    text = response?.ok ? await response.text() : "";
    code.replaceChildren(...(text ? text.split("\n").flatMap((line) => [yamlLine(line, asked), "\n"]) : ["project.yaml of this commit could not be had."]));
  });
  return { element, mark: (actions) => { asked = actions; } };
}

/** Colours a line by what it looks like; good enough for eyes. */
function yamlLine(line, asked) {
  const comment = /^(\s*)(#.*)$/.exec(line);
  if (comment) return h("span", { class: "comment" }, line);
  const pair = /^(\s*(?:- )?)([^\s:#'"][^:#]*)(:)(\s.*|)$/.exec(line);
  if (!pair) return h("span", {}, line);
  const [, indent, key, colon, rest] = pair;
  const isAsked = indent.length === 2 && asked.includes(key);
  return h("span", { class: isAsked ? "asked" : "" }, indent, h("span", { class: "key" }, key), colon, h("span", { class: /^\s*["'[]/.test(rest) ? "string" : "" }, rest));
}
