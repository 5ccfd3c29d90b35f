/** Runs sdk/commission.py: the controller of the Matter SDK, and a device, in network namespaces of their own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What commission.py reads; it contains secrets. */
export interface Request {
  /** Program and arguments of the device. */
  readonly device: readonly string[];
  /** One line for its stdin. */
  readonly deviceData: string;
  /** Files and folders that the device reads. */
  readonly reads: readonly string[];
  readonly code: string;
  /** DER, base64. */
  readonly paas: readonly string[];
  /** Attributes of Basic Information to read, by id. */
  readonly attributes: readonly number[];
  /** Time limit. */
  readonly seconds: number;
  /** An empty folder, to mount the root of the private file system at. */
  readonly root: string;
}

/** What commission.py answers: the step that ended it. */
export type Answer =
  | { readonly step: 'done'; readonly attributes: readonly (readonly [id: number, value: unknown])[] }
  /** The attestation, with the SDK's number and text for it. */
  | { readonly step: 'refused'; readonly number: number; readonly reason: string }
  | { readonly step: 'network' | 'device' | 'pase' | 'commissioning' | 'sdk'; readonly reason: string }
  | { readonly step: 'not-found' | 'time' }
  /** Name of the signal or exit status of the SDK. */
  | { readonly step: 'crash'; readonly signal: string };

/** Time for the namespaces to end after the time limit, in seconds. */
const GRACE_SECONDS = 15;

/** Commissions a device; `python` has the SDK. Everything that it starts has ended when it returns. */
export async function commissionWithSdk(python: string, request: Omit<Request, 'root'>): Promise<Answer> {
  const root = mkdtempSync(join(tmpdir(), 'matter-sdk-'));
  try {
    const script = join(packageFolder(), 'sdk', 'commission.py');
    return await run([...UNSHARE, ...asRoot(), python, script], { ...request, root });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The device of a commissioning, as a program. */
export function deviceProgram(): readonly string[] {
  return [process.execPath, join(packageFolder(), 'sdk', 'device.js')];
}

/** The first process of the new pid namespace ends all others in it, and is killed with unshare. */
const UNSHARE = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Who is not root may be root of a user namespace, where the kernel allows that. */
function asRoot(): readonly string[] {
  return process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
}

function run([program = '', ...args]: readonly string[], request: Request): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const [answer, log] = [[] as string[], [] as string[]];
    let isLate = false;
    const timer = setTimeout(
      () => {
        isLate = true;
        child.kill('SIGKILL');
      },
      (request.seconds + GRACE_SECONDS) * 1000,
    );
    child.stdout.on('data', (text: Buffer) => answer.push(text.toString()));
    child.stderr.on('data', (text: Buffer) => log.push(text.toString()));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ step: 'network', reason: error.message });
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      if (isLate) resolve({ step: 'time' });
      else if (answer.length > 0) resolve(JSON.parse(answer.join('')) as Answer);
      // unshare itself failed: the program answers in every other case.
      else resolve({ step: 'network', reason: log.join('').trim() || `unshare: exit ${status}` });
    });
    // A program that has ended reads nothing; its end is reported above.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${JSON.stringify(request)}\n`);
  });
}

/** This package, from its sources and from its bundles. */
function packageFolder(): string {
  return dirname(createRequire(__filename).resolve('nx-esp32-factory/package.json'));
}
