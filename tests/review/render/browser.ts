import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** One page in a headless browser of its own, driven over a pipe: no port, no network. */
export class BrowserPage {
  /** Whatever the page asked for and was not refused by its own policy; its file included. */
  readonly requests = new Map<string, string>();
  /** Errors, refusals of its content security policy among them. */
  readonly complaints: string[] = [];
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #loaded = () => {};
  #session: string | undefined;
  #last = 0;

  private constructor(path: string, args: readonly string[]) {
    this.#folder = mkdtempSync(join(tmpdir(), 'cordon-browser-'));
    this.#process = spawn(
      path,
      [
        '--headless=new',
        '--remote-debugging-pipe',
        `--user-data-dir=${this.#folder}`,
        '--no-first-run',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...args,
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    let rest = '';
    (this.#process.stdio[4] as Readable).on('data', (bytes: Buffer) => {
      const parts = (rest + bytes.toString('utf8')).split('\0');
      rest = parts.pop() ?? '';
      for (const part of parts) this.#hear(JSON.parse(part));
    });
  }

  static async open(
    path: string,
    { args = [] }: { readonly args?: readonly string[] } = {},
  ): Promise<BrowserPage> {
    const page = new BrowserPage(path, args);
    const { targetId } = await page.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await page.send('Target.attachToTarget', { targetId, flatten: true });
    page.#session = String(sessionId);
    for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await page.send(`${domain}.enable`);
    return page;
  }

  /** Loads a page, its scripts run. */
  async go(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      this.#loaded = resolve;
    });
    await this.send('Page.navigate', { url });
    await loaded;
  }

  /** What an expression gives in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    })) as { result: { value: T }; exceptionDetails?: { text: string } };
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result.value;
  }

  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    this.#last += 1;
    const id = this.#last;
    const message = { id, method, params, ...(this.#session !== undefined && { sessionId: this.#session }) };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result = {}, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result),
      );
      (this.#process.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #hear({ id, method, params = {}, ...answer }: Message): void {
    if (id !== undefined) {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
    } else if (method === 'Page.loadEventFired') this.#loaded();
    else if (method === 'Network.requestWillBeSent')
      this.requests.set(String(params.requestId), (params.request as { url: string }).url);
    else if (method === 'Network.loadingFailed' && params.blockedReason === 'csp')
      this.requests.delete(String(params.requestId));
    else if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded')
      this.complaints.push(JSON.stringify(params));
    else if (method === 'Runtime.consoleAPICalled' && params.type === 'error')
      this.complaints.push(JSON.stringify(params.args));
  }
}
