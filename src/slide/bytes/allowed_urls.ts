import { Problem } from "../../errors.ts";

/** Returns the name of an address for messages: without its query and password, which may be secrets. */
export function plainUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/**
 * Returns whether an address is among those that are allowed.
 *
 * @param allowed Beginnings of addresses, such as `https://slides.example.org/archive/`. Protocol, host
 * and port have to be the same, and the path has to be that folder or below it.
 *
 * @example
 * ```ts
 * import { isAllowedUrl } from "./allowed_urls.ts";
 * import { equal } from "node:assert/strict";
 *
 * const allowed = ["https://slides.example.org/archive"];
 * equal(isAllowedUrl(new URL("https://slides.example.org/archive/a.svs"), allowed), true);
 * equal(isAllowedUrl(new URL("https://slides.example.org/archives/a.svs"), allowed), false);
 * equal(isAllowedUrl(new URL("https://slides.example.org.evil.net/archive/a.svs"), allowed), false);
 * ```
 */
export function isAllowedUrl(url: URL, allowed: readonly string[]): boolean {
  return allowed.some((text) => {
    const start = URL.parse(text);
    if (start === null || start.origin !== url.origin || start.origin === "null") return false;
    const folder = start.pathname.replace(/\/$/, "");
    // Some servers decode %2f and then leave the folder.
    const hidden = /%2f|%5c|%2e/i.test(url.pathname);
    return url.pathname === folder || url.pathname.startsWith(`${folder}/`) && !hidden;
  });
}

/**
 * Parses an address and checks that slides may be read from it.
 *
 * @throws {Problem} `slide_not_allowed`.
 */
export function allowedUrl(text: string, base: URL | undefined, allowed: readonly string[]): URL {
  const url = URL.parse(text, base);
  if (url === null) {
    throw new Problem("slide_not_allowed", `'${text.slice(0, 200)}' is no address.`);
  }
  if (!isAllowedUrl(url, allowed)) {
    const list = allowed.length === 0 ? "none is allowed" : `allowed are: ${allowed.join(", ")}`;
    throw new Problem(
      "slide_not_allowed",
      `${plainUrl(url)} cannot be read: its address is not among those that are allowed (${list}).`,
    );
  }
  return url;
}
