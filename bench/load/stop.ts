import { startProgram } from "../../tests/program.ts";

/** What the clients saw of one run. */
interface Seen {
  /** Ids of the requests that were answered, by status. */
  readonly answered: Map<string, number>;
  /** Requests that found the door closed: refused, or reset before anything of an answer came. */
  turnedAway: number;
  /** Answers that broke off. */
  broken: string[];
  readyTurned503: boolean;
}

/**
 * Sends SIGTERM at full load, again and again. What the service accepted is in its log: every request
 * that it answered must have reached its client, and every client must have been answered or turned
 * away.
 */
export async function stopUnderLoad(
  patch: Uint8Array<ArrayBuffer>,
  times: number,
): Promise<boolean> {
  let good = true;
  for (let time = 1; time <= times; time++) {
    await using program = await startProgram([], {
      INFERENCE_WORKERS: "2",
      SHUTDOWN_GRACE_MS: "500",
      LOG_FORMAT: "json",
    });
    const seen: Seen = { answered: new Map(), turnedAway: 0, broken: [], readyTurned503: false };
    const clients = Array.from({ length: 16 }, () => client(program.url, patch, seen));
    await new Promise((resolve) => setTimeout(resolve, 700));
    program.process.kill("SIGTERM");
    const probe = watchReadiness(program.url, seen);
    const status = await program.process.status;
    await Promise.all([...clients, probe]);
    const accepted = [...program.printed().matchAll(/"requestId":"(load-[^"]+)"/g)];
    const lost = accepted.filter(([, id = ""]) => !seen.answered.has(id)).length;
    const statuses = Object.entries(
      Object.groupBy(seen.answered.values(), (value) => String(value)),
    ).map(([value, all]) => `${all?.length} times ${value}`).join(", ");
    const holds = lost === 0 && seen.broken.length === 0 && status.code === 0 &&
      seen.readyTurned503 && accepted.length === seen.answered.size;
    good &&= holds;
    console.log(
      `${String(time).padStart(2)}  ${holds ? "holds" : "FAILS"}  exit ${status.code}, accepted ` +
        `${accepted.length}, answered ${seen.answered.size} (${statuses}), lost ${lost}, broken off ` +
        `${seen.broken.length}, turned away ${seen.turnedAway}, readiness 503 before the door closed: ` +
        `${seen.readyTurned503}`,
    );
    for (const why of seen.broken) console.log(`    ${why}`);
  }
  return good;
}

let requests = 0;

/** Sends one request after the other until the door is closed. */
async function client(url: string, patch: Uint8Array<ArrayBuffer>, seen: Seen): Promise<void> {
  for (;;) {
    const id = `load-${requests++}`;
    let response: Response;
    try {
      response = await fetch(`${url}model/predict`, {
        method: "POST",
        headers: { "content-type": "image/png", "x-request-id": id },
        body: patch,
      });
    } catch (thrown) {
      if (/refused|reset/.test(reasonOf(thrown))) seen.turnedAway++;
      else seen.broken.push(reasonOf(thrown));
      return;
    }
    try {
      await response.text();
      seen.answered.set(id, response.status);
    } catch (thrown) {
      seen.broken.push(reasonOf(thrown));
      return;
    }
  }
}

/** The message of the error at the bottom. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? thrown.message : reasonOf(thrown.cause);
}

async function watchReadiness(url: string, seen: Seen): Promise<void> {
  try {
    for (;;) {
      const response = await fetch(`${url}v2/health/ready`);
      await response.arrayBuffer();
      if (response.status === 503) seen.readyTurned503 = true;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } catch {
    // The door is closed.
  }
}
