// CRC-64/XZ, the `x-cos-hash-crc64ecma` of COS [doc]: polynomial ECMA-182 reflected, in and out inverted.
// Two 32-bit halves, because BigInt arithmetic per byte is about fifty times slower.
const POLYNOMIAL_HIGH = 0xc96c5795;
const POLYNOMIAL_LOW = 0xd7870f42;
const TABLE_HIGH = new Uint32Array(256);
const TABLE_LOW = new Uint32Array(256);

for (let index = 0; index < 256; index++) {
  let high = 0;
  let low = index;
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd) {
      high ^= POLYNOMIAL_HIGH;
      low ^= POLYNOMIAL_LOW;
    }
  }
  TABLE_HIGH[index] = high;
  TABLE_LOW[index] = low;
}

/** Running checksum: `update` with each chunk, then `digest` gives the unsigned decimal that the header carries. */
export class Crc64 {
  #high = 0xffffffff;
  #low = 0xffffffff;

  update(chunk: Uint8Array): void {
    let high = this.#high;
    let low = this.#low;
    for (const byte of chunk) {
      const index = (low ^ byte) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (TABLE_LOW[index] ?? 0);
      high = (high >>> 8) ^ (TABLE_HIGH[index] ?? 0);
    }
    this.#high = high;
    this.#low = low;
  }

  digest(): string {
    const high = BigInt(~this.#high >>> 0);
    const low = BigInt(~this.#low >>> 0);
    return ((high << 32n) | low).toString();
  }
}
