import { messageOf, Problem } from "../errors.ts";

/** API keys from a file that is watched for changes. */
export interface KeyFile {
  /** Returns the keys as last read: the same array until the file changes. */
  keys(): readonly string[];
  /** Stops watching the file. */
  close(): void;
}

/** How often the file is checked for changes, in milliseconds. */
const POLL_INTERVAL_MS = 2000;

/**
 * Reads API keys from a file: one per line, without empty lines and lines that begin with `#`. Reads the
 * file again when it changes, so that keys can be added and revoked while the service runs. When the
 * file becomes unreadable or has no key, the last keys stay valid.
 *
 * @param report Called with a log message when the file was read again, or cannot be used.
 * @throws {Problem} `config_invalid` when the file cannot be read at the start, or has no key.
 */
export async function openKeyFile(
  path: string,
  report: (message: string) => void,
): Promise<KeyFile> {
  let text = "";
  let keys: readonly string[] = [];
  /** Returns whether the file has changed. */
  async function read(): Promise<boolean> {
    const newText = await Deno.readTextFile(path);
    if (newText === text) return false;
    const newKeys = parseKeys(newText);
    if (newKeys.length === 0) throw new Error("it has no key");
    text = newText;
    keys = newKeys;
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
      if (await read()) report(`API_KEYS_FILE has changed: ${keys.length} API keys are valid`);
    } catch (thrown) {
      report(`API_KEYS_FILE cannot be used, the last keys stay valid: ${messageOf(thrown)}`);
    }
  }, POLL_INTERVAL_MS);
  Deno.unrefTimer(timer);
  return { keys: () => keys, close: () => clearInterval(timer) };
}

function parseKeys(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line && line[0] !== "#");
}
