import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { PROJECT_ROOT } from '../../scripts/postgres/binaries.ts';
import { BUNDLED } from './commands.ts';
import { BUNDLE_PREFIX, removeStaleBundles } from './stale-bundles.ts';

const SCRIPTS = join(PROJECT_ROOT, 'scripts');
/** From below here Node finds the packages that the commands import. */
const MODULES = join(PROJECT_ROOT, 'node_modules');

/** A bundled module goes on naming files beside its source. */
const ownUrls: Plugin = {
  name: 'own-urls',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const url = `const ownUrl = ${JSON.stringify(pathToFileURL(path).href)};`;
      return { loader: 'ts', contents: `${url}${text.replaceAll('import.meta.url', 'ownUrl')}` };
    }),
};

/**
 * Bundles every command once for the whole run. Of the hundreds of times that tests start one, three quarters of the time were
 * spent compiling a few hundred modules each anew.
 */
export default async function setup(): Promise<void> {
  if (process.env.CORDON_TEST_SERVER || process.env[BUNDLED]) return;
  removeStaleBundles(MODULES);
  const folder = mkdtempSync(join(MODULES, `${BUNDLE_PREFIX}${process.pid}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    entryPoints: readdirSync(SCRIPTS)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(SCRIPTS, name)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    plugins: [ownUrls],
  });
  process.env[BUNDLED] = folder;
}
