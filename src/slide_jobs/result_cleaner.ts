import type { Config } from "../config.ts";
import type { Job, SlideJobEvents } from "./job.ts";
import type { JobFiles } from "./job_files.ts";
import { resultsToRemove } from "./retention.ts";
import { hasEnded } from "./search_state.ts";

/** What a {@linkcode resultCleaner} needs. */
interface CleanerDeps {
  readonly files: JobFiles;
  /** All searches, by id. Those whose results are removed are removed from it. */
  readonly jobs: Map<string, Job>;
  readonly config: Pick<Config, "resultsMaxBytes" | "resultsMaxDays">;
  readonly events: Pick<SlideJobEvents, "trouble">;
}

/**
 * Returns a function that removes results that are too old or too much. A search that it is called with has just
 * ended, and stays.
 */
export function resultCleaner(
  { files, jobs, config, events }: CleanerDeps,
): (kept?: Job) => Promise<void> {
  const limits = { maxBytes: config.resultsMaxBytes, maxDays: config.resultsMaxDays };
  return async (kept) => {
    const all = [...jobs.values()];
    for (const job of all) if (!hasEnded(job.head.state)) job.bytes = await files.sizeOf(job.head);
    const ended = all.flatMap(({ head: { id, state, endedAt = "" }, bytes }) =>
      hasEnded(state) && id !== kept?.head.id ? [{ id, endedAt, bytes }] : []
    );
    const others = bytesOf(all) - ended.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const id of resultsToRemove(ended, others, limits, Date.now())) {
      const job = jobs.get(id);
      // It may have been started again, or removed, in the meantime.
      if (job === undefined || !hasEnded(job.head.state)) continue;
      try {
        jobs.delete(id);
        await files.remove(job.head);
      } catch (thrown) {
        const why = files.withoutPath(String(thrown));
        events.trouble(`The results of search ${id} cannot be removed: ${why}`);
      }
    }
  };
}

/** Returns the size of the files of searches, in bytes. */
export function bytesOf(jobs: Iterable<Job>): number {
  return [...jobs].reduce((sum, { bytes }) => sum + bytes, 0);
}
