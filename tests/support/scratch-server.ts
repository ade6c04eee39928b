import { type Cluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { buildTemplate } from './template.ts';

/** Connection URLs of a test server, one per login role. Their database is of no account: see {@link urlOf}. */
export interface Addresses {
  readonly superuser: string;
  /** The role that migrates: owns our objects, bypasses row-level security, is not a superuser. */
  readonly postgres: string;
  /** The role PostgREST logs in as; it can only become one of the realms. */
  readonly authenticator: string;
  /** The database to clone. */
  readonly template: string;
}

export interface ScratchServer {
  readonly addresses: Addresses;
  readonly stop: () => Promise<void>;
}

const TEMPLATE = 'cordon_template';

/** The URL of one database of a test server. */
export function urlOf(login: string, database: string): string {
  const url = new URL(login);
  url.pathname = `/${database}`;
  return url.href;
}

/**
 * Starts a throw-away server with the template database in it: all migrations, the seed, pgTAP.
 *
 * @returns its addresses, and `stop`, which removes the server and its data. So does an interrupt.
 */
export async function startScratchServer(): Promise<ScratchServer> {
  const cluster = await startScratchCluster();
  try {
    await buildTemplate(cluster, TEMPLATE);
    return { addresses: addressesOf(cluster), stop: async () => cluster.remove() };
  } catch (error) {
    cluster.remove();
    throw error;
  }
}

function addressesOf(cluster: Cluster): Addresses {
  const authenticator = new URL(cluster.adminUrl());
  authenticator.username = 'authenticator';
  return {
    superuser: cluster.adminUrl(),
    postgres: cluster.url(),
    authenticator: authenticator.href,
    template: TEMPLATE,
  };
}
