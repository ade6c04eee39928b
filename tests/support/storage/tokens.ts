import { createHmac, timingSafeEqual } from 'node:crypto';

type Claims = Readonly<Record<string, unknown>>;

const SECRET = 'a secret of the double, which signs nothing else';

/** A token as Supabase Auth and Storage issue it: HS256. @param seconds how long it lives. @param secret of another server than the double. */
export function tokenOf(claims: Claims, seconds = 3600, secret = SECRET): string {
  const exp = Math.floor(Date.now() / 1000) + seconds;
  const text = [
    { alg: 'HS256', typ: 'JWT' },
    { ...claims, exp },
  ]
    .map(encoded)
    .join('.');
  return `${text}.${signatureOf(text, secret)}`;
}

/** The claims of a token, or undefined where it is not ours, or has ended. */
export function claimsOf(token: string): Claims | undefined {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const expected = Buffer.from(signatureOf(`${head}.${payload}`));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  return Number(claims.exp) * 1000 > Date.now() ? claims : undefined;
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signatureOf(text: string, secret = SECRET): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}
