import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";

/** A headless Chromium with a profile of its own, driven over the DevTools protocol. */
export interface Chromium extends AsyncDisposable {
  open(url: string): Promise<Page>;
}

/** A tab. Selectors are CSS. */
export interface Page {
  /** Types into a field as a keyboard would. */
  type(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  /** Resolves when the page holds such an element. @throws Error with the page's text when it does not come. */
  has(selector: string): Promise<void>;
  /** Resolves when the address begins so. @throws Error with the page's text when it does not. */
  isAt(prefix: string): Promise<void>;
  /** What a person reads. */
  text(): Promise<string>;
}

const PAGE_MS_MAX = 60_000;
const AGAIN_MS = 100;
const LISTENING = /^DevTools listening on (ws:\S+)/;

/** Starts the program at `path`, which trusts the authority `ca` (PEM) and no other that the machine does not. */
export async function startChromium(path: string, ca: string): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), "lakeward-chromium-"));
  const key = new X509Certificate(ca).publicKey.export({ type: "spki", format: "der" });
  const flags = [
    "--headless=new",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    `--ignore-certificate-errors-spki-list=${createHash("sha256").update(key).digest("base64")}`,
    // Its sandbox does not start as root, in which containers run.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ];
  const browser = spawn(path, [...flags, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, HOME: profile },
  });
  const devtools = await Devtools.connect(await addressOf(browser));
  return {
    open: async (url) => {
      const { targetId } = await devtools.send<{ targetId: string }>("Target.createTarget", { url });
      const attached = { targetId, flatten: true };
      const { sessionId } = await devtools.send<{ sessionId: string }>("Target.attachToTarget", attached);
      return pageOf((method, parameters) => devtools.send(method, parameters, sessionId));
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(browser, "exit");
      if (browser.exitCode === null) browser.kill("SIGKILL");
      if (browser.exitCode === null) await ended;
      devtools.close();
      // Its own children may write a last time.
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: AGAIN_MS });
    },
  };
}

type Send = <T>(method: string, parameters: object) => Promise<T>;

interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: object;
}

function pageOf(send: Send): Page {
  const evaluate = async (expression: string): Promise<unknown> => {
    const evaluated = await send<Evaluated>("Runtime.evaluate", { expression, returnByValue: true });
    if (evaluated.exceptionDetails) throw new Error(JSON.stringify(evaluated.exceptionDetails));
    return evaluated.result.value;
  };
  const text = async (): Promise<string> => String(await evaluate("document.body?.innerText ?? ''"));
  const until = async (expression: string): Promise<void> => {
    const end_ms = Date.now() + PAGE_MS_MAX;
    // While a page is left there is none to ask.
    while ((await evaluate(expression).catch(() => false)) !== true) {
      if (Date.now() > end_ms)
        assert.fail(`${expression} did not come true at ${await evaluate("location.href")}: ${await text()}`);
      await wait(AGAIN_MS);
    }
  };
  const found = (selector: string): string => `document.querySelector(${JSON.stringify(selector)})`;
  const has = (selector: string): Promise<void> =>
    until(`document.readyState === "complete" && ${found(selector)} !== null`);
  return {
    has,
    text,
    type: async (selector, typed) => {
      await has(selector);
      await evaluate(`${found(selector)}.focus()`);
      await send("Input.insertText", { text: typed });
    },
    click: async (selector) => {
      await has(selector);
      await evaluate(`${found(selector)}.click()`);
    },
    isAt: (prefix) =>
      until(`document.readyState === "complete" && location.href.startsWith(${JSON.stringify(prefix)})`),
  };
}

async function addressOf(browser: ChildProcess): Promise<string> {
  const said: string[] = [];
  const lines = createInterface(browser.stderr ?? assert.fail());
  return await new Promise((heard, failed) => {
    browser.once("error", failed);
    browser.once("exit", () => failed(new Error(`Chromium ended.\n${said.join("\n")}`)));
    lines.on("line", (line) => {
      said.push(line);
      const address = LISTENING.exec(line)?.[1];
      if (address !== undefined) heard(address);
    });
  });
}

interface Reply {
  readonly id?: number;
  readonly result?: object;
  readonly error?: { readonly message: string };
}

class Devtools {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { done(result: object): void; failed(error: Error): void }>();
  #last = 0;

  static async connect(address: string): Promise<Devtools> {
    const socket = new WebSocket(address);
    await once(socket, "open");
    return new Devtools(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const { id, result, error } = JSON.parse(String(data)) as Reply;
      const waiting = this.#waiting.get(id ?? 0);
      this.#waiting.delete(id ?? 0);
      if (error) waiting?.failed(new Error(error.message));
      else waiting?.done(result ?? {});
    });
  }

  send<T>(method: string, params: object, sessionId?: string): Promise<T> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done: (result) => done(result as T), failed });
      this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }));
    });
  }

  close(): void {
    this.#socket.close();
  }
}
