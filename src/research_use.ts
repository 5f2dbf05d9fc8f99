/** The sentence that stands wherever a result is shown. Pure, because the page in the browser reads it too. */
export const researchUseOnly = "For research use only. Not for diagnostic use.";
