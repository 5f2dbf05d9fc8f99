import { Problem } from "../errors.ts";
import type { Manifest } from "../model/manifest.ts";
import type { DetectOptions } from "../result/result.ts";
import { parseDetectQuery, resolveOptions } from "../search/options.ts";

/**
 * Checks the options of a search and fills in their defaults.
 *
 * @param given The options as a program gave them; TypeScript checks them, JavaScript does not.
 * @throws {Problem} `request_invalid`, naming the option and what it accepts.
 */
export function readSearchOptions(
  given: Readonly<Record<string, unknown>>,
  manifest: Pick<Manifest, "threshold">,
): DetectOptions {
  const typed = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const]
  );
  const read = parseDetectQuery(Object.fromEntries(typed));
  if (read.success) return resolveOptions(read.data, manifest);
  const [issue] = read.error.issues;
  const name = issue?.path.join(".") ?? "";
  throw new Problem(
    "request_invalid",
    issue?.code === "unrecognized_keys"
      ? `There is no option '${issue.keys.join("', '")}'.`
      : `The option '${name}' is '${given[name]}': ${issue?.message}.`,
  );
}

/**
 * Checks a number.
 *
 * @throws {Problem} `request_invalid`, naming the option and its bounds.
 */
export function readNumber(name: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw new Problem(
    "request_invalid",
    max === 0 && name === "workers"
      ? `The option 'workers' is ${value}; only Deno can use Workers, so it must be 0 here.`
      : `The option '${name}' is ${value}; it must be a number from ${min} to ${max}.`,
  );
}
