// Everything works without this file: it only asks once before grave acts, adds rows, and guards what was typed.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post") {
    form.dataset.sent = "yes";
    form.dataset.changed = "";
  }
});

// Coming back to a page from the browser's memory: its forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && "guard" in form.dataset) form.dataset.changed = "yes";
});

window.addEventListener("beforeunload", (event) => {
  if ([...document.forms].some((form) => form.dataset.changed === "yes")) event.preventDefault();
});

function addRow(rows) {
  const template = rows.lastElementChild;
  const row = template.cloneNode(true);
  const index = rows.children.length;
  const renumber = (text) => text.replace(/^rows-\d+/, `rows-${index}`);
  row.querySelector("legend").textContent = `第 ${index + 1} 人`;
  for (const part of row.querySelectorAll("[id], [name], [for]")) {
    for (const name of ["id", "name", "for"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, renumber(part.getAttribute(name)));
    }
    if (part.type === "checkbox") part.checked = false;
    else if ("value" in part && part.tagName !== "OPTION") part.value = "";
  }
  for (const wrong of row.querySelectorAll(".wrong")) wrong.remove();
  rows.append(row);
  row.querySelector("input").focus();
}

for (const button of document.querySelectorAll("[data-add-row]")) {
  button.hidden = false;
  button.addEventListener("click", () => addRow(button.form.querySelector("[data-rows]")));
}

// A page that says no begins where it says so; a link to a folded form opens it.
const complaint = document.querySelector(".field-wrong input, .field-wrong select, .field-wrong textarea");
if (complaint) complaint.focus();

function openTarget() {
  const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const folded = target && target.closest("details");
  if (folded) {
    folded.open = true;
    target.scrollIntoView();
  }
}
window.addEventListener("hashchange", openTarget);
openTarget();
