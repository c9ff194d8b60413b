/* History's slider: says in words which version it stands at, and shows that version compared as was chosen. */

const REST = 150;

const form = document.querySelector("[data-history]");
const slider = form?.querySelector("[data-state]");
const states = form ? [...form.querySelectorAll("[data-states] li")] : [];

let waiting = 0;

function say() {
  const words = states[slider.value].textContent.trim();
  slider.setAttribute("aria-valuetext", words);
  form.querySelector("[data-state-words]").textContent = words;
  form.querySelectorAll("[data-step]").forEach((button) => {
    const to = Number(slider.value) + Number(button.dataset.step);
    button.setAttribute("aria-disabled", String(to < 0 || to >= states.length));
  });
}

function fetchVersion() {
  const against = new FormData(form).get("against");
  const address = `${form.dataset.address}${states[slider.value].value}/${against ? `?against=${against}` : ""}`;
  document.querySelector("#version").setAttribute("aria-busy", "true");
  window.htmx.ajax("GET", address, { source: slider, target: "#version", swap: "outerHTML" });
}

/** Say at once where the slider stands; fetch when it rests there. */
function moved() {
  say();
  clearTimeout(waiting);
  waiting = setTimeout(fetchVersion, REST);
}

if (form) {
  form.hidden = false;
  const now = states.findIndex((state) => "now" in state.dataset);
  slider.value = now < 0 ? states.length - 1 : now;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", moved);
  const notFetched = () => {
    document.querySelector("#version").removeAttribute("aria-busy");
    form.querySelector("[data-state-words]").textContent = "This version could not be fetched. Try again in a moment.";
  };
  slider.addEventListener("htmx:sendError", notFetched);
  slider.addEventListener("htmx:responseError", notFetched);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    slider.value = Number(slider.value) + Number(button.dataset.step);
    moved();
  });
  moved();
}
