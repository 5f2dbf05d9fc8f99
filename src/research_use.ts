/**
 * The sentence that states the intended use. Pages, model cards and command-line help show it word for
 * word. This module imports nothing, so that the page in the browser can load it too.
 */
export const researchUseOnly = "For research use only. Not for diagnostic use.";
