/* A page is built once and may be read much later: one past the day of its next check says so under its title. What was
   late when it was built says so by itself, in the same words. */

/** `today` as text: 2027-11-28. */
export function markDue(document, today) {
  const due = document.querySelector("[data-due] time");
  const title = document.querySelector("article h1");
  if (!due || !title || due.dateTime >= today || document.querySelector(".fb-overdue")) {
    return;
  }
  const note = document.createElement("p");
  note.className = "fb-overdue";
  note.append("This page was due for a check on ", due.cloneNode(true), " and has not been checked since.");
  const next = title.nextElementSibling; // nothing stands before what to do at once
  (next?.matches(".fb-emergency") ? next : title).after(note);
}

markDue(document, new Date().toISOString().slice(0, 10));
