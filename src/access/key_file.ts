import { fileErrorReason, Problem } from "../errors.ts";

/** API keys from a file that is watched for changes. */
export interface KeyFile {
  /** Returns the keys as last read: the same array until the file changes. */
  keys(): readonly string[];
  /** Stops watching the file. */
  close(): void;
}

/** How often the file is checked for changes, in milliseconds. */
const POLL_INTERVAL_MS = 1000;

/**
 * Reads API keys from a file: one per line, without empty lines and lines that begin with `#`. Reads the
 * file again when it changes, so that keys can be added and revoked while the service runs.
 *
 * Two rules keep a half-written file from changing the keys:
 *
 * - The last line has to end with a line break.
 * - A change counts when two reads, {@linkcode POLL_INTERVAL_MS} apart, give the same text.
 *
 * When the file becomes unreadable, has no key or does not end with a line break, the last keys stay
 * valid.
 *
 * @param report Called with a log message when the keys have changed, or the file cannot be used.
 * @throws {Problem} `config_invalid` when the file cannot be used at the start.
 */
export async function openKeyFile(
  path: string,
  report: (message: string) => void,
): Promise<KeyFile> {
  let text: string;
  let keys: readonly string[];
  try {
    text = await Deno.readTextFile(path);
    keys = parseKeys(text);
  } catch (thrown) {
    throw new Problem(
      "config_invalid",
      `API_KEYS_FILE is '${path}', which cannot be used: ${fileErrorReason(thrown)}.`,
    );
  }

  /** The text at the last poll; undefined if the file could not be read. */
  let seen: string | undefined = text;
  let lastFailure = "";

  async function poll(): Promise<void> {
    try {
      const before = seen;
      seen = undefined;
      seen = await Deno.readTextFile(path);
      if (seen !== before) return;
      if (seen !== text) {
        keys = parseKeys(seen);
        text = seen;
        report(`API_KEYS_FILE has changed: ${keys.length} API keys are valid`);
      }
      lastFailure = "";
    } catch (thrown) {
      const failure = fileErrorReason(thrown);
      if (failure === lastFailure) return;
      lastFailure = failure;
      report(`API_KEYS_FILE cannot be used, the last keys stay valid: ${failure}`);
    }
  }

  const timer = setInterval(poll, POLL_INTERVAL_MS);
  Deno.unrefTimer(timer);
  return { keys: () => keys, close: () => clearInterval(timer) };
}

/**
 * Returns the keys in a text.
 *
 * @throws {Error} when the text has no key, or its end may be missing.
 */
function parseKeys(text: string): readonly string[] {
  const keys = text.split("\n").map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (keys.length === 0) throw new Error("it has no key; write one key per line");
  if (!text.endsWith("\n")) {
    throw new Error(
      "its last line has no line break, so that the last key may be cut off; end the file with a line break",
    );
  }
  return keys;
}
