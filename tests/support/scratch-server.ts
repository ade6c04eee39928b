import { landedHistory } from '../../scripts/migrate/landed-history.ts';
import { type Cluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { type Addresses, urlOf } from '../../testing/addresses.ts';
import { buildTemplate } from './template.ts';
import { addTwins, twinsOf } from './twins.ts';

export { type Addresses, urlOf };

export interface ScratchServer {
  readonly addresses: Addresses;
  readonly stop: () => Promise<void>;
}

const TEMPLATE = 'cordon_template';

/**
 * Starts a throw-away server with the template databases in it: all migrations, the seed, pgTAP; and the same with twins.
 *
 * @returns its addresses, and `stop`, which removes the server and its data. So does an interrupt.
 */
export async function startScratchServer(): Promise<ScratchServer> {
  const cluster = await startScratchCluster({ content: landedHistory() });
  try {
    await buildTemplate(cluster, TEMPLATE);
    await withClient(cluster.adminUrl('postgres'), (admin) =>
      admin.query(
        `create database ${twinsOf(TEMPLATE)} owner postgres template ${TEMPLATE} strategy file_copy`,
      ),
    );
    await withClient(cluster.adminUrl(twinsOf(TEMPLATE)), async (superuser) => {
      await addTwins(superuser);
      await superuser.query('vacuum analyze');
    });
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
