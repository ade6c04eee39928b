import { afterAll, beforeAll } from 'vitest';
import { FROM_THE_CLINIC } from '../../testing/context.ts';
import { useDatabase } from '../support/database.ts';
import { storageUrl } from '../support/storage/documents.ts';
import { Gateway } from '../support/storage/gateway.ts';
import { describeDocuments } from '../support/storage/suite.ts';
import { supabaseClient } from '../support/storage/supabase-client.ts';

const database = useDatabase();
let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start({
    authenticator: database().url('authenticator'),
    storage: storageUrl(database()),
  });
});
afterAll(() => gateway.stop());

describeDocuments(({ claims }) => supabaseClient(gateway.url, claims, FROM_THE_CLINIC));
