import { messageOf, Problem } from "../errors.ts";

/** Keys that come from a file and follow it. */
export interface KeyFile {
  /** The keys that the file had when it was last read; the same array until it changes. */
  keys(): readonly string[];
  close(): void;
}

/** How often the file is looked at, in milliseconds. */
const EVERY = 2000;

/**
 * Reads API keys from a file, one a line; empty lines and those that begin with # are passed over. The
 * file is read again when it changes, so that keys can be added and withdrawn while the service runs.
 * A file that cannot be read any more, or is empty, leaves the keys as they were.
 *
 * @param report Told when the file was read again, or could not be.
 * @throws {Problem} `config_invalid` when it cannot be read at the start, or has no key.
 */
export async function openKeyFile(
  path: string,
  report: (event: string) => void,
): Promise<KeyFile> {
  let text = "";
  let keys: readonly string[] = [];
  async function read(): Promise<boolean> {
    const found = await Deno.readTextFile(path);
    if (found === text) return false;
    const parsed = parseKeys(found);
    if (parsed.length === 0) throw new Error("it has no key");
    text = found;
    keys = parsed;
    return true;
  }
  try {
    await read();
  } catch (thrown) {
    throw new Problem(
      "config_invalid",
      `API_KEYS_FILE is '${path}', which cannot be used: ${messageOf(thrown)}.`,
    );
  }
  const timer = setInterval(async () => {
    try {
      if (await read()) report(`read ${keys.length} API keys again`);
    } catch (thrown) {
      report(`keeps its API keys: the file cannot be used: ${messageOf(thrown)}`);
    }
  }, EVERY);
  Deno.unrefTimer(timer);
  return { keys: () => keys, close: () => clearInterval(timer) };
}

function parseKeys(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line && line[0] !== "#");
}
