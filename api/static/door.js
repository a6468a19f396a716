// Signing in at the door: one tap a person. What is ticked is sent after a moment, so that a slip can be unticked.
"use strict";

{
  const PAUSE_MS = 1500;
  const form = document.querySelector("form[data-door]");
  let timer = 0;
  let batch = null;

  const boxes = () => [...form.querySelectorAll('[name="participant_ids"]:not(:disabled)')];
  const rowOf = (id) => form.querySelector(`[data-person="${CSS.escape(id)}"]`);
  const word = (text) => {
    const place = form.querySelector("[data-door-word]");
    if (place) place.textContent = text;
  };

  function mark(box) {
    const row = box.closest("[data-person]");
    row.classList.toggle("door-waiting", box.checked);
    row.querySelector("[data-state]").textContent = box.checked ? "待登记（再点取消）" : "未签到";
  }

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE_MS);
  }

  async function send() {
    if (batch) return;
    const ids = boxes().filter((box) => box.checked).map((box) => box.value);
    if (!ids.length) return;
    batch = new URLSearchParams(new FormData(form));
    for (const id of ids) rowOf(id).querySelector("input").disabled = true;
    await deliver(ids);
  }

  async function deliver(ids) {
    word(`正在登记 ${ids.length} 人……`);
    try {
      const answer = await fetch(form.action, { method: "POST", body: batch, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !page.querySelector("form[data-door]")) throw new Error(String(answer.status));
      take(page, ids);
    } catch {
      giveBack(ids);
    }
  }

  function take(page, ids) {
    document.querySelector("[data-door-sum]").innerHTML = page.querySelector("[data-door-sum]").innerHTML;
    form.querySelector('[name="key"]').value = page.querySelector('form[data-door] [name="key"]').value;
    for (const row of page.querySelectorAll(".door-came")) {
      const here = rowOf(row.dataset.person);
      if (here) here.replaceWith(document.adoptNode(row));
    }
    batch = null;
    form.dataset.changed = "";
    word(`已登记 ${ids.length} 人。`);
    if (boxes().some((box) => box.checked)) wait();
  }

  // Not recorded, as far as we know: the same people stay ticked under the same key, so that none counts twice.
  function giveBack(ids) {
    for (const id of ids) rowOf(id).querySelector("input").disabled = false;
    batch = null;
    word("没有登记成功，可能是网络不通或登录已过期。勾选仍在，请按“登记签到”再试。");
  }

  if (form) {
    for (const box of boxes()) if (box.checked) mark(box);
    form.addEventListener("change", (event) => {
      if (event.target.name !== "participant_ids") return;
      mark(event.target);
      wait();
    });
    form.addEventListener("submit", () => clearTimeout(timer));
    word("点一下姓名即签到，稍候自动登记；点错了马上再点一次取消。");
    const find = form.querySelector("[data-door-find]");
    find.hidden = false;
    find.addEventListener("input", (event) => {
      const text = event.target.value.trim();
      for (const row of form.querySelectorAll("[data-person]")) row.hidden = !row.textContent.includes(text);
    });
    find.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
}
