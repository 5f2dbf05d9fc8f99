import { startProgram } from "../../tests/program.ts";
import { type Observed, type StopKind, stopKinds } from "./stop_kinds.ts";

/**
 * Sends SIGTERM at full load, `times` times, each to a new process, in turn while patches are scored, while
 * fields are searched that take a minute, and while events of such searches are sent. Every request in the
 * service's log must have its whole answer at the client. Every other request must have been refused.
 */
export async function stopUnderLoad(
  patch: Uint8Array<ArrayBuffer>,
  times: number,
): Promise<boolean> {
  const kinds = stopKinds(patch);
  let holdsAlways = true;
  for (let time = 0; time < times; time++) {
    const kind = kinds[time % kinds.length];
    if (kind === undefined) break;
    const { holds, seen } = await stopOnce(kind);
    holdsAlways &&= holds;
    console.log(
      `${String(time + 1).padStart(2)}  ${holds ? "holds" : "FAILS"}  ${kind.name}: ${seen}`,
    );
  }
  return holdsAlways;
}

/** Starts a service, sends requests of one kind, stops the service, and compares its log with the answers. */
export async function stopOnce(kind: StopKind): Promise<{ holds: boolean; seen: string }> {
  await using program = await startProgram([], {
    INFERENCE_WORKERS: "2",
    SHUTDOWN_GRACE_MS: "500",
    SHUTDOWN_TIMEOUT_MS: "5000",
    LOG_FORMAT: "json",
  });
  const observed = new Map<string, Observed>();
  let count = 0;
  const client = async () => {
    for (;;) {
      const id = `load-${count++}`;
      const one = await kind.send(program.url, id);
      observed.set(id, one);
      if (one.outcome !== "answered") return;
    }
  };
  const clients = Array.from({ length: kind.clients }, client);
  await new Promise((resolve) => setTimeout(resolve, kind.loadMs));
  program.process.kill("SIGTERM");
  const readiness = turnsUnready(program.url);
  const { code } = await program.process.status;
  await Promise.all(clients);
  const logged = [...program.printed().matchAll(/"requestId":"(load-[^"]+)"/g)].map(([, id = ""]) =>
    id
  );
  const lost = logged.filter((id) => observed.get(id)?.outcome !== "answered");
  const all = [...observed.values()];
  const answers = all.flatMap((one) => one.outcome === "answered" ? [one.what] : []);
  const broken = all.flatMap((one) => one.outcome === "broken" ? [one.why] : []);
  const counted = Object.entries(Object.groupBy(answers, (what) => what))
    .map(([what, all]) => `${all?.length} x ${what}`).join(", ");
  const isUnready = await readiness;
  return {
    holds: code === 0 && lost.length === 0 && broken.length === 0 && isUnready &&
      logged.length === answers.length,
    seen: `exit ${code}, accepted ${logged.length}, answered ${answers.length} (${counted}), ` +
      `lost ${lost.length}, incomplete ${broken.length}, ` +
      `refused ${all.length - answers.length - broken.length}, ` +
      `readiness 503 before it stopped listening: ${isUnready}` +
      broken.map((why) => `\n    ${why}`).join(""),
  };
}

/** Polls readiness until the service stops listening. Returns whether it was 503 before. */
async function turnsUnready(url: string): Promise<boolean> {
  let isUnready = false;
  try {
    for (;;) {
      const response = await fetch(`${url}v2/health/ready`);
      await response.arrayBuffer();
      isUnready ||= response.status === 503;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } catch {
    return isUnready;
  }
}
