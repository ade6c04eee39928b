import type { TestProject } from 'vitest/node';
import { type ScratchServer, startScratchServer } from './scratch-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests find the run's server and the database they clone. */
    server: ScratchServer['addresses'];
  }
}

/** One server and one template database for the whole run; every test file clones the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startScratchServer();
  project.provide('server', server.addresses);
  return server.stop;
}
