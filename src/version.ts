import config from "../deno.json" with { type: "json" };

/** The version of this program, as `deno.json` states it: `1.2.3`. */
export const version: string = config.version;
