/** First pixel of a patch that crashes a faulty Worker. */
export const CRASHING_PIXEL = [1, 2, 3] as const;
/** First pixel of a patch that makes a faulty Worker hang. */
export const HANGING_PIXEL = [3, 2, 1] as const;
