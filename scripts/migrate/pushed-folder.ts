import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATIONS } from './history.ts';

const PUSHED = join('supabase', MIGRATIONS);

/** What is told of a project whose `supabase db push` would apply something else. */
export const LINK = {
  where: PUSHED,
  problem: `is not the folder ${MIGRATIONS}/`,
  expected: 'a link to it: `supabase db push` applies what stands there',
  remedy: `ln -sfn ../${MIGRATIONS} ${PUSHED}`,
};

/** Whether what the Supabase CLI applies is something else than what is reviewed. @param root - of the project. */
export function leadsElsewhere(root = '.'): boolean {
  const [reviewed, pushed] = [join(root, MIGRATIONS), join(root, PUSHED)];
  if (!existsSync(join(root, 'supabase'))) return false;
  return !existsSync(pushed) || realpathSync(pushed) !== realpathSync(reviewed);
}
