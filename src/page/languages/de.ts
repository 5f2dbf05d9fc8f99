/** German. */
export default {} satisfies Record<string, string>;
