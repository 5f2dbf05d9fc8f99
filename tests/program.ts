import denoConfig from "../deno.json" with { type: "json" };

const root = new URL("../", import.meta.url);

/** The command of `deno task start`: `NAME=VALUE... deno ARGUMENT...`. */
const start = denoConfig.tasks.start.command.split(" ");
const startArgs = start.slice(start.indexOf("deno") + 1);
const startEnv = Object.fromEntries(
  start.slice(0, start.indexOf("deno")).map((word) => word.split("=", 2)),
);

/** Runs a command to its end, with one of the permission sets of `deno.json`. */
export async function runProgram(permissions: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", `-P=${permissions}`, "main.ts", ...args],
    cwd: root,
    env: { INFERENCE_WORKERS: "1", NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** The service as a separate process that listens on a free port. */
export interface RunningProgram extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/`. */
  readonly url: string;
  /** The output until it was ready. */
  readonly banner: string;
  /** Returns all output so far. */
  readonly printed: () => string;
  readonly process: Deno.ChildProcess;
}

/**
 * Starts the service with the flags of `deno task start` and waits until it is ready.
 *
 * @param maxOpenFiles How many files and connections it may have open, as `ulimit -n` sets it.
 * @param permissions Flags such as `--allow-read=src,model`, in place of the task's permission of that kind.
 */
export function startProgram(
  args: readonly string[] = [],
  env: Record<string, string> = {},
  maxOpenFiles?: number,
  permissions: readonly string[] = [],
): Promise<RunningProgram> {
  const set = startArgs.indexOf("-P=serve") + 1;
  const denoArgs = [
    ...startArgs.slice(0, set),
    ...permissions,
    ...startArgs.slice(set),
    "--port",
    "0",
    ...args,
  ];
  return startDeno(denoArgs, root, { ...startEnv, ...env }, maxOpenFiles);
}

/** Starts the service with these arguments for `deno` and waits until it is ready. */
export async function startDeno(
  args: readonly string[],
  cwd: string | URL,
  env: Record<string, string>,
  maxOpenFiles?: number,
): Promise<RunningProgram> {
  const command = [Deno.execPath(), ...args];
  const limited = maxOpenFiles === undefined
    ? command
    : ["sh", "-c", `ulimit -n ${maxOpenFiles}; exec "$0" "$@"`, ...command];
  const [program = "", ...programArgs] = limited;
  const process = new Deno.Command(program, {
    args: programArgs,
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let banner = "";
  while (!banner.includes("loaded in")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the program ended before it was ready: ${banner}`);
    banner += value;
  }
  let printed = banner;
  const rest = (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      printed += value;
    }
  })();
  const port = /:(\d+)\//.exec(banner)?.[1];
  return {
    url: `http://127.0.0.1:${port}/`,
    banner,
    printed: () => printed,
    process,
    async [Symbol.asyncDispose]() {
      try {
        process.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await Promise.all([process.status, rest]);
    },
  };
}

/** A process that is killed when its scope ends. */
export type DisposableProcess = Deno.ChildProcess & AsyncDisposable;

/** Starts `main.ts serve` on a port and returns at once. */
export function programAt(port: number, env: Record<string, string>): DisposableProcess {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=serve", "main.ts", "serve"],
    cwd: root,
    env: { NO_COLOR: "1", LOG_FORMAT: "none", ...env, PORT: String(port) },
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  return Object.assign(process, {
    async [Symbol.asyncDispose]() {
      try {
        process.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await process.status;
    },
  });
}

/** Returns a port that is free at the moment. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
