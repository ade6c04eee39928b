import { compileAll } from '../policy/compile.ts';
import { commonTriggers } from './common-triggers.ts';
import { loadSources, type Sources } from './sources.ts';

/**
 * The sources of this checkout: functions/, triggers/, what the rules in policies/ compile to, and what every table has.
 *
 * @throws CommandError naming the file of a source or rule that cannot be used.
 */
export async function loadProjectSources(root = '.'): Promise<Sources> {
  return loadSources({ root, policies: [...compileAll(), ...commonTriggers()] });
}
