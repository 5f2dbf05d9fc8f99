import config from "../deno.json" with { type: "json" };

/** The version of this program. */
export const version: string = config.version;

/** What is said wherever a result is shown. */
export const researchUseOnly = "For research only; no diagnosis.";
