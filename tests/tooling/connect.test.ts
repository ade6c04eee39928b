import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { assertSupportedVersion, connect, withClient } from '../../scripts/postgres/connect.ts';
import { explainConnectionFailure } from '../../scripts/postgres/connect-failure.ts';
import { parseDatabaseUrl, withDatabase } from '../../scripts/postgres/url.ts';
import { runScript } from '../support/commands.ts';
import { refusal } from '../support/refusal.ts';
import { occupy } from './cluster-fixtures.ts';

const SECRET = 'correct-horse';

describe('a malformed URL is refused before anything is contacted, without repeating its password', () => {
  test.each([
    ['another scheme', `mysql://u:${SECRET}@localhost/db`, 'does not start with postgresql://'],
    ['nothing but a name', 'cordon', 'does not start with postgresql://'],
    ['an unescaped # in the password', `postgresql://u:${SECRET}#x@localhost/db`, 'percent-encode'],
    ['an unescaped / in the password', `postgresql://u:9/${SECRET}@localhost/db`, 'percent-encode'],
    ['a % that is no escape', `postgresql://u:${SECRET}%zz@localhost/db`, 'write it as %25'],
    ['a port out of range', `postgresql://u:${SECRET}@localhost:70000/db`, 'port'],
    ['no database and no user', 'postgresql://localhost', 'names no database'],
    ['several hosts', `postgresql://u:${SECRET}@one,two/db`, 'several hosts'],
    ['several hosts in the query', `postgresql://u:${SECRET}@one/db?host=one,two`, 'several hosts'],
    ['an address beside the host', `postgresql://u:${SECRET}@h/db?hostaddr=192.0.2.1`, 'hostaddr'],
    ['a service', `postgresql://u:${SECRET}@h/db?service=s`, 'service'],
    ['a port that libpq reads otherwise', `postgresql://u:${SECRET}@h/db?port=1e3`, 'port'],
    ['a NUL', `postgresql://u:${SECRET}@h/db%00`, '%00'],
    ['a NUL in the query', `postgresql://u:${SECRET}@h/db?user=%00`, '%00'],
    ['a % that is no escape in the query', `postgresql://u:${SECRET}@h/db?user=%zz`, 'write it as %25'],
    ['a folder above in the path', `postgresql://u:${SECRET}@h/%2e%2e/db`, 'percent-encode'],
    ['a line break', `postgresql://u:${SECRET}@h/d\nb`, 'percent-encode'],
    [
      'another spelling of the mode',
      `postgresql://u:${SECRET}@h/db?SSLMODE=require`,
      'another spelling of sslmode',
    ],
    [
      'one with a sign between',
      `postgresql://u:${SECRET}@h/db?ssl_mode=require`,
      'another spelling of sslmode',
    ],
    [
      'another spelling of the database',
      `postgresql://u:${SECRET}@h/db?dbName=x`,
      'another spelling of dbname',
    ],
    ['a word that nearly means TLS', `postgresql://u:${SECRET}@h/db?sslmod=require`, 'sslmode'],
    [
      'TLS that is neither on nor off',
      `postgresql://u:${SECRET}@h/db?ssl=${SECRET}`,
      'neither true nor false',
    ],
    ["a client's certificate", `postgresql://u:${SECRET}@h/db?sslcert=/c.pem&sslkey=/k.pem`, 'not read here'],
    ['a password of a key', `postgresql://u@h/db?sslpassword=${SECRET}`, 'not read here'],
    ['a list of what was revoked', `postgresql://u:${SECRET}@h/db?sslcrl=/c.pem`, 'not read here'],
    ['a binding to the channel', `postgresql://u:${SECRET}@h/db?channel_binding=require`, 'not read here'],
    ['a way to log in', `postgresql://u:${SECRET}@h/db?require_auth=scram-sha-256`, 'not read here'],
    ['Kerberos', `postgresql://u:${SECRET}@h/db?gssencmode=require`, 'not read here'],
    ['a file of passwords', `postgresql://u@h/db?passfile=/p`, 'passfile'],
    ['an unknown sslmode', `postgresql://u:${SECRET}@localhost/db?sslmode=maybe`, 'sslmode'],
    [
      'a certificate that is not there',
      `postgresql://u:${SECRET}@h/db?sslmode=verify-full&sslrootcert=/nope`,
      'sslrootcert',
    ],
  ])('%s', async (_what, url, hint) => {
    const { exitCode, text } = await refusal(() => connect(url));
    expect(exitCode).toBe(2);
    expect(text).toContain('DATABASE_URL is malformed');
    expect(text).toContain(hint);
    expect(text).toContain('postgresql://user:password@host:5432/database');
    expect(text).not.toContain(SECRET);
  });
});

describe('a well-formed URL is read as libpq reads it', () => {
  test.each([
    [
      'postgresql://u:p%40ss@db.example.com/app',
      { user: 'u', host: 'db.example.com', port: 5432, database: 'app', isLocal: false },
    ],
    ['postgres://u@[::1]:6000/app', { user: 'u', host: '::1', port: 6000, database: 'app', isLocal: true }],
    [
      'postgresql:///app?host=/run/postgresql&user=u',
      { user: 'u', host: '/run/postgresql', port: 5432, database: 'app', isLocal: true },
    ],
    ['postgresql://u@localhost/db?dbname=other', { database: 'other', client: { database: 'other' } }],
    ['postgresql://u@h:1/db?port=2', { host: 'h', port: 2 }],
    ['postgresql://u@localhost/db?host=h', { host: 'h', isLocal: false }],
    ['postgresql://u@h/db?host=', { host: 'localhost', isLocal: true }],
    ['postgresql://u:p@h/db?user=v&password=q', { user: 'v', client: { user: 'v', password: 'q' } }],
    ['postgresql://u@h/db?user=a+b', { user: 'a+b' }],
    ['postgresql://u@h/db?user=v&user=w', { user: 'w' }],
    ['postgresql://u@h/a%2Fb', { database: 'a/b' }],
    ['postgresql://u@h/a+b', { database: 'a+b' }],
    ['postgresql://u@localhost', { user: 'u', host: 'localhost', port: 5432, database: 'u', isLocal: true }],
  ])('%s', (url, expected) => {
    expect(parseDatabaseUrl(url)).toMatchObject(expected);
  });

  test('the password is decoded and reaches the driver', () => {
    expect(parseDatabaseUrl('postgresql://u:p%40ss%2F@h/db').client.password).toBe('p@ss/');
  });

  test('another database of the same server keeps everything else', () => {
    expect(withDatabase('postgresql://u:p@h:1/a?sslmode=disable', 'b c')).toBe(
      'postgresql://u:p@h:1/b%20c?sslmode=disable',
    );
    const elsewhere = withDatabase('postgresql://u@h/a?dbname=b&sslmode=disable&user=v&options=-c%20x', 'c');
    expect(parseDatabaseUrl(elsewhere)).toMatchObject({
      ...{ database: 'c', user: 'v', tls: false },
      client: { options: '-c x' },
    });
  });

  test('TLS is tried with a server elsewhere and left out on this machine; require does not check the certificate, verify-full does', () => {
    const tls = (url: string) => parseDatabaseUrl(url).tls;
    expect(tls('postgresql://u@localhost/db')).toBe(false);
    expect(parseDatabaseUrl('postgresql://u@db.example.com/db')).toMatchObject({
      tlsOptional: true,
      tls: { rejectUnauthorized: false },
    });
    expect(tls('postgresql://u@db.example.com/db?sslmode=require')).toEqual({ rejectUnauthorized: false });
    expect(tls('postgresql://u@db.example.com/db?sslmode=verify-full')).toEqual({ rejectUnauthorized: true });
  });

  test.each([
    ['ssl=true', { tls: { rejectUnauthorized: false }, tlsOptional: false }],
    ['ssl=1', { tls: { rejectUnauthorized: false }, tlsOptional: false }],
    ['ssl=false', { tls: false }],
    ['ssl=0', { tls: false }],
    ['ssl=true&sslmode=verify-full', { tls: { rejectUnauthorized: true } }],
    ['sslmode=verify-full&ssl=true', { tls: { rejectUnauthorized: true } }],
    ['sslmode=verify-full&ssl=false', { tls: { rejectUnauthorized: true } }],
  ])('%s says whether to encrypt, and sslmode goes before it', (query, expected) => {
    for (const host of ['db.example.com', 'localhost']) {
      expect(parseDatabaseUrl(`postgresql://u@${host}/db?${query}`)).toMatchObject(expected);
    }
  });

  test.each([
    'pgbouncer=true&connection_limit=1',
    'sslmode=require&supa=base-pooler.x',
    'connect_timeout=10&application_name=x&keepalives=1&target_session_attrs=read-write',
    'channel_binding=prefer&gssencmode=disable&sslsni=1',
  ])('what poolers, ORMs and libpq put beside it changes nothing: %s', (query) => {
    expect(parseDatabaseUrl(`postgresql://u@h/db?${query}`)).toMatchObject({ host: 'h', database: 'db' });
  });
});

describe('a server that lets nobody in', () => {
  let cluster: ScratchCluster;
  const urlWith = (change: (url: URL) => void) => {
    const url = new URL(cluster.url('postgres'));
    change(url);
    return url.href;
  };

  beforeAll(async () => {
    cluster = await startScratchCluster({ flavour: 'plain' });
    await withClient(cluster.url('postgres'), async (client) => {
      await client.query(
        `create role locked_out nologin password 'x'; create role shut_out login password 'x'`,
      );
      await client.query('create database closed');
      await client.query('revoke connect on database closed from public');
    });
  });
  afterAll(() => cluster.remove());

  test('the right user, password and database connect', async () => {
    const { rows } = await withClient(cluster.url('postgres'), (client) => client.query('select 1 as one'));
    expect(rows).toEqual([{ one: 1 }]);
  });

  test.each<[string, (url: URL) => void, string]>([
    [
      'a wrong password',
      (url) => {
        url.password = SECRET;
      },
      'refused the password',
    ],
    [
      'no password',
      (url) => {
        url.password = '';
      },
      'asks for a password',
    ],
    [
      'an unknown database',
      (url) => {
        url.pathname = '/nowhere';
      },
      'has no database "nowhere"',
    ],
    [
      'a role that may not log in',
      (url) => {
        url.username = 'locked_out';
        url.password = 'x';
      },
      'does not let locked_out log in',
    ],
    [
      'a database closed to the role',
      (url) => {
        url.username = 'shut_out';
        url.password = 'x';
        url.pathname = '/closed';
      },
      'permission denied for database',
    ],
    [
      'TLS asked of a server without it',
      (url) => {
        url.search = '?sslmode=require';
      },
      'sslmode=disable',
    ],
  ])('%s is an error that says so', async (_what, change, message) => {
    const { exitCode, text } = await refusal(() => connect(urlWith(change)));
    expect(exitCode).toBe(2);
    expect(text).toContain(message);
    expect(text).not.toContain(SECRET);
  });

  test('TLS that is only preferred is done without', async () => {
    const client = await connect(
      urlWith((url) => {
        url.search = '?sslmode=prefer';
      }),
    );
    await client.end();
  });

  test('a command that has no password to give ends at once: the server waits for one, and nobody for the server', async () => {
    const url = urlWith((to) => {
      to.password = '';
    });
    // Whoever sends none is cut off by the server after a minute.
    const start = Date.now();
    const ended = await runScript('db-status.ts', [], { env: { DATABASE_URL: url } });
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('asks for a password') });
    expect(Date.now() - start).toBeLessThan(40_000);
  });

  test('a connection is ended even when the work with it fails', async () => {
    await expect(
      withClient(
        cluster.url('postgres'),
        async () => {
          throw new Error('the work failed');
        },
        { applicationName: 'failing work' },
      ),
    ).rejects.toThrow('the work failed');
    await expect
      .poll(async () => {
        const sql = `select count(*)::int as left from pg_stat_activity where application_name = 'failing work'`;
        return (await withClient(cluster.url('postgres'), (client) => client.query(sql))).rows;
      })
      .toEqual([{ left: 0 }]);
  });
});

describe('a server that is not there', () => {
  test('a port where nothing listens', async () => {
    const { port, server } = await occupy();
    await new Promise((resolve) => server.close(resolve));
    const { text } = await refusal(() => connect(`postgresql://u:${SECRET}@127.0.0.1:${port}/db`));
    expect(text).toContain(`no server answers at u@127.0.0.1:${port}/db`);
    expect(text).not.toContain(SECRET);
  });

  test('a port where something else listens', async () => {
    const { port, server } = await occupy();
    try {
      const { text } = await refusal(() => connect(`postgresql://u:${SECRET}@127.0.0.1:${port}/db`));
      expect(text).toContain('closed the connection');
    } finally {
      server.close();
    }
  });

  test('a port where something listens and never answers', async () => {
    const { port, server } = await occupy(0, 'silent');
    try {
      const { text } = await refusal(() => connect(`postgresql://u@127.0.0.1:${port}/db`, { timeout: 200 }));
      expect(text).toContain('in time');
    } finally {
      server.close();
    }
  });

  test('a socket folder without a socket', async () => {
    const { text } = await refusal(() => connect('postgresql:///db?host=/nonexistent&user=u'));
    expect(text).toContain('no server socket in /nonexistent');
  });

  // Whether a name resolves is the network's affair, so the driver's errors are given instead of provoked.
  test.each([
    ['ENOTFOUND', 'the host "db.example.com" has no address'],
    ['ETIMEDOUT', 'no answer from u@db.example.com:5432/db'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'sslrootcert'],
  ])('the driver’s %s', async (code, message) => {
    const error = Object.assign(new Error('as the driver says it'), { code });
    const { exitCode, text } = await refusal(() => {
      throw explainConnectionFailure(error, `postgresql://u:${SECRET}@db.example.com/db`);
    });
    expect(exitCode).toBe(2);
    expect(text).toContain(message);
    expect(text).not.toContain(SECRET);
  });
});

describe('the version of the server', () => {
  test.each([140_022, 130_000, 90_624])('%i is refused, naming the oldest that works', async (version) => {
    const { exitCode, text } = await refusal(() => assertSupportedVersion(version, 'h/db'));
    expect(exitCode).toBe(2);
    expect(text).toContain(`is PostgreSQL ${Math.floor(version / 10_000)}`);
    expect(text).toContain('15 to 18');
  });

  test.each([150_000, 160_014, 170_010, 180_004])('%i is welcome', (version) => {
    expect(() => assertSupportedVersion(version, 'h/db')).not.toThrow();
  });

  test('one newer than tested is allowed', () => {
    expect(() => assertSupportedVersion(190_000, 'h/db')).not.toThrow();
  });
});
