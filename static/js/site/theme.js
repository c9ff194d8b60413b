/* The theme: light or dark as last chosen, else as the system has it. Runs before the first paint. */
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const kept = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const show = (theme) => {
    root.dataset.bsTheme = theme;
    document.querySelectorAll("[data-theme-toggle]").forEach((button) => {
      button.setAttribute("aria-pressed", String(theme === "dark"));
    });
  };
  const chosen = () => kept() || (system.matches ? "dark" : "light");
  show(chosen());
  document.addEventListener("DOMContentLoaded", () => show(chosen()));
  // Paper is light.
  addEventListener("beforeprint", () => show("light"));
  addEventListener("afterprint", () => show(chosen()));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    show(theme);
    try {
      localStorage.setItem("theme", theme);
    } catch {
      /* storage is off: the choice lasts for this page */
    }
  });
})();
