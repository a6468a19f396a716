// The participant rows: one more row, and the ratio while typing. The server's numbers are the truth.
"use strict";

{
  const form = document.getElementById("participants");
  const rows = form && form.querySelector("[data-rows]");
  const board = form && form.querySelector("[data-ratio]");
  const names = { direct: "直接利益相关群众", mass: "群众代表" };

  const part = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const words = (list) => new Set((list || "").split(" "));

  function count() {
    const outside = words(board.dataset.outside);
    const among = words(board.dataset.public);
    const sum = {
      total: Number(board.dataset.total), direct: Number(board.dataset.direct), mass: Number(board.dataset.mass),
    };
    for (const row of rows.children) {
      const kind = part(row, "kind").value;
      const leftOut = part(row, "left_out");
      if (!part(row, "name").value.trim() || !kind || outside.has(kind) || (leftOut && leftOut.checked)) continue;
      sum.total += 1;
      if (part(row, "is_direct_stakeholder").checked && among.has(kind)) sum.direct += 1;
      const speaks = part(row, "is_mass_representative").checked && among.has(kind);
      if (kind === "mass_representative" || speaks) sum.mass += 1;
    }
    return sum;
  }

  function show() {
    const sum = count();
    for (const line of board.querySelectorAll("[data-part]")) {
      const said = line.querySelector("[data-words]");
      if (line.dataset.part === "total") {
        said.textContent = `计入比例 ${sum.total} 人，直接利益相关群众 ${sum.direct} 人，群众代表 ${sum.mass} 人`;
        continue;
      }
      const { part: which, numerator, denominator } = line.dataset;
      const left = sum[which] * denominator;
      const right = sum.total * numerator;
      const isMet = sum.total > 0 && left >= right;
      said.textContent = `${isMet ? "✓ 达到" : "✗ 未达到"}：${names[which]} ${sum[which]} 人，计入比例 ${sum.total} 人；` +
        `应不少于 ${numerator}/${denominator}（${denominator}×${sum[which]}＝${left} ${left >= right ? "≥" : "＜"} ${numerator}×${sum.total}＝${right}）`;
      line.classList.toggle("roll-unmet", !isMet);
    }
  }

  function addPerson() {
    const row = rows.lastElementChild.cloneNode(true);
    const index = rows.children.length;
    row.className = "roll-row";
    row.setAttribute("aria-label", `第 ${index + 1} 人`);
    for (const extra of row.querySelectorAll(".wrong, .roll-remark, .roll-left_out, .quiet, [name$='-origin']")) extra.remove();
    row.querySelector("[data-number]").textContent = index + 1;
    for (const one of row.querySelectorAll("[id], [name], [for]")) {
      for (const name of ["id", "name", "for"]) {
        if (one.hasAttribute(name)) one.setAttribute(name, one.getAttribute(name).replace(/^rows-\d+/, `rows-${index}`));
      }
      one.removeAttribute("aria-invalid");
      one.removeAttribute("aria-describedby");
      if (one.type === "checkbox") one.checked = false;
      else if (one.tagName === "INPUT" || one.tagName === "SELECT") one.value = "";
    }
    for (const field of row.querySelectorAll(".field-wrong")) field.classList.remove("field-wrong");
    rows.append(row);
    row.querySelector("input").focus();
  }

  if (rows) {
    const button = form.querySelector("[data-add-person]");
    button.hidden = false;
    button.addEventListener("click", addPerson);
    board.hidden = false;
    rows.addEventListener("input", show);
    show();
  }
}
