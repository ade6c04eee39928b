import { resolve } from 'node:path';
import { parseDatabaseUrl, readQuery } from '../postgres/url.ts';
import { RUNNER_APPLICATION } from './lock.ts';

/** Modes that both runners' drivers understand as libpq does. */
const STRICT_TLS = new Set(['verify-ca', 'verify-full']);

/**
 * Writes a connection URL in the plain form that every driver reads alike: credentials, host, port and database in
 * their places, the TLS mode explicit (the runners' defaults differ), the session named.
 *
 * @param url as the user gave it.
 * @param encrypted whether our own connection by that URL is encrypted.
 */
export function runnerUrl(url: string, encrypted: boolean): string {
  const { client, host, port, database, user = '' } = parseDatabaseUrl(url);
  const given = readQuery(new URL(url).search);
  const password = typeof client.password === 'string' ? `:${encodeURIComponent(client.password)}` : '';
  const isSocket = host.startsWith('/');
  const authority = isSocket ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const mode = given.get('sslmode') ?? '';
  const query = new URLSearchParams({
    sslmode: STRICT_TLS.has(mode) ? mode : encrypted ? 'require' : 'disable',
    application_name: `${RUNNER_APPLICATION}, pid ${process.pid}`,
  });
  if (isSocket) query.set('host', host);
  const options = given.get('options');
  if (options) query.set('options', options);
  const rootCertificate = given.get('sslrootcert');
  if (rootCertificate) {
    // A runner has its own working directory.
    query.set('sslrootcert', rootCertificate === 'system' ? rootCertificate : resolve(rootCertificate));
  }
  // Not every driver reads "+" as a space.
  const parameters = query.toString().replaceAll('+', '%20');
  return `postgresql://${encodeURIComponent(user)}${password}@${authority}:${port}/${encodeURIComponent(database)}?${parameters}`;
}

/** Takes the password out, for command lines, which every user of the machine can read. */
export function withoutPassword(url: string): { url: string; password: string | undefined } {
  const bare = new URL(url);
  const password = bare.password === '' ? undefined : decodeURIComponent(bare.password);
  bare.password = '';
  return { url: bare.href, password };
}

/** Takes the password of a URL out of what a program printed, however that spells it. */
export function withoutSecret(printed: string, url: string): string {
  const { client } = parseDatabaseUrl(url);
  const secret = typeof client.password === 'string' ? client.password : '';
  if (secret === '') return printed;
  // As it is, as we write it, and as the URL has it: whoever prints one leaves other signs as they are.
  const spellings = [secret, encodeURIComponent(secret), new URL(url).password].filter((each) => each !== '');
  return spellings.reduce(
    (text, spelt) =>
      text
        .replaceAll(`:${spelt}@`, ':…@')
        .replaceAll(`password=${spelt}`, 'password=…')
        .replaceAll(`password='${spelt}'`, 'password=…'),
    printed,
  );
}
