/** Clock ticks a second in `/proc`: 100 on all common Linux systems. */
const TICKS = 100;

/** Returns the ids of a process and of all its descendants that are alive. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const { name } of Deno.readDirSync("/proc")) {
    if (/^\d+$/.test(name)) parents.set(Number(name), Number(statFields(name)[1]));
  }
  const tree = [root];
  for (const parent of tree) {
    for (const [pid, ppid] of parents) if (ppid === parent) tree.push(pid);
  }
  return tree;
}

/** Returns the processor time of a process and of its descendants that are alive, in seconds. */
export function treeSeconds(root: number): number {
  const ticks = processTree(root).map((pid) => {
    const fields = statFields(String(pid));
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  });
  return ticks.reduce((sum, value) => sum + value, 0) / TICKS;
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
