/// <reference lib="dom" />

/** Light and dark, or what the system says. */
export type Theme = "system" | "light" | "dark";

const KEY = "mitosis-theme";

/** The theme that was chosen on this machine. */
export function savedTheme(): Theme {
  const saved = localStorage.getItem(KEY);
  return saved === "light" || saved === "dark" ? saved : "system";
}

/** Shows the page in `theme` and keeps the choice in this browser. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(KEY);
  } else {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(KEY, theme);
  }
}

/** The one that follows when the button is pressed. */
export function nextTheme(theme: Theme): Theme {
  return theme === "system" ? "light" : theme === "light" ? "dark" : "system";
}
