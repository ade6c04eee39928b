/** Whether PostgreSQL would take an address, or a network that Zod has taken, for a `cidr`: no bit is set to the right of its mask. */
export function isNetwork(value: string): boolean {
  const [address = '', mask] = value.split('/');
  if (mask === undefined) return true;
  const { bits, width } = address.includes(':') ? v6(address) : { bits: v4(address), width: 32 };
  return bits % 2n ** BigInt(width - Number(mask)) === 0n;
}

const joined = (parts: readonly bigint[], width: bigint) =>
  parts.reduce((bits, part) => (bits << width) + part, 0n);

const v4 = (address: string) => joined(address.split('.').map(BigInt), 8n);

function v6(address: string): { readonly bits: bigint; readonly width: number } {
  // Its last 32 bits may be written as those of an address of version 4.
  const plain = address.replace(/[^:]+\.[^:]+$/, (tail) => {
    const bits = v4(tail);
    return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
  });
  const [head = [], tail = []] = plain.split('::').map((half) =>
    half
      .split(':')
      .filter(Boolean)
      .map((group) => BigInt(`0x${group}`)),
  );
  const zeros = Array<bigint>(8 - head.length - tail.length).fill(0n);
  return { bits: joined([...head, ...zeros, ...tail], 16n), width: 128 };
}
