// Everything works without this file: it only asks once before grave acts and guards what was typed.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.dataset.confirm;
  // A button that only leads back asks nothing.
  const isBack = event.submitter && event.submitter.formNoValidate;
  if (question && !isBack && !window.confirm(question)) {
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

// What was typed into any form that will be sent is not lost by leaving the page unawares.
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.method === "post" && !("unguarded" in form.dataset)) form.dataset.changed = "yes";
});

window.addEventListener("beforeunload", (event) => {
  if ([...document.forms].some((form) => form.dataset.changed === "yes")) event.preventDefault();
});

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

// A fold that lies over the page closes by itself: on Escape, and when something else is pressed.
function closePassing(isLeft) {
  for (const fold of document.querySelectorAll("details[data-passing][open]")) if (isLeft(fold)) fold.open = false;
}
document.addEventListener("click", (event) => closePassing((fold) => !fold.contains(event.target)));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closePassing(() => true);
});
