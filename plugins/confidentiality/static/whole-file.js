/* Puts what is selected on the page into the field of words to hide. Without it, the word is typed. */
const place = document.querySelector("[data-hides]");
if (place) {
  const field = place.querySelector("input");
  const button = place.querySelector("[data-selected]");
  let last = "";
  document.addEventListener("selectionchange", () => {
    const text = document.getSelection().toString().trim().replace(/\s+/g, " ");
    if (text) last = text.slice(0, field.maxLength);
  });
  button.hidden = false;
  button.addEventListener("click", () => { field.value = last; field.focus(); });
}
