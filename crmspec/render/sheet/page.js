"use strict";
const kept = (() => { try { return window.localStorage; } catch { return null; } })();
for (const box of document.querySelectorAll("input[data-tick]")) {
  if (kept && !box.disabled) box.checked = kept.getItem(box.dataset.tick) === "1";
  box.addEventListener("change", () => {
    if (kept) kept.setItem(box.dataset.tick, box.checked ? "1" : "0");
  });
}
for (const button of document.querySelectorAll(".copied button")) {
  const words = button.textContent;
  button.addEventListener("click", async () => {
    const block = button.nextElementSibling;
    try {
      await navigator.clipboard.writeText(block.textContent);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(block);
      const chosen = window.getSelection();
      chosen.removeAllRanges();
      chosen.addRange(range);
      document.execCommand("copy");
    }
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = words; }, 1500);
  });
}
