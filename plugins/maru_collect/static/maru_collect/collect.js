// 받을 부서: keeps the counts true while units are ticked, and ticks a whole group without leaving the page.
const picking = document.querySelector("[data-picking]");

function count() {
  for (const group of picking.querySelectorAll("[data-group]")) {
    group.querySelector("[data-group-count]").textContent = group.querySelectorAll("input:checked").length;
  }
  picking.querySelector("[data-picked-count]").textContent = picking.querySelectorAll("input:checked").length;
}

if (picking) {
  picking.addEventListener("change", count);
  picking.addEventListener("click", (event) => {
    const whole = event.target.closest("[data-whole-group]");
    if (!whole) return;
    event.preventDefault();
    const boxes = [...whole.closest("[data-group]").querySelectorAll("input[type=checkbox]")];
    const isFull = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !isFull;
    count();
  });
  count();
}
