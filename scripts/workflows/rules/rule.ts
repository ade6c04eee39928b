import type { Path, Workflow } from '../workflow.ts';

/** What is wrong, and where. */
export interface Problem {
  readonly path: Path;
  readonly problem: string;
}

/** What rules know of the project around a workflow. */
export interface Project {
  /** Names of the npm scripts. */
  readonly scripts: ReadonlySet<string>;
}

/** One rule about workflows. */
export interface Rule {
  /** Also the name of the file that holds it. */
  readonly name: string;
  /** What is true of every workflow that passes, as a sentence. */
  readonly claim: string;
  /** What goes wrong where it is not. */
  readonly why: string;
  readonly check: (workflow: Workflow, project: Project) => readonly Problem[];
}

/** Whether a shell text runs what a checkout or a registry brought along. */
export function runsCode(shell: string): boolean {
  return /(?<![\w.-])(?:npm|npx|node|tsx|yarn|pnpm|bun|deno|python3?|pip|make|docker|git|curl|wget|source|eval|sh|bash)(?![\w.-])|(?:^|[\s;&|(])\.{1,2}\/|(?:^|[\s;&|(])\.ci\//m.test(
    shell,
  );
}
