import { UsageError } from "./command.ts";

/**
 * Checks the path of a picture that is written as SVG; a device such as `/dev/null` needs no ending.
 *
 * @param option The option that gave it, without `--`.
 * @throws {UsageError} for another ending, so that no SVG is called a PNG.
 */
export function svgPath(option: string, path: string): string {
  if (/\.svg$/i.test(path) || path.startsWith("/dev/")) return path;
  throw new UsageError(
    `--${option} is '${path}', but an SVG is written; its name must end with .svg.`,
  );
}
