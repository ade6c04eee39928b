import type { TestProject } from 'vitest/node';
import { type ScratchServer, startScratchServer } from './scratch-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests find the run's server and the database they clone. */
    server: ScratchServer['addresses'];
  }
}

/**
 * One server and one template database for the whole run; every test file clones the template. Who has both already
 * (`npm run mutation`, whose template is the mutant) hands their addresses over in CORDON_TEST_SERVER.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const handed = process.env.CORDON_TEST_SERVER;
  if (handed) {
    project.provide('server', JSON.parse(handed) as ScratchServer['addresses']);
    return async () => {};
  }
  const server = await startScratchServer();
  project.provide('server', server.addresses);
  return server.stop;
}
