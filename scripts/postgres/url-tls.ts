import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { malformed } from './url-malformed.ts';

export interface UrlTls {
  readonly tls: pg.ClientConfig['ssl'];
  /** TLS is tried but not asked for: a server without it is used all the same. */
  readonly tlsOptional: boolean;
}

/**
 * What the query of a URL says of TLS.
 *
 * @throws CommandError for what is no mode, or asks for a protection that pg does not give: to go without would be no answer to that.
 */
export function tlsOf(query: ReadonlyMap<string, string>, isLocal: boolean): UrlTls {
  for (const [name, value] of query) refuseUnread(name, value);
  const rootCert = query.get('sslrootcert') ?? null;
  switch (query.get('sslmode') ?? ofSsl(query.get('ssl')) ?? (isLocal ? 'disable' : 'prefer')) {
    case 'disable':
      return { tls: false, tlsOptional: false };
    case 'allow':
    case 'prefer':
      return { tls: { rejectUnauthorized: false }, tlsOptional: true };
    case 'require':
    case 'no-verify':
      // libpq's `require` encrypts without checking who answers; `verify-full` checks.
      return { tls: rootCert ? verified(rootCert) : { rejectUnauthorized: false }, tlsOptional: false };
    case 'verify-ca':
      return { tls: { ...verified(rootCert), checkServerIdentity: () => undefined }, tlsOptional: false };
    case 'verify-full':
      return { tls: verified(rootCert), tlsOptional: false };
    default:
      throw malformed('its sslmode is none of disable, prefer, require, verify-ca, verify-full');
  }
}

/** JDBC's way to say it, which libpq and pg read too. What `sslmode` says goes before it, because it may say more. */
function ofSsl(ssl: string | undefined): string | undefined {
  if (ssl === undefined) return undefined;
  if (ssl === 'true' || ssl === '1') return 'require';
  if (ssl === 'false' || ssl === '0') return 'disable';
  throw malformed('its ssl is neither true nor false; say it by sslmode');
}

const READ = new Set(['ssl', 'sslmode', 'sslrootcert']);

/** Of libpq's other parameters of protection, what means nothing here, or asks for nothing. */
const HARMLESS = new Set([
  ...[
    'sslcompression=0',
    'sslcompression=1',
    'sslsni=0',
    'sslsni=1',
    'sslnegotiation=postgres',
    'sslcertmode=allow',
  ],
  ...[
    'sslcertmode=disable',
    'gssencmode=disable',
    'gssencmode=prefer',
    'channel_binding=disable',
    'channel_binding=prefer',
  ],
]);

function refuseUnread(name: string, value: string): void {
  if (!/^(?:ssl|tls|gss|channel.?binding|require.?auth)/i.test(name) || READ.has(name)) return;
  if (HARMLESS.has(`${name}=${value}`)) return;
  throw malformed(
    'it asks in its query for a protection of the connection that is not read here; say it by sslmode and sslrootcert, and leave the rest out',
  );
}

function verified(rootCert: string | null) {
  if (!rootCert || rootCert === 'system') return { rejectUnauthorized: true };
  try {
    return { rejectUnauthorized: true, ca: readFileSync(rootCert, 'utf8') };
  } catch (error) {
    throw malformed(`its sslrootcert cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
