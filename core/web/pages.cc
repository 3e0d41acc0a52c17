#include "core/web/pages.h"

namespace amends::web {

const std::string_view kReferencePage = R"page(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Amends API</title>
<link rel="stylesheet" href="/api/v1/reference/page.css">
<script src="/api/v1/reference/page.js" defer></script>
</head>
<body>
<header>
<h1>Amends API</h1>
<p>Everything the hub does, over HTTP. The same as a document for programs: <a href="/api/v1/openapi.json">openapi.json</a></p>
<input id="find" type="search" placeholder="Find an operation" aria-label="Find an operation" autofocus>
</header>
<main>
<section id="rules">
<h2>What holds everywhere</h2>
<ul>
<li>Programs send <code>Authorization: Bearer amends_…</code>; a token is made at <code>POST /api/v1/tokens</code>. Browsers have a session cookie.</li>
<li>Bodies are JSON. A member that is not named here is refused, so that a slip is not silently ignored.</li>
<li>Times are RFC 3339 in UTC. Numbers of things are JSON numbers. What is absent is <code>null</code>, an absent list <code>[]</code>.</li>
<li>Lists are <code>{"items": […], "next": …}</code>. Give <code>next</code> back as <code>cursor</code>, with the same filters.</li>
<li>Failures are problems (RFC 9457): <code>title</code>, <code>detail</code>, <code>hint</code> with what to do next, and <code>errors</code> by field.</li>
<li>A <code>POST</code> takes <code>Idempotency-Key</code>: sent again with the same key it gives the same answer and does nothing.</li>
<li>Reads that have an <code>ETag</code> take <code>If-None-Match</code>; changes of the same thing take <code>If-Match</code>.</li>
<li>What is another brand's is answered as if it did not exist.</li>
</ul>
</section>
<div id="operations"><p id="waiting">Reading the document …</p></div>
</main>
<noscript><p>This page needs its script; the document itself is <a href="/api/v1/openapi.json">openapi.json</a>.</p></noscript>
</body>
</html>
)page";

#define AMENDS_LINK_PAGE(title, lead, action, fields, button)                                                     \
  "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"                                       \
  "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" title                                        \
  "</title>\n"                                                                                                    \
  "<link rel=\"stylesheet\" href=\"/api/v1/reference/page.css\">\n"                                               \
  "<script src=\"/api/v1/reference/link.js\" defer></script>\n</head>\n<body class=\"form\">\n<main>\n<h1>" title \
  "</h1>\n<p>" lead "</p>\n<form id=\"form\" method=\"post\" action=\"" action "\" data-action=\"" action         \
  "\">\n<label>Token from the link<input name=\"token\" autocomplete=\"off\" required></label>\n" fields          \
  "<label>Password (at least 12 characters)<input name=\"password\" type=\"password\" "                           \
  "autocomplete=\"new-password\" minlength=\"12\" required></label>\n<p id=\"problem\" role=\"alert\"></p>\n"     \
  "<button>" button "</button>\n</form>\n</main>\n</body>\n</html>\n"

#define AMENDS_LOGIN_FIELD                                                                                          \
  "<label>Login<input name=\"login\" autocomplete=\"username\" pattern=\"[a-z0-9._\\-]{2,40}\" required></label>\n" \
  "<label>Your name<input name=\"display_name\" autocomplete=\"name\"></label>\n"

const std::string_view kSetupPage = AMENDS_LINK_PAGE(
    "Amends: the first admin", "The link on the console is good for a few minutes and works once.", "/api/v1/setup",
    AMENDS_LOGIN_FIELD "<label>E-mail<input name=\"email\" type=\"email\" autocomplete=\"email\"></label>\n", "Begin");
const std::string_view kInvitationPage =
    AMENDS_LINK_PAGE("Welcome to Amends", "Choose a login and a password; the invitation works once.",
                     "/api/v1/invitations/accept", AMENDS_LOGIN_FIELD, "Join");
const std::string_view kResetPage =
    AMENDS_LINK_PAGE("A new password", "The link works once. Every session of yours ends.", "/api/v1/resets/take", "",
                     "Set the password");

const std::string_view kPageStyle = R"css(:root {
  color-scheme: light dark;
  --ink: light-dark(#1d1d1f, #e8e8ea);
  --soft: light-dark(#5d5d66, #a5a5b0);
  --line: light-dark(#dcdce2, #3a3a42);
  --page: light-dark(#ffffff, #17171b);
  --raised: light-dark(#f6f6f9, #202026);
  --accent: light-dark(#0a58ca, #7fb2ff);
}
@supports not (color: light-dark(#000, #fff)) {
  :root { --ink: #1d1d1f; --soft: #5d5d66; --line: #dcdce2; --page: #ffffff; --raised: #f6f6f9; --accent: #0a58ca; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8e8ea; --soft: #a5a5b0; --line: #3a3a42; --page: #17171b; --raised: #202026; --accent: #7fb2ff; }
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem; }
h1 { font-size: 1.6rem; margin: 0.5rem 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; }
a { color: var(--accent); }
code, pre { font: 0.875em/1.5 ui-monospace, monospace; }
code { background: var(--raised); padding: 0.1em 0.3em; border-radius: 4px; }
input { width: 100%; padding: 0.6rem 0.75rem; font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 8px; }
input:focus-visible, button:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
details { border: 1px solid var(--line); border-radius: 8px; margin: 0.5rem 0; }
summary { padding: 0.6rem 0.75rem; cursor: pointer; display: flex; gap: 0.75rem; flex-wrap: wrap; align-items: baseline; }
summary .method { font: 600 0.8rem ui-monospace, monospace; min-width: 4rem; color: var(--accent); }
summary .path { font: 0.9rem ui-monospace, monospace; overflow-wrap: anywhere; }
summary .about { color: var(--soft); flex-basis: 100%; }
.inside { padding: 0 0.75rem 0.75rem; border-top: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.5rem 0.3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 500; }
.needed { color: var(--accent); }
.form main { max-width: 26rem; padding-top: 4rem; }
label { display: block; margin: 0.75rem 0; }
button { padding: 0.6rem 1rem; font: inherit; color: var(--page); background: var(--accent); border: 0; border-radius: 8px; cursor: pointer; }
#problem:empty { display: none; }
#problem { border-left: 3px solid #c0392b; padding-left: 0.75rem; white-space: pre-line; }
)css";

const std::string_view kReferenceScript = R"js("use strict";
const make = (name, attributes, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null));
  return element;
};
let schemas = {};
const nameOf = (reference) => reference.split("/").pop();
const resolve = (schema) => (schema.$ref ? schemas[nameOf(schema.$ref)] : schema);

function typeOf(schema) {
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(" or ");
  const types = [].concat(schema.type || "any");
  return types.map((type) => {
    if (type === "array") return "list of " + typeOf(schema.items || {});
    if (schema.enum && type === "string") return schema.enum.filter((word) => word !== null).join(" | ");
    return schema.format ? type + " (" + schema.format + ")" : type;
  }).join(" or ");
}
function boundsOf(schema) {
  const out = [];
  if (schema.minimum !== undefined) out.push(schema.minimum + " … " + schema.maximum);
  if (schema.maxLength !== undefined && schema.maxLength < 2147483647) out.push("at most " + schema.maxLength + " characters");
  if (schema.maxItems !== undefined) out.push("at most " + schema.maxItems);
  return out.join(", ");
}
function referenced(schema) {
  if (schema.$ref) return [nameOf(schema.$ref)];
  if (schema.oneOf) return schema.oneOf.flatMap(referenced);
  return schema.items ? referenced(schema.items) : [];
}
function tableOf(rows) {
  return make("table", null, make("thead", null, make("tr", null, make("th", null, "Name"), make("th", null, "Type"), make("th", null, "Meaning"))),
    make("tbody", null, ...rows.map((row) => make("tr", null,
      make("td", null, make("code", null, row.name), row.required ? make("span", {class: "needed", title: "needed"}, " *") : null),
      make("td", null, typeOf(row.schema)),
      make("td", null, [row.about, boundsOf(row.schema)].filter(Boolean).join("; "))))));
}
function shapeOf(name, seen) {
  if (seen.has(name) || !schemas[name]) return [];
  seen.add(name);
  const schema = schemas[name];
  const required = new Set(schema.required || []);
  const rows = Object.entries(schema.properties || {}).map(([key, value]) =>
    ({name: key, schema: value, about: value.description, required: required.has(key)}));
  const inner = rows.flatMap((row) => referenced(row.schema)).flatMap((one) => shapeOf(one, seen));
  return [make("h4", null, name), rows.length ? tableOf(rows) : make("p", null, "Empty."), ...inner];
}
function operation(path, method, op) {
  const inside = make("div", {class: "inside"});
  const details = make("details", {"data-words": (path + " " + method + " " + op.summary + " " + op.operationId).toLowerCase()},
    make("summary", null, make("span", {class: "method"}, method.toUpperCase()), make("span", {class: "path"}, path),
      make("span", {class: "about"}, op.summary)), inside);
  details.addEventListener("toggle", () => {
    if (inside.childElementCount > 0) return;
    inside.append(make("p", null, "Permission: ", make("code", null, op["x-permission"]), "  Operation: ", make("code", null, op.operationId)));
    if (op.parameters.length) {
      inside.append(make("h3", null, "Parameters"), tableOf(op.parameters.map((one) =>
        ({name: one.name, schema: one.schema, about: [one.in, one.description].filter(Boolean).join(": "), required: one.required}))));
    }
    const body = op.requestBody && op.requestBody.content;
    if (body && body["application/json"]) inside.append(make("h3", null, "Body"), ...shapeOf(nameOf(body["application/json"].schema.$ref), new Set()));
    else if (body) inside.append(make("h3", null, "Body"), make("p", null, "The file itself, as " + Object.keys(body)[0] + "."));
    for (const [status, response] of Object.entries(op.responses)) {
      const content = response.content || {};
      const json = content["application/json"];
      if (status === "default") continue;
      inside.append(make("h3", null, status + " " + response.description));
      if (json) inside.append(...shapeOf(nameOf(json.schema.$ref), new Set()));
      else if (Object.keys(content).length && !content["application/problem+json"]) inside.append(make("p", null, Object.keys(content)[0]));
    }
  });
  return details;
}
async function show() {
  const answer = await fetch("/api/v1/openapi.json");
  const doc = await answer.json();
  schemas = doc.components.schemas;
  const groups = new Map();
  for (const [path, methods] of Object.entries(doc.paths)) {
    for (const [method, op] of Object.entries(methods)) {
      const group = op.tags[0];
      if (!groups.has(group)) groups.set(group, []);
      groups.get(group).push(operation(path, method, op));
    }
  }
  const place = document.getElementById("operations");
  place.replaceChildren();
  for (const [name, list] of [...groups].sort((a, b) => a[0].localeCompare(b[0]))) {
    place.append(make("section", null, make("h2", {id: name}, name), ...list));
  }
  document.getElementById("find").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of place.querySelectorAll("details")) one.hidden = !words.every((word) => one.dataset.words.includes(word));
    for (const section of place.querySelectorAll("section")) section.hidden = !section.querySelector("details:not([hidden])");
  });
}
show().catch(() => { document.getElementById("waiting").textContent = "The document could not be read. Load the page again."; });
)js";

const std::string_view kLinkScript = R"js("use strict";
const form = document.getElementById("form");
const token = form.elements.token;
const given = new URLSearchParams(location.hash.slice(1)).get("token") || location.hash.slice(1);
if (given) {
  token.value = given;
  token.closest("label").hidden = true;
  history.replaceState(null, "", location.pathname);
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = document.getElementById("problem");
  problem.textContent = "";
  const body = {};
  for (const [key, value] of new FormData(form)) if (value !== "") body[key] = value;
  try {
    const answer = await fetch(form.dataset.action, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
    if (answer.ok) {
      // The first admin goes on with the first steps.
      location.replace(form.dataset.action.endsWith("/setup") ? "/welcome" : "/");
      return;
    }
    const told = await answer.json();
    problem.textContent = [told.detail, told.hint, ...told.errors.map((one) => one.field + " " + one.message)].filter(Boolean).join("\n");
  } catch {
    problem.textContent = "The server could not be reached. Try again.";
  }
});
)js";

}  // namespace amends::web
