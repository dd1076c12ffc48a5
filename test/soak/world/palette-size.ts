/** How many colours the soak tells apart. */
export const PALETTE_SIZE = 12;
