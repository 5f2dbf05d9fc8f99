import { fileURLToPath } from "node:url";

/** The folder of the project, ending with a slash. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Folders that are not part of the project's documentation. */
const SKIPPED = /^(\.git|\.venv|node_modules|models|results|dist|\.pytest_cache)$/;

/** One block of code of a page. */
export interface CodeBlock {
  /** What stands behind the fence: `sh`, `json`, `ts ignore`. */
  readonly language: string;
  readonly text: string;
  /** Whether it follows the block before with nothing between them. */
  readonly isNext: boolean;
}

/** Reads all pages of Markdown below a folder, by their paths below {@linkcode root}. */
export async function readPages(folder = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(`${root}${folder}`)) {
    const path = `${folder}${name}`;
    if (SKIPPED.test(name)) continue;
    if (isDirectory) { for (const page of await readPages(`${path}/`)) found.set(...page); }
    else if (name.endsWith(".md")) found.set(path, await Deno.readTextFile(`${root}${path}`));
  }
  return found;
}

/** Lists the blocks of code of a page, in order. */
export function codeBlocks(page: string): CodeBlock[] {
  return [...page.matchAll(/(^```\n\s*)?^```(.+)\n([^]*?)(?=^```$)/gm)]
    .map(([, end, language = "", text = ""]) => ({ language, text, isNext: end !== undefined }));
}

/** Removes code, in which brackets are no links. */
export function prose(page: string): string {
  return page.replaceAll(/^```[^]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
}
