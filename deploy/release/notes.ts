/**
 * `deno run --allow-read deploy/release/notes.ts v1.2.3`: prints the section of CHANGELOG.md for a
 * version.
 *
 * @module
 */

/**
 * Returns the section of a changelog for a version. The headings have the format of Keep a Changelog:
 * `## 1.2.3 - 2026-11-24` or `## [1.2.3] - 2026-11-24`.
 *
 * @throws {Error} If there is no such heading, or nothing under it.
 *
 * @example
 * ```ts
 * import { releaseNotes } from "./notes.ts";
 * import { equal } from "node:assert/strict";
 *
 * const changelog = "# Changelog\n\n## 0.2.0\n\n- New.\n\n## 0.1.0\n\n- Old.\n";
 * equal(releaseNotes(changelog, "0.2.0"), "- New.\n");
 * ```
 */
export function releaseNotes(changelog: string, version: string): string {
  const [, ...sections] = changelog.split(/^## /m);
  for (const section of sections) {
    const end = section.indexOf("\n");
    const [heading = ""] = section.slice(0, end).split(/\s/, 1);
    if (heading.replace(/^\[(.*)\]$/, "$1") !== version) continue;
    const notes = section.slice(end).trim();
    if (notes === "") throw new Error(`CHANGELOG.md has nothing under ${version}.`);
    return `${notes}\n`;
  }
  const known = sections.map((section) => section.split("\n", 1)[0]);
  throw new Error(`CHANGELOG.md has no heading for ${version}; it has ${known.join(", ")}.`);
}

if (import.meta.main) {
  const [tag = ""] = Deno.args;
  const changelog = new URL("../../CHANGELOG.md", import.meta.url);
  console.log(releaseNotes(await Deno.readTextFile(changelog), tag.replace(/^v/, "")).trimEnd());
}
