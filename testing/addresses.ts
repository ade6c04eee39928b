import { withDatabase } from '../scripts/postgres/url.ts';

/** Connection URLs of a test server, one per login role. Their database is of no account: see {@link urlOf}. */
export interface Addresses {
  /** Creates and drops databases, sets up and re-reads. */
  readonly superuser: string;
  /** The role that migrates: owns our objects, and is no superuser on a server of ours. */
  readonly postgres: string;
  /** A login like the one of PostgREST: it can only become one of the realms. */
  readonly authenticator: string;
  /** The database to clone. */
  readonly template: string;
}

/** The URL of one database of a test server. */
export function urlOf(login: string, database: string): string {
  return withDatabase(login, database);
}
