import { Problem } from "./errors.ts";

/** One row of the table of settings. */
export interface Setting<T> {
  /** The environment variable, in capitals. {@linkcode optionName} derives the command-line option. */
  readonly env: string;
  /** The default, as a user would type it. */
  readonly defaultValue: string;
  /** What the setting controls, in one sentence with its unit. Shown by `--help`. */
  readonly meaning: string;
  /**
   * Converts the typed text to the value.
   *
   * @throws {Error} whose message completes "it must be …".
   */
  readonly parse: (typed: string) => T;
}

/** The table of all settings: variable, default, meaning and accepted values. */
export const settings = {
  host: text(
    "HOST",
    "127.0.0.1",
    "Address to listen on. The default is reached from this machine only; 0.0.0.0 is reached from the " +
      "network.",
  ),
  allowedHosts: list(
    "ALLOWED_HOSTS",
    "",
    "Names besides localhost that a request's Host header may have, separated by commas; * allows all. " +
      "When empty, all are allowed, unless HOST is a loopback address.",
  ),
  port: integer(
    "PORT",
    "5000",
    { min: 0, max: 65_535 },
    "Port to listen on; 0 selects a free one.",
  ),
  modelDir: text(
    "MODEL_DIR",
    "",
    "Folder of the model bundle; when empty, the embedded model is used.",
  ),
  inferenceWorkers: integer(
    "INFERENCE_WORKERS",
    String(Math.max(1, navigator.hardwareConcurrency)),
    { min: 0, max: 256 },
    "Number of inference workers, the threads that run the network; 0 runs it in the serving thread. The default is the " +
      "number of cores; the service starts four for each core at most.",
  ),
  batchSize: integer(
    "BATCH_SIZE",
    "8",
    { min: 1, max: 256 },
    "Maximum number of patches in one run of the network.",
  ),
  maxBodyBytes: integer(
    "MAX_BODY_BYTES",
    String(16 * 1024 * 1024),
    { min: 1024, max: 2 ** 31 },
    "Maximum size of a request body, in bytes.",
  ),
  maxImages: integer(
    "MAX_IMAGES",
    "256",
    { min: 1, max: 100_000 },
    "Maximum number of images in one request.",
  ),
  queueSize: integer(
    "QUEUE_SIZE",
    "512",
    { min: 1, max: 1_000_000 },
    "Maximum number of images of all requests in progress; a request that does not fit gets status " +
      "429, unless it is the only one.",
  ),
  requestTimeoutMs: integer(
    "REQUEST_TIMEOUT_MS",
    "30000",
    { min: 1, max: 3_600_000 },
    "Deadline of a request that scores patches, in milliseconds; a client can lower it with the " +
      "header X-Request-Timeout-Ms.",
  ),
  fieldTimeoutMs: integer(
    "FIELD_TIMEOUT_MS",
    "600000",
    { min: 1, max: 3_600_000 },
    "Deadline of a request that searches a field, in milliseconds, whatever the size of the field; " +
      "a client can lower it with the header X-Request-Timeout-Ms.",
  ),
  clientTimeoutMs: integer(
    "CLIENT_TIMEOUT_MS",
    "10000",
    { min: 1, max: 3_600_000 },
    "Time that a client has to send the request header, and again to send the body, in " +
      "milliseconds; a slower client gets status 408.",
  ),
  sendTimeoutMs: integer(
    "SEND_TIMEOUT_MS",
    "60000",
    { min: 1, max: 3_600_000 },
    "Time in which a client must take a part of an answer, in milliseconds; otherwise its connection is " +
      "closed.",
  ),
  maxHeaderBytes: integer(
    "MAX_HEADER_BYTES",
    "16384",
    { min: 1024, max: 2 ** 20 },
    "Maximum size of a request header, in bytes.",
  ),
  maxConnections: integer(
    "MAX_CONNECTIONS",
    "1024",
    { min: 1, max: 1_000_000 },
    "Maximum number of open connections; a further one replaces the oldest without a request, or is closed. " +
      "The service lowers it when the limit of open files (ulimit -n) is lower.",
  ),
  workerTimeoutMs: integer(
    "WORKER_TIMEOUT_MS",
    "10000",
    { min: 1, max: 3_600_000 },
    "Time that an inference worker has for one run of the network, in milliseconds; a slower one is " +
      "replaced. Not applied when INFERENCE_WORKERS is 0.",
  ),
  workerMemoryBytes: integer(
    "WORKER_MEMORY_BYTES",
    String(512 * 1024 * 1024),
    { min: 1024 * 1024, max: 2 ** 32 },
    "Maximum memory of the ONNX runtime in an inference worker, in bytes; one that uses more is replaced " +
      "after the run.",
  ),
  shutdownGraceMs: integer(
    "SHUTDOWN_GRACE_MS",
    "2000",
    { min: 0, max: 3_600_000 },
    "Time after a stop signal in which new requests are still accepted while readiness answers " +
      "503, in milliseconds.",
  ),
  shutdownTimeoutMs: integer(
    "SHUTDOWN_TIMEOUT_MS",
    "25000",
    { min: 1, max: 3_600_000 },
    "Time after a stop signal at which the process exits even if requests are in progress, in " +
      "milliseconds.",
  ),
  apiKeys: list(
    "API_KEYS",
    "",
    "API keys that clients may send, separated by commas; without any key, no key is needed.",
  ),
  apiKeysFile: text(
    "API_KEYS_FILE",
    "",
    "File with further API keys, one per line; the last line must end with a line break. The file is " +
      "read again when it changes.",
  ),
  logFormat: choice(
    "LOG_FORMAT",
    ["text", "json", "none"],
    "Format of the log: text, json or none.",
  ),
  metricsPort: integer(
    "METRICS_PORT",
    "0",
    { min: 0, max: 65_535 },
    "Separate port for GET /metrics, which then needs no API key, and for the health routes; 0 serves " +
      "metrics on PORT.",
  ),
  maxMegapixels: integer(
    "MAX_MEGAPIXELS",
    "100",
    { min: 1, max: 1000 },
    "Maximum size of a field, in millions of pixels.",
  ),
  maxFields: integer(
    "MAX_FIELDS",
    "2",
    { min: 1, max: 64 },
    "Maximum number of fields that are searched at the same time; further fields wait. Not applied " +
      "when INFERENCE_WORKERS is 0.",
  ),
  memoryLimitBytes: integer(
    "MEMORY_LIMIT_BYTES",
    "0",
    { min: 0, max: Number.MAX_SAFE_INTEGER },
    "Memory that the service has, in bytes; 0 takes the limit of the container, or else the memory " +
      "of the machine.",
  ),
  maxMemoryPercent: integer(
    "MAX_MEMORY_PERCENT",
    "85",
    { min: 1, max: 100 },
    "Share of the service's memory, in percent, above which new fields get status 429; a field that " +
      "alone needs more is refused.",
  ),
  slideUrls: list(
    "SLIDE_URLS",
    "",
    "Beginnings of the addresses from which slides may be read, separated by commas: " +
      "https://slides.example.org/archive/. An address on the command line is allowed by itself.",
  ),
  slidesDir: text(
    "SLIDES_DIR",
    "",
    "Folder of the slides that are shown and searched, with its subfolders; when empty, none are.",
  ),
  resultsDir: text(
    "RESULTS_DIR",
    "",
    "Folder for the results of slides, the only one that the service writes to; when empty, slides are " +
      "not searched.",
  ),
  resultsMaxBytes: integer(
    "RESULTS_MAX_BYTES",
    String(10 * 2 ** 30),
    { min: 2 ** 20, max: Number.MAX_SAFE_INTEGER },
    "Maximum size of all results together, in bytes; beyond it the oldest are removed.",
  ),
  resultsMaxDays: integer(
    "RESULTS_MAX_DAYS",
    "90",
    { min: 1, max: 36_500 },
    "Time after which results are removed, in days after the end of their search.",
  ),
  maxSlides: integer(
    "MAX_SLIDES",
    "1",
    { min: 1, max: 16 },
    "Maximum number of slides that are searched at the same time; further searches wait.",
  ),
  maxQueuedSlides: integer(
    "MAX_QUEUED_SLIDES",
    "100",
    { min: 0, max: 10_000 },
    "Maximum number of searches of slides that wait; a further one gets status 429.",
  ),
  corsEnable: flag("CORS_ENABLE", "false", "Allow requests from web pages of other origins."),
  corsOrigins: list(
    "CORS_ORIGINS",
    "*",
    "Origins that are allowed when CORS_ENABLE is true, separated by commas; * allows all.",
  ),
} as const;

/** The values of all settings, by name. */
export type Config = {
  readonly [Name in keyof typeof settings]: (typeof settings)[Name] extends Setting<infer T> ? T
    : never;
};

/** The names of all settings, in the order of the table. */
export const settingNames = Object.keys(settings) as readonly (keyof Config)[];

/** Returns the command-line option of a setting: `MODEL_DIR` becomes `model-dir`. */
export function optionName({ env }: Pick<Setting<unknown>, "env">): string {
  return env.toLowerCase().replaceAll("_", "-");
}

/**
 * Reads all settings. A setting that is missing or empty takes its default.
 *
 * @param lookUp Returns the value of an environment variable, or undefined.
 * @throws {Problem} `config_invalid`, naming the variable, its value and the accepted values.
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
  const values = Object.entries(settings).map(([name, setting]) => {
    const typed = lookUp(setting.env)?.trim() || setting.defaultValue;
    return [name, parseSetting<unknown>(setting, typed, setting.env)];
  });
  return Object.fromEntries(values);
}

/**
 * Parses the value of one setting.
 *
 * @param source Where the value comes from, for the message: `PORT` or `--port`.
 * @throws {Problem} `config_invalid`, naming the source, the value and the accepted values.
 */
export function parseSetting<T>(setting: Setting<T>, typed: string, source: string): T {
  const value = typed.trim();
  try {
    return setting.parse(value);
  } catch (thrown) {
    const accepted = thrown instanceof Error ? thrown.message : "something else";
    throw new Problem("config_invalid", `${source} is '${value}'; it must be ${accepted}.`);
  }
}

function text(env: string, defaultValue: string, meaning: string): Setting<string> {
  return { env, defaultValue, meaning, parse: (typed) => typed };
}

function list(env: string, defaultValue: string, meaning: string): Setting<string[]> {
  const parse = (typed: string) => {
    const items = typed.split(",").map((item) => item.trim()).filter(Boolean);
    // A typed list without an item is a mistake: without API keys the service is open to everybody.
    if (typed !== "" && items.length === 0) {
      throw new Error("a list with at least one item, or empty");
    }
    return items;
  };
  return { env, defaultValue, meaning, parse };
}

function flag(env: string, defaultValue: string, meaning: string): Setting<boolean> {
  const parse = (typed: string) => {
    if (!/^(true|false|1|0)$/i.test(typed)) throw new Error("true or false");
    return /^(true|1)$/i.test(typed);
  };
  return { env, defaultValue, meaning, parse };
}

/** Makes a setting that accepts one of several words. The first word is the default. */
function choice<const T extends string>(
  env: string,
  words: readonly [T, ...T[]],
  meaning: string,
): Setting<T> {
  const parse = (typed: string) => {
    const chosen = words.find((word) => word === typed.toLowerCase());
    if (chosen === undefined) throw new Error(`one of ${words.join(", ")}`);
    return chosen;
  };
  return { env, defaultValue: words[0], meaning, parse };
}

function integer(
  env: string,
  defaultValue: string,
  { min, max }: { readonly min: number; readonly max: number },
  meaning: string,
): Setting<number> {
  const parse = (typed: string) => {
    const value = /^\d+$/.test(typed) ? Number(typed) : NaN;
    if (!(value >= min && value <= max)) throw new Error(`a whole number from ${min} to ${max}`);
    return value;
  };
  return { env, defaultValue, meaning, parse };
}
