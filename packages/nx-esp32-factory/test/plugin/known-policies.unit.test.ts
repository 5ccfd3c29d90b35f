import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CachePolicy, cachePolicyOf } from '../../src/cache';
import { KnownPolicies } from '../../src/plugin/known-policies';

const EXAMPLE = resolve(__dirname, '../../../../examples/light-app');
const CONFIG = 'apps/light/factory.config.json';

let root: string;
let env: Record<string, string>;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'known-'));
  env = {};
  cpSync(EXAMPLE, path('apps/light'), { recursive: true });
  settle();
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

const path = (name: string) => join(root, name);
const at = (name: string) => path(`apps/light/${name}`);

/** Lets a minute pass since the files were written. */
function settle(): void {
  const real = Date.now();
  jest.restoreAllMocks();
  jest.spyOn(Date, 'now').mockReturnValue(real + 60_000);
}

interface Asked {
  readonly policy: CachePolicy;
  /** Whether it was found out now. */
  readonly isNew: boolean;
}

/** What a new process says of the config. */
function ask(options: { readonly code?: string | undefined; readonly workspaceRoot?: string } = {}): Asked {
  const workspaceRoot = options.workspaceRoot ?? root;
  const code = 'code' in options ? options.code : 'code-1';
  const known = new KnownPolicies({ workspaceRoot, code, file: join(workspaceRoot, '.nx/policies.json') });
  let isNew = false;
  const policy = known.policyOf(CONFIG, (trace) => {
    isNew = true;
    return cachePolicyOf(join(workspaceRoot, CONFIG), env, trace);
  });
  known.save();
  return { policy, isNew };
}

function config(change: (value: Record<string, Record<string, unknown>>) => void): void {
  const value = JSON.parse(readFileSync(path(CONFIG), 'utf8'));
  change(value);
  writeFileSync(path(CONFIG), JSON.stringify(value));
}

it('is found out once', () => {
  expect(ask()).toEqual({ policy: { cache: true }, isNew: true });
  expect(ask()).toEqual({ policy: { cache: true }, isNew: false });
});

it('is found out again after a change of the config', () => {
  ask();
  config(({ commissioning = {} }) => Object.assign(commissioning, { passcode: { random: true } }));
  settle();
  const { policy, isNew } = ask();
  expect([policy.cache, isNew]).toEqual([false, true]);
});

it('sees a base config, and the firmware that decides about encryption', () => {
  config((value) => {
    delete value.encryption;
  });
  renameSync(path(CONFIG), at('base.json'));
  writeFileSync(path(CONFIG), '{"extends": "base.json"}');
  settle();
  expect(ask().policy.cache).toBe(true);
  expect(ask().isNew).toBe(false);
  writeFileSync(
    at('sdkconfig.defaults.esp32c3'),
    'CONFIG_NVS_ENCRYPTION=y\nCONFIG_SECURE_FLASH_ENC_ENABLED=y\n',
  );
  expect(ask()).toMatchObject({ policy: { cache: false }, isNew: true });
  unlinkSync(at('sdkconfig.defaults.esp32c3'));
  config((value) => {
    value.commissioning = {};
  });
  expect(ask().isNew).toBe(true);
});

it('stays with a change that it does not depend on', () => {
  ask();
  writeFileSync(at('README.md'), 'x');
  writeFileSync(at('credentials/pai-key.pem'), 'x');
  expect(ask().isNew).toBe(false);
});

it('is not remembered of a file that changed just now: it may change again without another stamp', () => {
  jest.restoreAllMocks();
  writeFileSync(path(CONFIG), readFileSync(path(CONFIG)));
  expect([ask().isNew, ask().isNew]).toEqual([true, true]);
  settle();
  expect([ask().isNew, ask().isNew]).toEqual([true, false]);
});

it('is forgotten with other code, and never remembered without knowing the code', () => {
  ask();
  expect(ask({ code: 'code-2' }).isNew).toBe(true);
  expect(ask({ code: 'code-2' }).isNew).toBe(false);
  expect([ask({ code: undefined }).isNew, ask({ code: undefined }).isNew]).toEqual([true, true]);
});

it('is not taken over by a copy of the workspace', () => {
  ask();
  const copy = mkdtempSync(join(tmpdir(), 'known-copy-'));
  try {
    cpSync(root, copy, { recursive: true, preserveTimestamps: true });
    writeFileSync(join(copy, CONFIG), '{}');
    expect(ask({ workspaceRoot: copy })).toMatchObject({ policy: { cache: false }, isNew: true });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

it.each(['', '{', 'null', '[]', '{"format": 1}', '{"format": 1, "code": "code-1", "entries": null}'])(
  'takes a memory that is broken for none: %s',
  (text) => {
    mkdirSync(path('.nx'));
    writeFileSync(path('.nx/policies.json'), text);
    expect(ask().isNew).toBe(true);
    expect(ask().isNew).toBe(false);
  },
);

it.each([
  ['no list', { [CONFIG]: { policy: { cache: true } } }],
  ['no policy', { [CONFIG]: { stamps: [] } }],
  ['an entry without stamps', { [CONFIG]: { policy: { cache: true }, stamps: [] } }],
  ['a stamp that is none', { [CONFIG]: { policy: { cache: true }, stamps: [1] } }],
  ['a policy that is none', { [CONFIG]: { policy: { cache: 'yes' }, stamps: [['gone', 'missing']] } }],
  ['null', { [CONFIG]: null }],
])('takes an entry that is broken for none: %s', (_, entries) => {
  mkdirSync(path('.nx'));
  writeFileSync(path('.nx/policies.json'), JSON.stringify({ format: 1, code: 'code-1', entries }));
  expect(ask()).toEqual({ policy: { cache: true }, isNew: true });
});

it('does without a place to keep it', () => {
  writeFileSync(path('.nx'), '');
  expect([ask().isNew, ask().isNew]).toEqual([true, true]);
  unlinkSync(path('.nx'));
  mkdirSync(path('.nx/policies.json'), { recursive: true });
  expect([ask().isNew, ask().isNew]).toEqual([true, true]);
  expect(existsSync(path(`.nx/policies.json.${process.pid}`))).toBe(false);
});

it('keeps no secret', () => {
  ask();
  const text = readFileSync(path('.nx/policies.json'), 'utf8');
  expect(text).not.toContain('34567890');
  expect(Object.keys(JSON.parse(text).entries)).toEqual([CONFIG]);
  chmodSync(path('.nx/policies.json'), 0o600);
  expect(ask().isNew).toBe(false);
});
