import { h } from "./dom.js";

const WORDS = { pending: "Pending", running: "Running", failed: "Failed", succeeded: "Succeeded" };

/** Pending, Running, Failed, Succeeded. */
export function badge(status) {
  const known = Object.hasOwn(WORDS, status);
  return h("span", { class: "badge " + (known ? status : "unknown") }, known ? WORDS[status] : "Unknown");
}

/** 16 Aug 2022 11:05:02, UTC; a dash for nothing. */
export function time(text) {
  const date = text ? new Date(text) : null;
  if (!date || Number.isNaN(date.getTime())) return "-";
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const clock = date.toLocaleTimeString("en-GB", { timeZone: "UTC" });
  return h("time", { datetime: date.toISOString(), title: date.toISOString() }, day + " " + clock);
}

/** 00:01:12 */
export function duration(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
}

function since(element) {
  return Math.max(0, Math.floor((Date.now() - Date.parse(element.dataset.since)) / 1000));
}

/** The time that goes by since then. */
export function elapsed(start) {
  return tick(h("span", { "data-since": start, "data-as": "clock" }));
}

/** How long ago that was: "12 s ago". */
export function ago(moment) {
  return tick(h("span", { "data-since": moment, "data-as": "ago" }));
}

function tick(element) {
  const seconds = since(element);
  element.textContent = element.dataset.as === "clock" ? duration(seconds) : agoText(seconds);
  return element;
}

function agoText(seconds) {
  if (seconds < 2) return "just now";
  if (seconds < 100) return seconds + " s ago";
  if (seconds < 6000) return Math.round(seconds / 60) + " min ago";
  if (seconds < 170000) return Math.round(seconds / 3600) + " h ago";
  return Math.round(seconds / 86400) + " days ago";
}

setInterval(() => document.querySelectorAll("[data-since]").forEach(tick), 1000);

/** How far the jobs of a request are. */
export function progress(request) {
  const total = request.jobs_total;
  if (!total) return null;
  const text = `${request.jobs_succeeded} of ${total} jobs succeeded, ${request.jobs_failed} failed, ${request.jobs_running} running`;
  const part = (kind) => {
    const bar = h("i", { class: kind });
    bar.style.flex = `0 0 calc(${(100 * request["jobs_" + kind]) / total}% - 1px)`;
    return request["jobs_" + kind] ? bar : null;
  };
  return h("div", { class: "bar", role: "img", "aria-label": text, title: text }, part("succeeded"), part("failed"), part("running"));
}

/** code: message */
export function detail(job) {
  if (!job.detail || !job.status_message) return job.detail ? h("p", { class: "detail " + job.status }, h("code", {}, job.detail)) : null;
  return h("p", { class: "detail " + job.status }, job.status_code ? [h("code", {}, job.status_code), ": "] : null, job.status_message);
}

/** A link if the address is one that a browser may follow, else the text. */
export function address(text) {
  return /^https?:\/\//.test(text) ? h("a", { href: text, rel: "noreferrer" }, text.replace(/^https?:\/\//, "")) : text;
}

/** Pairs of a name and what it is. */
export function facts(pairs, kind = "facts") {
  return h("dl", { class: kind }, pairs.filter((pair) => pair[1] !== null).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

/** When it was made, started and finished, and how long it ran. */
export function timeline(created, started, finished, runtime) {
  const point = (name, value) => h("div", { class: value ? "done" : "" }, h("dt", {}, name), h("dd", {}, time(value)));
  return h("dl", { class: "timeline" },
    point("Created", created), point("Started", started), point("Finished", finished),
    h("div", { class: "total" }, h("dt", {}, "Runtime"), h("dd", {}, runtime)));
}

/** Sends something; gives the answer, or throws an error with what was wrong in it. */
export async function post(path, body) {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const error = new Error(answer.detail ?? "The server answered " + response.status);
  error.fields = answer.errors ?? {};
  throw error;
}

/**
 * Calls onData with every version of what is at the path, and says in the header whether it can.
 * Lets go while nobody looks: browsers allow only a few open connections to one server.
 */
export function watch(path, onData) {
  const link = document.getElementById("link");
  const state = (kind, text) => { link.className = "link " + kind; if (link.textContent !== text) link.textContent = text; };
  let source = null;
  const open = () => {
    if (source) return;
    source = new EventSource(path);
    source.onopen = () => state("on", "live");
    source.onerror = () => state("off", "not connected");
    source.onmessage = (event) => onData(JSON.parse(event.data));
  };
  const close = () => { source?.close(); source = null; };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

/** A button that asks once more before it stops something. */
export function stopButton(id, label, what, act) {
  const button = h("button", { class: "stop", type: "button", id, "aria-label": label + " " + what, onclick: async () => {
    if (!confirm(label + " " + what + "?")) return;
    button.disabled = true;
    try {
      await act();
    } catch (error) {
      alert(error.message);
      button.disabled = false;
    }
  } }, label);
  return button;
}
