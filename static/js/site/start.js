/* What every page starts: nothing but small comforts; pages bring their own modules. */
document.addEventListener("click", (event) => {
  const print = event.target.closest("[data-print]");
  if (print) window.print();
});
