import { type RunningProgram, startProgram } from "../../../tests/program.ts";
import { type Attack, type Outcome, sleep, type Target } from "./attack.ts";
import { clientAttacks } from "./clients.ts";
import { fieldAttacks } from "./fields.ts";
import type { SlowestAnswers } from "./health_probe.ts";
import { parsingAttacks } from "./parsing.ts";
import { protocolAttacks } from "./protocol.ts";
import { settingAttacks } from "./settings.ts";

const PlatformWorker = globalThis.Worker;

/**
 * Maximum time that liveness may take during an attack, in milliseconds. While other programs use the cores,
 * it may take {@linkcode MAX_TIMES_IDLE} times as long as the answer of a server that does nothing. The time
 * that the serving thread computes during an answer is bounded in any case.
 */
const MAX_HEALTH_MS = 100;
const MAX_TIMES_IDLE = 3;
/** How long an attack and the good requests beside it may take, in milliseconds. */
const MAX_ATTACK_MS = 150_000;
/** How long the service is watched after an attack, in milliseconds. */
const AFTER_MS = 500;

/** All attacks, in the order in which they run. */
const ATTACKS: readonly Attack[] = [
  {
    name: "none, for comparison",
    async run() {
      await sleep(5000);
      return { holds: true, seen: "what the machine itself takes" };
    },
  },
  ...clientAttacks,
  ...fieldAttacks,
  ...parsingAttacks,
  ...protocolAttacks,
  ...settingAttacks,
];

/** One line of the table. */
interface Row extends Outcome {
  readonly name: string;
  /** Liveness at its slowest; undefined where the attack stops the service. */
  readonly slowest: SlowestAnswers | undefined;
  /** Peak memory of the service, in 10^6 bytes; NaN on other systems than Linux. */
  readonly peakMegabytes: number;
  /** Good requests that were sent, and those that were answered with 200. */
  readonly good: { readonly sent: number; readonly answered: number };
}

/**
 * Runs every attack against a service of its own, on this machine only, and prints a table: the attack,
 * health's slowest answer, how long the serving thread computed during one answer at most, the slowest
 * answer of a server that does nothing, peak memory, and the good requests that were answered meanwhile.
 *
 * @param only Runs the attacks only whose name contains this.
 * @returns Whether everything that the threat model promises holds.
 */
export async function runAttacks(patch: Uint8Array<ArrayBuffer>, only: string): Promise<boolean> {
  await using idle = await startIdleServer();
  const rows: Row[] = [];
  for (const attack of ATTACKS.filter(({ name }) => name.includes(only))) {
    const row = await runAttack(attack, patch, idle.port);
    rows.push(row);
    console.log(describe(row));
  }
  console.log(`\n${table(rows)}`);
  return rows.every((row) => holds(row));
}

async function runAttack(
  attack: Attack,
  patch: Uint8Array<ArrayBuffer>,
  idlePort: number,
): Promise<Row> {
  await using program = await startProgram(
    [],
    { INFERENCE_WORKERS: "2", LOG_FORMAT: "none", ...attack.env },
    attack.maxOpenFiles,
  );
  const target: Target = { program, port: Number(new URL(program.url).port), patch };
  const watch = attack.isStop === true ? undefined : watchService(target, idlePort);
  const peak = watchPeak(program);
  let outcome: Outcome;
  try {
    outcome = await withTimeout(attack.run(target));
  } catch (thrown) {
    outcome = { holds: false, seen: String(thrown) };
  }
  await sleep(AFTER_MS);
  const { slowest, good } = await watch?.end() ?? {
    slowest: undefined,
    good: { sent: 0, answered: 0 },
  };
  const row = { name: attack.name, ...outcome, slowest, good, peakMegabytes: peak.end() };
  const isTooLarge = row.peakMegabytes > (attack.maxMegabytes ?? Infinity);
  return isTooLarge
    ? { ...row, holds: false, seen: `${row.seen}; more than ${attack.maxMegabytes} MB` }
    : row;
}

async function withTimeout(run: Promise<Outcome>): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ holds: false, seen: "did not end" }), MAX_ATTACK_MS);
  });
  return await Promise.race([run, tooLong]).finally(() => clearTimeout(timer));
}

/** Starts a server that does nothing, and returns its port. */
async function startIdleServer(): Promise<AsyncDisposable & { readonly port: number }> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-net", new URL("./idle_server.ts", import.meta.url).pathname],
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.getReader();
  const { value } = await reader.read();
  const port = Number(new TextDecoder().decode(value));
  return {
    port,
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await reader.cancel();
      await process.status;
    },
  };
}

/** Probes liveness and sends good requests, until it is ended. */
function watchService({ program, port, patch }: Target, idlePort: number) {
  const probe = new PlatformWorker(new URL("./health_probe.ts", import.meta.url), {
    type: "module",
  });
  probe.postMessage({ port, pid: program.process.pid, idlePort });
  let isOver = false;
  const good = { sent: 0, answered: 0 };
  const sending = (async () => {
    while (!isOver) {
      good.sent++;
      if (await isScored(program.url, patch)) good.answered++;
      await sleep(50);
    }
  })();
  return {
    async end() {
      isOver = true;
      await sending;
      const answers = Promise.withResolvers<SlowestAnswers>();
      probe.onmessage = ({ data }: MessageEvent<SlowestAnswers>) => answers.resolve(data);
      probe.postMessage("end");
      const slowest = await answers.promise;
      probe.terminate();
      return { slowest, good };
    },
  };
}

async function isScored(url: string, patch: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    const response = await fetch(`${url}model/predict`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: patch,
      signal: AbortSignal.timeout(30_000),
    });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Watches the peak memory of a process that may end meanwhile. */
function watchPeak({ process }: RunningProgram) {
  let peak = NaN;
  const read = () => {
    try {
      const status = Deno.readTextFileSync(`/proc/${process.pid}/status`);
      const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
      if (kilobytes > 0) peak = Math.round(kilobytes * 1024 / 1e6);
    } catch {
      // The process has ended, or this is not Linux.
    }
  };
  const timer = setInterval(read, 200);
  return {
    end() {
      read();
      clearInterval(timer);
      return peak;
    },
  };
}

function holds({ holds, slowest, good }: Row): boolean {
  return holds && (slowest === undefined || isFast(slowest)) && good.answered === good.sent;
}

/** Returns whether liveness was answered in time, and no answer waited for what the service computes. */
function isFast({ health, computed, idle }: SlowestAnswers): boolean {
  const maxHealth = Math.max(MAX_HEALTH_MS, MAX_TIMES_IDLE * idle);
  return health < maxHealth && !(computed >= MAX_HEALTH_MS);
}

function describe(row: Row): string {
  return `${holds(row) ? "holds" : "FAILS"}  ${row.name}: ${row.seen}`;
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? "-" : `${value.toFixed(0)} ms`;
}

function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    holds(row) ? "holds" : "FAILS",
    row.name,
    milliseconds(row.slowest?.health),
    milliseconds(row.slowest?.computed),
    milliseconds(row.slowest?.idle),
    `${row.peakMegabytes} MB`,
    row.good.sent === 0 ? "-" : `${row.good.answered} of ${row.good.sent}`,
    row.seen,
  ]);
  const titles = ["", "attack", "health at most", "computed", "idle server", "peak"];
  const all = [[...titles, "good answered", "seen"], ...cells];
  const widths = all[0]?.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0))) ?? [];
  return all
    .map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ").trimEnd())
    .join("\n");
}
