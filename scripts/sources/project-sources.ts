import { compileAll } from '../policy/compile.ts';
import { loadSources, type Sources } from './sources.ts';

/**
 * The sources of this checkout: functions/, triggers/ and what the rules in policies/ compile to.
 *
 * @throws CordonError naming the file of a source or rule that cannot be used.
 */
export async function loadProjectSources(root = '.'): Promise<Sources> {
  return loadSources({ root, policies: compileAll() });
}
