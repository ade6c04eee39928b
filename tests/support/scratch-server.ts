import { type Cluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { type Addresses, urlOf } from '../../testing/addresses.ts';
import { buildTemplate } from './template.ts';

export { type Addresses, urlOf };

export interface ScratchServer {
  readonly addresses: Addresses;
  readonly stop: () => Promise<void>;
}

const TEMPLATE = 'cordon_template';

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
