// The picker of departments: typing a part of a name leaves those, so that few are stepped through with the keyboard.
(() => {
  "use strict";

  for (const search of document.querySelectorAll("[data-narrows]")) {
    const labels = [...document.querySelectorAll(`${search.dataset.narrows} label`)];
    search.hidden = false;
    search.addEventListener("input", (event) => {
      event.stopPropagation(); // the form around it asks for a preview when something was chosen
      const wanted = search.value.normalize("NFC").trim();
      for (const label of labels) label.hidden = !label.textContent.includes(wanted) && !label.control.checked;
    });
    search.addEventListener("change", (event) => event.stopPropagation());
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(); // it looks for a name, it sends nothing
    });
  }
})();
