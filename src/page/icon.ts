import { h, type JSX } from "preact";

/** SVG paths of the lines of each icon, in a square of 24 x 24 units. */
const PATHS = {
  add: "M12 5v14M5 12h14",
  remove: "M6 6l12 12M18 6L6 18",
  accept: "M5 13l4.5 4.5L19 7",
  reject: "M6 6l12 12M18 6L6 18",
  plus: "M12 6v12M6 12h12",
  minus: "M6 12h12",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  marks: "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM12 2v4M12 18v4M2 12h4M18 12h4",
  below:
    "M12 4a8 8 0 0 1 4 1M19 8a8 8 0 0 1 1 4M19 16a8 8 0 0 1-3 3M12 20a8 8 0 0 1-4-1M5 16a8 8 0 0 1-1-4M5 8a8 8 0 0 1 3-3",
  density: "M12 3c1 4 5 6 5 11a5 5 0 0 1-10 0c0-3 2-4 2-7 1 1 2 2 2 4 1-2 2-4 1-8z",
  point: "M12 3v6M12 15v6M3 12h6M15 12h6",
  grid: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  light:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
  dark: "M20 14a8 8 0 1 1-9-11 7 7 0 0 0 9 11z",
  system: "M4 5h16v11H4zM9 20h6M12 16v4",
  warning: "M12 4l9 16H3zM12 10v5M12 17v1",
  again: "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5",
  undo: "M8 4L3 9l5 5M3 9h11a5 5 0 0 1 0 10H9",
  redo: "M16 4l5 5-5 5M21 9H10a5 5 0 0 0 0 10h5",
  eye: "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** Draws an icon. Screen readers ignore it, so a button without a text needs an `aria-label`. */
export function icon(name: IconName): JSX.Element {
  return h(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
    h("path", { d: PATHS[name] }),
  );
}
