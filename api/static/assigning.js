// Handing out: the due day while typing a period (counted by the server), and a row with a unit is ticked.
"use strict";

{
  const form = document.querySelector("form[data-due]");
  if (form) {
    const days = form.dataset.due.split("|");
    form.addEventListener("input", (event) => {
      const row = event.target.closest("[data-assign]");
      if (!row) return;
      if (event.target.tagName === "SELECT" && event.target.value) row.querySelector('[name="suggestion_ids"]').checked = true;
      const typed = row.querySelector("[data-period]").value.trim();
      const said = row.querySelector("[data-due-day]");
      if (event.target.matches("[data-period]")) said.textContent = days[Number(typed) - 1] || "按“先核对到期日”显示";
    });
  }
}
