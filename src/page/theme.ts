/// <reference lib="dom" />

/** The colors of the page: light, dark, or as the operating system prefers. */
export type Theme = "system" | "light" | "dark";

const STORAGE_KEY = "mitosis-theme";

/** Returns the theme that was chosen in this browser; `system` if none was chosen. */
export function savedTheme(): Theme {
  const saved = localStorage.getItem(STORAGE_KEY);
  return saved === "light" || saved === "dark" ? saved : "system";
}

/** Shows the page in a theme and saves the choice in this browser. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(STORAGE_KEY);
  } else {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(STORAGE_KEY, theme);
  }
}

/** Returns the theme that the button of the theme changes to. */
export function nextTheme(theme: Theme): Theme {
  return theme === "system" ? "light" : theme === "light" ? "dark" : "system";
}
