/**
 * What must miss the cache and what must hit it, in a consumer's workspace with and without the daemon. The rows run
 * one after the other on the same two workspaces: what a row leaves behind is where the next one starts.
 */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { FULL } from './installations';
import {
  APP,
  CONFIG,
  IMAGE,
  LightAppWorkspace,
  type Made,
  type OtherCredentials,
  otherCredentials,
} from './light-app';
import type { RunOptions } from './workspace';

interface Change {
  readonly args?: readonly string[];
  readonly options?: RunOptions;
  /** Where the image is then. */
  readonly image?: string;
  /** Bytes of the change that must be in the new image. */
  readonly holds?: Uint8Array | string;
  /** The change leads back to where the app was before: the image of then is right, the last one is not. */
  readonly isBack?: true;
  /** The run is refused with this code, since the change makes it impossible. */
  readonly refused?: string;
}

type Row = [
  string,
  (app: LightAppWorkspace, other: OtherCredentials) => Change | undefined | Promise<Change | undefined>,
];

const PLUGIN = 'node_modules/nx-esp32-factory';

/** The file of the plugin's that entries share and that holds a text. */
function fileWith(app: LightAppWorkspace, text: string): string {
  const folder = `${PLUGIN}/dist/shared`;
  const found = readdirSync(app.path(folder)).find((name) => app.read(`${folder}/${name}`).includes(text));
  if (found === undefined) throw new Error(`no file of ${folder} holds "${text}"`);
  return `${folder}/${found}`;
}

const MUST_MISS: Row[] = [
  [
    'a value of the config',
    (app) => {
      app.config((config) => {
        config.deviceInstanceInfo.productName = 'Row one';
      });
      return { holds: 'Row one' };
    },
  ],
  [
    'a value of the config that it extends',
    (app) => {
      app.write('shared/base.json', '{ "deviceInstanceInfo": { "productLabel": "base-1" } }');
      return { holds: 'base-1' };
    },
  ],
  [
    'a new certificate in a trust folder',
    (app, { paa }) => {
      app.write(`${APP}/credentials/paa-trust-store/other.der`, paa);
      return undefined;
    },
  ],
  [
    'the Certification Declaration',
    (app, { cd }) => {
      app.write(`${APP}/credentials/cd.der`, cd);
      return { holds: cd };
    },
  ],
  [
    'the PAI',
    (app, { pai, der }) => {
      app.write(`${APP}/credentials/pai.pem`, pai);
      return { holds: der.pai };
    },
  ],
  [
    'the DAC and its git-ignored key',
    (app, { dac, dacKey, der }) => {
      app.write(`${APP}/credentials/dac.pem`, dac);
      app.write('secret/dac-key.pem', dacKey);
      return { holds: der.dac };
    },
  ],
  ['one byte more in the file of the DAC', (app) => void app.append(`${APP}/credentials/dac.pem`, '\n')],
  ['one byte more in the file of its git-ignored key', (app) => void app.append('secret/dac-key.pem', '\n')],
  [
    'a file of an extra key',
    (app) => {
      app.write(`${APP}/data/tracked.bin`, 'tracked-1');
      return { holds: 'tracked-1' };
    },
  ],
  [
    'a git-ignored file',
    (app) => {
      app.write('secret/ignored.bin', 'ignored-1');
      return { holds: 'ignored-1' };
    },
  ],
  [
    'a file outside of the workspace',
    (app) => {
      writeFileSync(join(app.outside, 'other.bin'), 'other-1');
      return { holds: 'other-1' };
    },
  ],
  [
    'the target of a link',
    (app) => {
      writeFileSync(join(app.outside, 'outside.bin'), 'target-1');
      return { holds: 'target-1' };
    },
  ],
  [
    'a link that leads elsewhere',
    (app) => {
      writeFileSync(join(app.outside, 'elsewhere.bin'), 'elsewhere-1');
      unlinkSync(app.path(APP, 'data/link.bin'));
      symlinkSync(join(app.outside, 'elsewhere.bin'), app.path(APP, 'data/link.bin'));
      return { holds: 'elsewhere-1' };
    },
  ],
  [
    'a file in a linked folder',
    (app) => {
      writeFileSync(join(app.outside, 'folder/inner.bin'), 'inner-1');
      return { holds: 'inner-1' };
    },
  ],
  [
    'a linked folder that leads elsewhere',
    (app) => {
      mkdirSync(join(app.outside, 'second'));
      writeFileSync(join(app.outside, 'second/inner.bin'), 'inner-2');
      unlinkSync(app.path(APP, 'data/folder'));
      symlinkSync(join(app.outside, 'second'), app.path(APP, 'data/folder'));
      return { holds: 'inner-2' };
    },
  ],
  [
    'an environment value',
    (app) => {
      app.env.LIGHT_COLOUR = 'amber-1';
      return { holds: 'amber-1' };
    },
  ],
  [
    'an environment value that is gone',
    (app) => {
      app.env.LIGHT_COLOUR = undefined;
      return { refused: 'config.env-unset' };
    },
  ],
  [
    'an environment value that is new',
    (app) => {
      app.env.LIGHT_COLOUR = 'amber-2';
      return { holds: 'amber-2' };
    },
  ],
  [
    "an environment value in the app's git-ignored .env",
    (app) => {
      app.write(`${APP}/.env`, 'LIGHT_SHADE=shade-1\n');
      return { holds: 'shade-1' };
    },
  ],
  [
    'an environment value in a .env.local that appears',
    (app) => {
      app.write(`${APP}/.env.local`, 'LIGHT_SHADE=shade-2\n');
      return { holds: 'shade-2' };
    },
  ],
  ['the partition table', (app) => void app.append(`${APP}/partitions.csv`, '# another line\n')],
  ['sdkconfig.defaults', (app) => void app.append(`${APP}/sdkconfig.defaults`, '# another line\n')],
  [
    'sdkconfig.defaults of the chip that appear',
    (app) => void app.write(`${APP}/sdkconfig.defaults.esp32c3`, '# nothing\n'),
  ],
  [
    'the sdkconfig of a build that appears',
    (app) => void app.write(`${APP}/sdkconfig`, app.read(`${APP}/sdkconfig.defaults`)),
  ],
  [
    'the sdkconfig of a build that is gone',
    (app) => {
      unlinkSync(app.path(APP, 'sdkconfig'));
      return { isBack: true };
    },
  ],
  [
    'a referenced file that is gone',
    (app) => {
      renameSync(app.path('secret/ignored.bin'), app.path('secret/moved.bin'));
      return { refused: 'files.missing' };
    },
  ],
  [
    'a config that refers to it by its new name',
    (app) => {
      app.config(({ nvs }) => {
        const [, ignored] = nvs.extra;
        if (ignored !== undefined) ignored.value = { file: '../../secret/moved.bin' };
      });
      return { holds: 'ignored-1' };
    },
  ],
  ['an option on the command line', () => ({ args: ['--partNumber', 'part-1'], holds: 'part-1' })],
  ['another value of that option', () => ({ args: ['--partNumber', 'part-2'], holds: 'part-2' })],
  ['a chip on the command line', () => ({ args: ['--chip', 'esp32c3'] })],
  [
    'defaults of a chip that only the command line names',
    (app) => {
      app.write(`${APP}/sdkconfig.defaults.esp32c3`, '# something\n');
      return { args: ['--chip', 'esp32c3'] };
    },
  ],
  [
    'another output folder on the command line, which no digest covers',
    () => ({ args: ['--outputPath', 'out'], refused: 'factory.cached-without-digest' }),
  ],
  [
    'another config on the command line, which no digest covers',
    (app) => {
      app.write(`${APP}/other.json`, app.read(CONFIG));
      return { args: ['--config', `${APP}/other.json`], refused: 'factory.cached-without-digest' };
    },
  ],
  [
    'an option in project.json',
    (app) => {
      const options = { partNumber: 'part-3' };
      app.write(
        `${APP}/project.json`,
        JSON.stringify({ name: 'light-app', targets: { 'factory-image': { options } } }),
      );
      return { holds: 'part-3' };
    },
  ],
  [
    'the code of the executor',
    (app) => void app.append(`${PLUGIN}/dist/executors/factory-image/executor.js`, '\n'),
  ],
  ['the code of nvs-core in it', (app) => void app.append(fileWith(app, 'function encodeNvs('), '\n')],
  [
    'the version of the plugin',
    (app) => {
      app.edit<{ version: string }>(`${PLUGIN}/package.json`, (manifest) => {
        manifest.version = '0.1.99';
      });
      return undefined;
    },
  ],
  [
    'a referenced file that a dependency of the target writes',
    (app) => {
      app.write('secret/source.bin', 'written-1');
      const copy = { command: 'cp secret/source.bin secret/moved.bin' };
      app.edit<{ targets: Record<string, unknown> }>(`${APP}/project.json`, ({ targets }) => {
        targets['write-key'] = { executor: 'nx:run-commands', options: copy };
        targets['factory-image'] = { dependsOn: ['write-key'] };
      });
      return { holds: 'written-1' };
    },
  ],
  [
    'what that dependency writes next',
    (app) => {
      app.write('secret/source.bin', 'written-2');
      return { holds: 'written-2' };
    },
  ],
  [
    'what it wrote before that, with other data',
    (app) => {
      app.write('secret/source.bin', 'written-1');
      app.env.LIGHT_COLOUR = 'amber-3';
      return { holds: 'written-1' };
    },
  ],
  ['a digest that cannot be computed', (app) => ({ options: { env: { PATH: brokenNode(app) } } })],
  [
    'a change where it cannot be computed either',
    (app) => {
      app.env.LIGHT_COLOUR = 'amber-4';
      return { options: { env: { PATH: brokenNode(app) } }, refused: 'factory.inputs-changed' };
    },
  ],
];

const MUST_HIT: Row[] = [
  ['nothing', () => undefined],
  ['the README of the app', (app) => void app.write(`${APP}/README.md`, '# Light\n')],
  ['source code of the app', (app) => void app.append(`${APP}/main/app_main.cpp`, '// comment\n')],
  [
    'another app with its config',
    (app) => {
      app.addExample('apps/another');
      return undefined;
    },
  ],
  ['a file beside a referenced one', (app) => void app.write('secret/unused.bin', 'x')],
  [
    'a file outside beside a referenced one',
    (app) => void writeFileSync(join(app.outside, 'unused.bin'), 'x'),
  ],
  ['an environment value that nothing refers to', (app) => void Object.assign(app.env, { LIGHT_OTHER: 'x' })],
  ['a commit', async (app) => void (await app.commit())],
  [
    'times of files',
    (app) => {
      for (const name of [CONFIG, 'secret/dac-key.pem', `${APP}/partitions.csv`])
        utimesSync(app.path(name), 9, 9);
      return undefined;
    },
  ],
  [
    'modes of files',
    (app) => {
      for (const name of [CONFIG, 'secret/dac-key.pem']) chmodSync(app.path(name), 0o600);
      return undefined;
    },
  ],
  [
    'files written anew with the same bytes',
    (app) => {
      for (const name of [CONFIG, 'secret/dac-key.pem', `${APP}/data/tracked.bin`]) {
        const bytes = app.read(name);
        unlinkSync(app.path(name));
        app.write(name, bytes);
      }
      return undefined;
    },
  ],
  [
    'a link that leads to the same bytes elsewhere',
    (app) => {
      writeFileSync(join(app.outside, 'third.bin'), app.read(`${APP}/data/link.bin`));
      unlinkSync(app.path(APP, 'data/link.bin'));
      symlinkSync(join(app.outside, 'third.bin'), app.path(APP, 'data/link.bin'));
      return undefined;
    },
  ],
  ['another working directory', () => ({ options: { cwd: APP } })],
  ['an empty folder', (app) => void mkdirSync(app.path(APP, 'build'))],
  ['a stopped daemon', async (app) => void (await app.nx(['daemon', '--stop']))],
  [
    'outputs that are gone',
    async (app) => {
      rmSync(app.path(dirname(IMAGE)), { recursive: true });
      // The daemon hears of it a little later, and would take the outputs for being there.
      await new Promise((resolve) => setTimeout(resolve, 500));
      return undefined;
    },
  ],
];

/** A PATH on which node is a program that only complains. */
function brokenNode(app: LightAppWorkspace): string {
  const folder = join(app.outside, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'node'), '#!/bin/sh\necho broken >&2\nexit 3\n', { mode: 0o755 });
  return `${folder}:${process.env.PATH}`;
}

const both: { readonly name: string; readonly app: LightAppWorkspace }[] = [];
let other: OtherCredentials;

beforeAll(async () => {
  other = await otherCredentials();
  for (const daemon of [false, true]) {
    const app = new LightAppWorkspace(FULL, { daemon });
    both.push({ name: daemon ? 'with the daemon' : 'without the daemon', app });
    await app.prepare();
  }
});
afterAll(() => Promise.all(both.map(({ app }) => app.dispose())));

/** The outcome of one change on both workspaces. */
function outcomes(change: Row[1]): Promise<{ name: string; made: Made; what: Change }[]> {
  return Promise.all(
    both.map(async ({ name, app }) => {
      const what = (await change(app, other)) ?? {};
      return { name, made: await app.make(what.args, what.options, what.image), what };
    }),
  );
}

it('is made, then restored', async () => {
  for (const how of ['made', 'restored']) {
    const results = await outcomes(() => undefined);
    expect(
      results.map(({ name, made }) => [name, made.how, how === made.how ? '' : made.run.output]),
    ).toEqual([
      ['without the daemon', how, ''],
      ['with the daemon', how, ''],
    ]);
  }
});

describe('must miss', () => {
  it.each(MUST_MISS)('%s', async (_, change) => {
    for (const { name, made, what } of await outcomes(change)) {
      const { how, image, run } = made;
      if (what.refused !== undefined) {
        expect([name, how, run.output]).toEqual([name, 'failed', expect.stringContaining(what.refused)]);
        continue;
      }
      const expected = what.isBack === true ? 'restored an older one' : 'made';
      expect([name, how, how === expected ? '' : run.output]).toEqual([name, expected, '']);
      if (what.holds !== undefined) expect(image.includes(what.holds as Buffer)).toBe(true);
    }
  });
});

describe('must hit', () => {
  beforeAll(() => outcomes(() => undefined));

  it.each(MUST_HIT)('%s', async (_, change) => {
    for (const { name, made } of await outcomes(change)) {
      expect([name, made.how, made.how === 'restored' ? '' : made.run.output]).toEqual([
        name,
        'restored',
        '',
      ]);
    }
  });
});
