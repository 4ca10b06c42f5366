// Arrow keys walk from the box through the hits and back; Enter opens the hit, as a link does. Everything works without.
"use strict";
{
const box = document.querySelector("#words");
const links = () => [...document.querySelectorAll("#found a.search-link")];
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const here = document.activeElement;
  const every = links();
  const place = every.indexOf(here);
  if (here !== box && place < 0) return;
  const next = event.key === "ArrowDown" ? every[place + 1] : place > 0 ? every[place - 1] : box;
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});
// The address follows what was typed, so that going back from a hit leads to these hits.
document.addEventListener("htmx:after:swap", () => {
  const address = new URL(location.href);
  if (address.searchParams.get("q") === box.value) return;
  address.search = new URLSearchParams([...new FormData(box.form)].filter(([, value]) => value));
  history.replaceState(history.state, "", address);
});
}
