import { LineCounter, parseDocument } from 'yaml';

/** A part of a workflow that a rule may not like: where it stands, by keys and indexes from the top. */
export type Path = readonly (string | number)[];

interface Step {
  readonly path: Path;
  /** `actions/checkout@<commit>` */
  readonly uses: string;
  /** What stands behind it as a comment: ` v6.0.2`. */
  readonly comment: string;
  readonly run: string;
  readonly with: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly id: string;
  readonly path: Path;
  readonly if: string;
  /** Undefined where the workflow's hold. */
  readonly permissions: unknown;
  /** Scopes that the job may write; `*` for all of them. */
  readonly writes: readonly string[];
  readonly timeout: unknown;
  readonly runsOn: unknown;
  readonly hasEnvironment: boolean;
  /** A reusable workflow in place of steps. */
  readonly uses: string;
  readonly steps: readonly Step[];
}

/** One workflow, as far as rules look at it. */
export interface Workflow {
  readonly file: string;
  readonly triggers: readonly string[];
  readonly permissions: unknown;
  readonly concurrency: unknown;
  readonly jobs: readonly Job[];
  /** Every text that is neither map nor list, and every key, with its place. */
  readonly texts: readonly { readonly path: Path; readonly text: string }[];
  readonly lineOf: (path: Path) => number;
  /** What keeps the text from being YAML; the rest is empty then. */
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

type Data = Readonly<Record<string, unknown>>;

/** Reads the text of a workflow; one that is no YAML has `errors`. */
export function readWorkflow(file: string, text: string): Workflow {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const errors = document.errors.map(({ message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    message: message.split('\n')[0] ?? '',
  }));
  const lineOf = (path: Path) => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | null;
      if (node?.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const commentAt = (path: Path) => {
    const node = document.getIn(path, true) as { comment?: string | null } | null;
    return node?.comment ?? '';
  };
  const root = errors.length > 0 ? {} : mapOf(document.toJS());
  return {
    file,
    triggers: triggersOf(root.on),
    permissions: root.permissions,
    concurrency: root.concurrency,
    jobs: Object.entries(mapOf(root.jobs)).map(([id, job]) => readJob(id, mapOf(job), root, commentAt)),
    texts: [...textsOf(root, [])],
    lineOf,
    errors,
  };
}

function readJob(id: string, job: Data, workflow: Data, commentAt: (path: Path) => string): Job {
  const path = ['jobs', id];
  return {
    id,
    path,
    if: textOf(job.if),
    permissions: job.permissions,
    writes: writesOf(job.permissions ?? workflow.permissions),
    timeout: job['timeout-minutes'],
    runsOn: job['runs-on'],
    hasEnvironment: job.environment !== undefined,
    uses: textOf(job.uses),
    steps: listOf(job.steps).map((each, index) => {
      const step = mapOf(each);
      const at = [...path, 'steps', index];
      return {
        path: at,
        uses: textOf(step.uses),
        comment: commentAt([...at, 'uses']),
        run: textOf(step.run),
        with: mapOf(step.with),
      };
    }),
  };
}

function triggersOf(on: unknown): readonly string[] {
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? on.map(String) : Object.keys(mapOf(on));
}

function writesOf(permissions: unknown): readonly string[] {
  if (permissions === 'write-all') return ['*'];
  return Object.entries(mapOf(permissions)).flatMap(([scope, access]) => (access === 'write' ? [scope] : []));
}

function* textsOf(value: unknown, path: Path): Generator<{ path: Path; text: string }> {
  if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key];
      if (!Array.isArray(value)) yield { path: at, text: key };
      yield* textsOf(each, at);
    }
  } else if (value !== undefined && value !== null) yield { path, text: String(value) };
}

function mapOf(value: unknown): Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
