import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { KeptCookie, Visitor } from './visitor.ts';

type Params = Readonly<Record<string, unknown>>;

/** A headless Chromium over its pipe: no port that others could reach, and no package. */
export class Browser {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  readonly #listeners = new Set<(message: { method: string; sessionId?: string }) => void>();
  #last = 0;

  private constructor(path: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'cordon-browser-'));
    this.#process = spawn(
      path,
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--no-first-run',
        '--disable-extensions',
        '--remote-debugging-pipe',
        `--user-data-dir=${this.#profile}`,
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true },
    );
    this.#process.on('exit', () => this.#fail('the browser has ended'));
    let rest = '';
    (this.#process.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\0');
      rest = parts.pop() ?? '';
      for (const part of parts) this.#receive(JSON.parse(part));
    });
  }

  /** Starts the browser at `path`. */
  static async start(path: string): Promise<Browser> {
    const browser = new Browser(path);
    await browser.send('Browser.getVersion');
    return browser;
  }

  /** One command of the DevTools protocol, to the browser or one of its pages. */
  send<T = Record<string, unknown>>(method: string, params: Params = {}, sessionId?: string): Promise<T> {
    const id = ++this.#last;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** Resolves with the next event of a page. */
  event(method: string, sessionId: string): Promise<void> {
    return new Promise((resolve) => {
      const listener = (message: { method: string; sessionId?: string }) => {
        if (message.method !== method || message.sessionId !== sessionId) return;
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    // Its own group, helpers included.
    process.kill(-(this.#process.pid as number), 'SIGKILL');
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #receive(message: {
    id?: number;
    method?: string;
    sessionId?: string;
    result?: never;
    error?: { message: string };
  }): void {
    if (message.id === undefined) {
      for (const listener of this.#listeners) listener(message as { method: string });
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) waiting?.reject(new Error(message.error.message));
    else waiting?.resolve(message.result as never);
  }

  #fail(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}

/** Somebody with a profile of their own in a running browser. */
export async function browserVisitor(browser: Browser): Promise<Visitor> {
  const { browserContextId } = await browser.send<{ browserContextId: string }>(
    'Target.createBrowserContext',
  );
  const { targetId } = await browser.send<{ targetId: string }>('Target.createTarget', {
    url: 'about:blank',
    browserContextId,
  });
  const { sessionId } = await browser.send<{ sessionId: string }>('Target.attachToTarget', {
    targetId,
    flatten: true,
  });
  await browser.send('Page.enable', {}, sessionId);

  async function run<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await browser.send<{
      result: { value: T };
      exceptionDetails?: { exception?: { description?: string } };
    }>(
      'Runtime.evaluate',
      { expression: `(async () => ${expression})()`, awaitPromise: true, returnByValue: true },
      sessionId,
    );
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? 'the page threw');
    return result.value;
  }
  const title = () => run<string>(`document.title || document.body.innerText`);
  return {
    async open(url) {
      const loaded = browser.event('Page.loadEventFired', sessionId);
      await browser.send('Page.navigate', { url }, sessionId);
      await loaded;
      return title();
    },
    async send(url, fields) {
      const loaded = browser.event('Page.loadEventFired', sessionId);
      await run(`{
        const form = document.createElement('form');
        form.method = 'post';
        form.action = ${JSON.stringify(url)};
        for (const [name, value] of Object.entries(${JSON.stringify(fields)})) {
          const input = document.createElement('input');
          Object.assign(input, { name, value });
          form.append(input);
        }
        document.body.append(form);
        setTimeout(() => form.submit());
      }`);
      await loaded;
      return title();
    },
    fetch: (url) =>
      run(
        `{ const answer = await fetch(${JSON.stringify(url)}); return { status: answer.status, text: await answer.text() }; }`,
      ),
    readable: () =>
      run(`JSON.stringify({
        cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage }, databases: await indexedDB.databases(),
        caches: await caches.keys(), globals: Object.keys(globalThis).filter((key) => /supabase|token|auth/i.test(key)),
        page: document.documentElement.outerHTML, url: location.href, store: await cookieStore.getAll(),
      })`),
    async cookies() {
      const { cookies } = await browser.send<{ cookies: KeptCookie[] }>('Storage.getCookies', {
        browserContextId,
      });
      return cookies;
    },
    async close() {
      await browser.send('Target.disposeBrowserContext', { browserContextId });
    },
  };
}
