import { machineSeconds, ownSeconds, treeSeconds } from "./cpu.ts";

/** What one turn of `wrk` measured. */
export interface Turn {
  readonly requestsPerSecond: number;
  /** Processor time of the service, in seconds for 1,000 requests. */
  readonly cpuPer1000: number;
  /** Latency in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of everything else on the machine, in cores. */
  readonly otherCores: number;
}

/** What a turn sends. */
export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly bodyFile: string;
  readonly contentType: string;
}

const SCRIPT = decodeURIComponent(new URL("./post.lua", import.meta.url).pathname);

/**
 * Sends requests with `wrk` for some seconds.
 *
 * @param pid The first process of the service, for its processor time.
 * @throws {Error} when a request failed.
 */
export async function measureTurn(pid: number, load: Load): Promise<Turn> {
  const before = { service: treeSeconds(pid), own: ownSeconds(), machine: machineSeconds() };
  const { stdout } = await new Deno.Command("wrk", {
    args: [
      ...["-t1", `-c${load.connections}`, `-d${load.seconds}`, "-s", SCRIPT, load.url, "--"],
      ...[load.bodyFile, load.contentType],
    ],
  }).output();
  const service = treeSeconds(pid) - before.service;
  const own = ownSeconds() - before.own;
  const machine = machineSeconds() - before.machine;
  const text = new TextDecoder().decode(stdout);
  const result = JSON.parse(/^RESULT (.*)$/m.exec(text)?.[1] ?? "null");
  if (result === null || result.failed > 0) throw new Error(`Requests failed: ${text}`);
  const seconds = result.microseconds / 1e6;
  return {
    requestsPerSecond: result.requests / seconds,
    cpuPer1000: service / result.requests * 1000,
    p50: result.p50,
    p99: result.p99,
    otherCores: Math.max(0, machine - service - own) / seconds,
  };
}
