import { beforeAll } from 'vitest';
import { useAccessLog } from '../support/access-log.ts';
import { useDatabase } from '../support/database.ts';
import { describeLine, LOGGED } from './describe-line.ts';
import { useStagedWorld } from './staged.ts';

const database = useDatabase();
const log = useAccessLog(database);
beforeAll(async () => {
  await log().drain();
});
const staged = useStagedWorld(database);

for (const id of LOGGED) describeLine(id, staged);
