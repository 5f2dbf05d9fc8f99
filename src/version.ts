import config from "../deno.json" with { type: "json" };

/** The version of this program, from `deno.json`. */
export const version: string = config.version;

/** The intended use. Every page, result, picture and command shows it. */
export const researchUseOnly = "For research use only. Not for diagnostic use.";
