import { startProgram } from "../../tests/program.ts";

/** Observations of the clients in one run. */
interface Observations {
  /** Statuses of the responses, by the request's id. */
  readonly answered: Map<string, number>;
  /** Requests whose connection was refused, or reset before the response began. */
  refused: number;
  /** Errors of responses that were incomplete. */
  broken: string[];
  /** Whether readiness was 503 before the service stopped listening. */
  readyTurned503: boolean;
}

/**
 * Sends SIGTERM at full load, `times` times, each to a new process. Every request in the service's
 * log must have its response at the client. Every other request must have been refused.
 */
export async function stopUnderLoad(
  patch: Uint8Array<ArrayBuffer>,
  times: number,
): Promise<boolean> {
  let holdsAlways = true;
  for (let time = 1; time <= times; time++) {
    await using program = await startProgram([], {
      INFERENCE_WORKERS: "2",
      SHUTDOWN_GRACE_MS: "500",
      LOG_FORMAT: "json",
    });
    const observed: Observations = {
      answered: new Map(),
      refused: 0,
      broken: [],
      readyTurned503: false,
    };
    const clients = Array.from({ length: 16 }, () => client(program.url, patch, observed));
    await new Promise((resolve) => setTimeout(resolve, 700));
    program.process.kill("SIGTERM");
    const probe = watchReadiness(program.url, observed);
    const status = await program.process.status;
    await Promise.all([...clients, probe]);
    const accepted = [...program.printed().matchAll(/"requestId":"(load-[^"]+)"/g)];
    const lost = accepted.filter(([, id = ""]) => !observed.answered.has(id)).length;
    const statuses = Object.entries(
      Object.groupBy(observed.answered.values(), (value) => String(value)),
    ).map(([value, all]) => `${all?.length} x ${value}`).join(", ");
    const holds = lost === 0 && observed.broken.length === 0 && status.code === 0 &&
      observed.readyTurned503 && accepted.length === observed.answered.size;
    holdsAlways &&= holds;
    console.log(
      `${String(time).padStart(2)}  ${holds ? "holds" : "FAILS"}  exit ${status.code}, accepted ` +
        `${accepted.length}, answered ${observed.answered.size} (${statuses}), lost ${lost}, incomplete ` +
        `${observed.broken.length}, refused ${observed.refused}, readiness 503 before it stopped listening: ` +
        `${observed.readyTurned503}`,
    );
    for (const why of observed.broken) console.log(`    ${why}`);
  }
  return holdsAlways;
}

let requests = 0;

/** Sends one request after the other until the service stops listening. */
async function client(
  url: string,
  patch: Uint8Array<ArrayBuffer>,
  observed: Observations,
): Promise<void> {
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
      if (/refused|reset/.test(reasonOf(thrown))) observed.refused++;
      else observed.broken.push(reasonOf(thrown));
      return;
    }
    try {
      await response.text();
      observed.answered.set(id, response.status);
    } catch (thrown) {
      observed.broken.push(reasonOf(thrown));
      return;
    }
  }
}

/** Returns the message of the innermost cause. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? thrown.message : reasonOf(thrown.cause);
}

/** Polls readiness until the service stops listening. */
async function watchReadiness(url: string, observed: Observations): Promise<void> {
  try {
    for (;;) {
      const response = await fetch(`${url}v2/health/ready`);
      await response.arrayBuffer();
      if (response.status === 503) observed.readyTurned503 = true;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } catch {
    // The service has stopped listening.
  }
}
