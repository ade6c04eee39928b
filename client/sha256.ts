const SLICE = 1_048_576;

/**
 * SHA-256 of a file, 64 hexadecimal digits. Read slice by slice, so that somebody can be told how far it is; Web Crypto digests it as one.
 *
 * @param onBytes is told after each slice how many bytes have been read.
 */
export async function sha256Of(file: Blob, onBytes: (bytes: number) => void = () => {}): Promise<string> {
  const bytes = new Uint8Array(file.size);
  for (let start = 0; start < file.size; start += SLICE) {
    const slice = new Uint8Array(await file.slice(start, start + SLICE).arrayBuffer());
    bytes.set(slice, start);
    onBytes(start + slice.byteLength);
  }
  const digest = await globalThis.crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
