import { Problem } from "./errors.ts";

/** One row of the table of settings. */
export interface Setting<T> {
  /** The environment variable, in capitals. Its option on the command line is derived from it. */
  readonly env: string;
  /** The default, as one would type it. */
  readonly fallback: string;
  /** What it means, in one sentence. */
  readonly meaning: string;
  /** Reads what was typed; throws an `Error` that says what is accepted. */
  readonly parse: (typed: string) => T;
}

/** Every setting of the service, in one table: its variable, default, meaning and what it accepts. */
export const settings = {
  host: text("HOST", "0.0.0.0", "Address to listen on."),
  port: whole("PORT", "5000", 0, 65_535, "Port to listen on; 0 takes a free one."),
  modelDir: text("MODEL_DIR", "", "Folder of a model bundle; empty serves the embedded model."),
  inferenceWorkers: whole(
    "INFERENCE_WORKERS",
    String(Math.max(1, navigator.hardwareConcurrency)),
    0,
    256,
    "Workers that run the network; 0 runs it in the serving thread. Default: the number of cores.",
  ),
  batchSize: whole("BATCH_SIZE", "8", 1, 256, "Patches that one Worker is given at a time."),
  maxBodyBytes: whole(
    "MAX_BODY_BYTES",
    String(16 * 1024 * 1024),
    1024,
    2 ** 31,
    "Largest request body, in bytes.",
  ),
  maxImages: whole("MAX_IMAGES", "256", 1, 100_000, "Most images in one request."),
  queueSize: whole(
    "QUEUE_SIZE",
    "512",
    1,
    1_000_000,
    "Images that may be in the service at a time; what comes on top is answered 429.",
  ),
  requestTimeoutMs: whole(
    "REQUEST_TIMEOUT_MS",
    "30000",
    1,
    3_600_000,
    "Deadline of a request, in milliseconds; a client lowers it with X-Request-Timeout-Ms.",
  ),
  fieldTimeoutMs: whole(
    "FIELD_TIMEOUT_MS",
    "600000",
    1,
    3_600_000,
    "Deadline of a search in a field, in milliseconds; it grows with the field's area.",
  ),
  clientTimeoutMs: whole(
    "CLIENT_TIMEOUT_MS",
    "10000",
    1,
    3_600_000,
    "A client that needs longer to send its request is cut off, in milliseconds.",
  ),
  maxHeaderBytes: whole(
    "MAX_HEADER_BYTES",
    "16384",
    1024,
    2 ** 20,
    "Largest request header, in bytes.",
  ),
  maxConnections: whole(
    "MAX_CONNECTIONS",
    "1024",
    1,
    1_000_000,
    "Open connections; what comes on top is closed at once.",
  ),
  workerTimeoutMs: whole(
    "WORKER_TIMEOUT_MS",
    "10000",
    1,
    3_600_000,
    "A Worker that needs longer for one batch is replaced, in milliseconds.",
  ),
  workerMemoryBytes: whole(
    "WORKER_MEMORY_BYTES",
    String(512 * 1024 * 1024),
    1024 * 1024,
    2 ** 32,
    "A Worker whose network has taken more memory than this is replaced, in bytes.",
  ),
  shutdownGraceMs: whole(
    "SHUTDOWN_GRACE_MS",
    "2000",
    0,
    3_600_000,
    "After a signal to stop, how long requests are still taken while readiness says 503, in milliseconds.",
  ),
  shutdownTimeoutMs: whole(
    "SHUTDOWN_TIMEOUT_MS",
    "25000",
    1,
    3_600_000,
    "After a signal to stop, when the process ends whatever is under way, in milliseconds.",
  ),
  apiKeys: list(
    "API_KEYS",
    "",
    "Keys that clients must send, separated by commas; none lets all in.",
  ),
  apiKeysFile: text(
    "API_KEYS_FILE",
    "",
    "File with more such keys, one a line; it is read again when it changes.",
  ),
  logFormat: choice(
    "LOG_FORMAT",
    ["text", "json", "none"],
    "How the log of requests is written: text, json or none.",
  ),
  metricsPort: whole(
    "METRICS_PORT",
    "0",
    0,
    65_535,
    "Port of GET /metrics alone, without key; 0 has it on the service's own port.",
  ),
  maxMegapixels: whole("MAX_MEGAPIXELS", "100", 1, 1000, "Largest field, in millions of pixels."),
  maxFields: whole("MAX_FIELDS", "2", 1, 64, "Fields that are searched at a time; others wait."),
  corsEnable: flag("CORS_ENABLE", "false", "Answer requests from pages of other origins."),
  corsOrigins: list(
    "CORS_ORIGINS",
    "*",
    "Origins that may ask when CORS_ENABLE is true, separated by commas; * is all of them.",
  ),
} as const;

/** The settings by name, each of its own type. */
export type Config = {
  readonly [Name in keyof typeof settings]: (typeof settings)[Name] extends Setting<infer T> ? T
    : never;
};

/** The names of all settings, in the order of the table. */
export const settingNames = Object.keys(settings) as readonly (keyof Config)[];

/** The command-line option of a setting: `MODEL_DIR` is `model-dir`. */
export function optionOf({ env }: Setting<unknown>): string {
  return env.toLowerCase().replaceAll("_", "-");
}

/**
 * Reads all settings; what is not set, or set to nothing, takes its default.
 *
 * @param lookUp The value of an environment variable, or undefined.
 * @throws {Problem} `config_invalid`, naming the variable, what it was and what it may be.
 *
 * @example
 * ```ts
 * import { readConfig } from "./config.ts";
 * import { equal } from "node:assert/strict";
 *
 * equal(readConfig((name) => name === "PORT" ? "8080" : undefined).port, 8080);
 * ```
 */
export function readConfig(lookUp: (env: string) => string | undefined): Config {
  const read = Object.entries(settings).map(([name, setting]) => {
    const typed = lookUp(setting.env)?.trim() || setting.fallback;
    try {
      return [name, setting.parse(typed)];
    } catch (thrown) {
      const accepted = thrown instanceof Error ? thrown.message : "something else";
      throw new Problem("config_invalid", `${setting.env} is '${typed}'; it takes ${accepted}.`);
    }
  });
  return Object.fromEntries(read);
}

function text(env: string, fallback: string, meaning: string): Setting<string> {
  return { env, fallback, meaning, parse: (typed) => typed };
}

function list(env: string, fallback: string, meaning: string): Setting<string[]> {
  const parse = (typed: string) => typed.split(",").map((item) => item.trim()).filter(Boolean);
  return { env, fallback, meaning, parse };
}

function flag(env: string, fallback: string, meaning: string): Setting<boolean> {
  const parse = (typed: string) => {
    if (!/^(true|false|1|0)$/i.test(typed)) throw new Error("true or false");
    return /^(true|1)$/i.test(typed);
  };
  return { env, fallback, meaning, parse };
}

function choice<const T extends string>(
  env: string,
  accepted: readonly [T, ...T[]],
  meaning: string,
): Setting<T> {
  const parse = (typed: string) => {
    const chosen = accepted.find((one) => one === typed.toLowerCase());
    if (chosen === undefined) throw new Error(accepted.join(", "));
    return chosen;
  };
  return { env, fallback: accepted[0], meaning, parse };
}

function whole(
  env: string,
  fallback: string,
  least: number,
  most: number,
  meaning: string,
): Setting<number> {
  const parse = (typed: string) => {
    const value = /^\d+$/.test(typed) ? Number(typed) : NaN;
    if (!(value >= least && value <= most)) throw new Error(`a whole number, ${least} to ${most}`);
    return value;
  };
  return { env, fallback, meaning, parse };
}
