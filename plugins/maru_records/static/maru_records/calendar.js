// A calendar beside each field for a day: what is picked there is written into the field. Without this file, dates are
// typed; the button is only shown where it does something. Alt and the down key open the calendar from the field.
"use strict";
{
const calendarOf = (place) => place.closest?.("[data-calendar]")?.querySelector("[data-calendar-days]");

const open = (days) => {
  const typed = /^(\d{4})\D+(\d{1,2})\D+(\d{1,2})(?:\D+(\d{1,2}:\d{2}))?\D*$/.exec(days.parentElement.querySelector("input").value.trim());
  if (typed) {
    const [, year, month, day, time] = typed;
    const date = [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-");
    days.value = days.type === "date" ? date : `${date}T${(time ?? "09:00").padStart(5, "0")}`;
  }
  days.showPicker();
};
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-calendar-open]");
  if (button) open(calendarOf(button));
});
document.addEventListener("keydown", (event) => {
  const days = event.altKey && event.key === "ArrowDown" && calendarOf(event.target);
  if (!days) return;
  event.preventDefault();
  open(days);
});
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-calendar-days]") || !event.target.value) return;
  event.stopPropagation();
  const [date, time] = event.target.value.split("T");
  const field = event.target.parentElement.querySelector("input");
  field.value = `${date.split("-").map(Number).join(". ")}.${time ? ` ${time}` : ""}`;
  field.dispatchEvent(new Event("input", { bubbles: true })); // the draft of the form is kept as when it is typed
  if (!time) field.focus(); // with a time the calendar stays open until both are picked
}, true);

const prepare = () => {
  for (const button of document.querySelectorAll("[data-calendar-open]")) button.hidden = !("showPicker" in HTMLInputElement.prototype);
};
prepare();
document.addEventListener("htmx:after:swap", prepare);
}
