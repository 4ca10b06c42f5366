// Before the first paint: density and narrow navigation as this browser remembers them, so that nothing jumps.
"use strict";
{
  const root = document.documentElement;
  try {
    const density = localStorage.getItem("maru.density");
    if (density) root.dataset.density = density;
    root.dataset.nav = localStorage.getItem("maru.nav") || (innerWidth < 1180 ? "narrow" : "wide");
  } catch {
    // storage may be forbidden; then the page is as the server made it
  }
}
