/** First pixel of a patch that crashes a mortal Worker. */
export const DEADLY = [1, 2, 3] as const;
/** First pixel of a patch that makes it run for ever. */
export const HANGING = [3, 2, 1] as const;
