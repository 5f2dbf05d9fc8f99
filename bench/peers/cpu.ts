/** Clock ticks a second in `/proc`: 100 on all common Linux systems. */
const TICKS = 100;

/**
 * Returns the processor time of all processes of a session that are alive, in seconds. `setsid` starts a
 * session; its id is the id of the first process.
 */
export function sessionSeconds(session: number): number {
  let ticks = 0;
  for (const { name } of Deno.readDirSync("/proc")) {
    const fields = /^\d+$/.test(name) ? statFields(name) : [];
    if (Number(fields[3]) === session) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS;
}

/** Returns the processor time of this process and of its children that have ended, in seconds. */
export function ownSeconds(): number {
  const fields = statFields("self");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}

/** Returns the processor time of everything on this machine since it was started, in seconds. */
export function machineSeconds(): number {
  const [, user, nice, system, , , irq, softIrq] = Deno.readTextFileSync("/proc/stat").split(/\s+/);
  return [user, nice, system, irq, softIrq].reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}

/** Returns the fields of `/proc/PID/stat` behind the name; none if the process has ended. */
function statFields(pid: string): string[] {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
