/** What the embedded server is started with. PostgreSQL's own default holds for anything not named here. */
const ALWAYS: Record<string, string | number> = {
  // Only this machine can connect: the passwords are well known.
  listen_addresses: '127.0.0.1',
  // No socket: its path may not exceed 107 bytes, and a checkout may lie anywhere.
  unix_socket_directories: '',
  max_connections: 200,
  // As on Supabase: the access log is drained from a logical slot.
  wal_level: 'logical',
  // As there: what statements cost is counted.
  shared_preload_libraries: 'pg_stat_statements',
  // An abandoned slot must not fill the disk.
  max_slot_wal_keep_size: '1GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  password_encryption: 'scram-sha-256',
  log_line_prefix: '%m [%p] %q%u@%d %e ',
  // A log ties no record to a person (S-39): DETAIL shows rows and keys, STATEMENT what was written into the SQL, and values
  // that were bound are not the log's.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_parameter_max_length: 0,
  log_parameter_max_length_on_error: 0,
};

/** For clusters that live as long as one test run: a crash may lose them. */
const NOT_DURABLE: Record<string, string | number> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
};

/** The text of `cordon.conf`, included by `postgresql.conf`; ALTER SYSTEM still wins over it. */
export function settingsFile(options: { readonly port: number; readonly durable: boolean }): string {
  const settings = { ...ALWAYS, ...(options.durable ? {} : NOT_DURABLE), port: options.port };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`);
  return `# Written by Cordon at every start.\n${lines.join('\n')}\n`;
}
