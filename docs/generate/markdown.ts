import { fileURLToPath } from "node:url";

/** Makes a table of Markdown. A `|` in a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Marks text as code; nothing stays nothing. */
export function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** Escapes what Markdown would read as emphasis, and marks names in capitals (`MAX_IMAGES`) as code. */
export function sentence(text: string): string {
  return text.replaceAll("*", "\\*").replaceAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g, "`$&`");
}

/**
 * Formats Markdown as `deno fmt` does with the settings of `deno.json`.
 *
 * @throws {Error} with what `deno fmt` says when it cannot.
 */
export async function format(markdown: string): Promise<string> {
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const process = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "--config", config, "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(markdown));
  await writer.close();
  const { success, stdout, stderr } = await process.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
