/** The longest key of COS, in bytes [doc]. */
export const MAX_KEY_BYTES = 850;
