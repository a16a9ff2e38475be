import { h } from "./dom.js";
import { home } from "./home.js";
import { requestPage } from "./request.js";
import { jobPage } from "./job.js";

const main = document.getElementById("main");
const parts = location.pathname.split("/").filter(Boolean).map(decodeURIComponent);

async function begin() {
  if (parts.length === 0) return home(main);
  const response = await fetch("/api/requests/" + encodeURIComponent(parts[1]));
  if (!response.ok) {
    main.append(h("p", { class: "notice" }, "There is no such request. "), h("p", {}, h("a", { href: "/" }, "All requests")));
    document.getElementById("link").textContent = "";
    return;
  }
  if (parts.length >= 4) return jobPage(main, parts[1], parts[3]);
  requestPage(main, parts[1]);
}

begin();
