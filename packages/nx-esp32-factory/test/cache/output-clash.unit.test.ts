/** Which outputs of other targets Nx would store together with an output folder. */
import { type ClashWorkspace, findOutputClash } from '../../src/cache';

const FOLDER = 'factory-output/apps/light/production';
const FILES = ['partition.bin', 'manifest.json', 'onboarding.txt'].map((name) => `${FOLDER}/${name}`);

type Target = NonNullable<ClashWorkspace['projects'][string]['targets']>[string];

interface Given {
  readonly root?: string;
  readonly name?: string;
  readonly target: Target;
  readonly nxJson?: ClashWorkspace['nxJson'];
  readonly folder?: string;
}

function clash({ root = 'apps/other', name = 'build', target, nxJson = {}, folder = FOLDER }: Given) {
  return findOutputClash(
    { folder, files: folder === FOLDER ? FILES : [`${folder}/partition.bin`] },
    {
      projects: {
        light: { root: 'apps/light', targets: { 'factory-image:production': OWN } },
        other: { root, targets: { [name]: target } },
      },
      nxJson,
      own: { project: 'light', target: 'factory-image:production' },
    },
  );
}

/** The running target: never a clash, cached or not. */
const OWN: Target = {
  cache: true,
  executor: 'nx-esp32-factory:factory-image',
  options: { outputPath: FOLDER },
  outputs: ['{options.outputPath}/partition.bin'],
};

const cached = (...outputs: string[]): Target => ({ cache: true, outputs });

/** The outputs of a cached target, and the one that clashes. */
const ROWS: [outputs: string[], clash?: string][] = [
  // Fixed paths
  [['{workspaceRoot}/factory-output'], '{workspaceRoot}/factory-output'],
  [['{workspaceRoot}'], '{workspaceRoot}'],
  [['{workspaceRoot}/'], '{workspaceRoot}/'],
  [['factory-output/apps'], 'factory-output/apps'],
  [['./factory-output/'], './factory-output/'],
  [['/factory-output'], '/factory-output'],
  [['{workspaceRoot}/Factory-Output'], '{workspaceRoot}/Factory-Output'],
  [['{projectRoot}/../../factory-output'], '{projectRoot}/../../factory-output'],
  [[`{workspaceRoot}/${FOLDER}`], `{workspaceRoot}/${FOLDER}`],
  [[`{workspaceRoot}/${FOLDER}/logs`], `{workspaceRoot}/${FOLDER}/logs`],
  [[`{workspaceRoot}/${FOLDER}/partition.bin`], `{workspaceRoot}/${FOLDER}/partition.bin`],
  [['dist', 'factory-output'], 'factory-output'],
  [['{projectRoot}/dist']],
  [['{projectRoot}']],
  [['{workspaceRoot}/dist/{projectRoot}', '{workspaceRoot}/dist/{projectName}']],
  [['{workspaceRoot}/factory-output2', '{workspaceRoot}/factory-out']],
  [['{workspaceRoot}/factory-output/apps/light/default']],
  [['{workspaceRoot}/factory-output/apps/light/production-inspect.html']],
  [['{workspaceRoot}/factory-output/{projectName}']],
  // Patterns
  [['{workspaceRoot}/**/*'], '{workspaceRoot}/**/*'],
  [['{workspaceRoot}/*'], '{workspaceRoot}/*'],
  [['{workspaceRoot}/**/*.bin'], '{workspaceRoot}/**/*.bin'],
  [['{workspaceRoot}/**/*.{js,bin}'], '{workspaceRoot}/**/*.{js,bin}'],
  [['{workspaceRoot}/factory-*'], '{workspaceRoot}/factory-*'],
  [['{workspaceRoot}/factory[-]output/**'], '{workspaceRoot}/factory[-]output/**'],
  [['{workspaceRoot}/@(dist|factory-output)'], '{workspaceRoot}/@(dist|factory-output)'],
  [['{workspaceRoot}/!(dist)'], '{workspaceRoot}/!(dist)'],
  [['{workspaceRoot}/factory?output'], '{workspaceRoot}/factory?output'],
  [['{workspaceRoot}/factory\\-output'], '{workspaceRoot}/factory\\-output'],
  [
    ['{workspaceRoot}/factory-output/**/production/*.txt'],
    '{workspaceRoot}/factory-output/**/production/*.txt',
  ],
  [['{projectRoot}/**/*', '{projectRoot}/dist/**']],
  [['{workspaceRoot}/**/*.tsbuildinfo', '{workspaceRoot}/**/*.d.ts', '{workspaceRoot}/*.js']],
  [['{workspaceRoot}/dist/**/*', '{workspaceRoot}/{dist,build}/**']],
  [['{workspaceRoot}/factory-output/**/*.log']],
  // Exceptions: Nx 20 to 23 honour only a folder, and store a folder between it and the output
  [['{workspaceRoot}/**/*', '!factory-output']],
  [['{workspaceRoot}/**/*', '!{workspaceRoot}/factory-output']],
  [['{workspaceRoot}/factory-output', '!{workspaceRoot}/factory-output/apps']],
  [[`{workspaceRoot}/${FOLDER}`, `!{workspaceRoot}/${FOLDER}`]],
  [['{workspaceRoot}/factory-output', '!factory-output/apps/light'], '{workspaceRoot}/factory-output'],
  [['{workspaceRoot}/**/*', '!factory-output/**'], '{workspaceRoot}/**/*'],
  [['{workspaceRoot}/factory-output', '!dist'], '{workspaceRoot}/factory-output'],
  [['{workspaceRoot}/**/*', '!factory-output/apps/light/default'], '{workspaceRoot}/**/*'],
  [['!factory-output']],
  // Tokens
  [['{options.unknown}', '{options.unknown}/x']],
  [['{unknown}/**'], '{unknown}/**'],
  [['{unknown}/x']],
  [['{workspaceRoot}/{dist,factory-*}/**'], '{workspaceRoot}/{dist,factory-*}/**'],
  [['{options.unknown ?? factory-output}'], '{options.unknown ?? factory-output}'],
  [['{options.unknown ?? dist/{projectRoot}}', '{options.unknown ?? {workspaceRoot}/dist}']],
];

it.each(ROWS)('outputs %j of a cached target', (outputs, ...[output]) => {
  const expected =
    output === undefined ? undefined : { project: 'other', target: 'build', output, isCached: true };
  expect(clash({ target: cached(...outputs) })).toEqual(expected);
  expect(clash({ target: { outputs } })).toBeUndefined();
  expect(clash({ target: { cache: false, outputs } })).toBeUndefined();
});

/** Options of a cached target, with the outputs that it states. */
const OPTIONS: [Pick<Target, 'options' | 'configurations' | 'outputs'>, string?][] = [
  [{ outputs: ['{options.to}'], options: { to: 'factory-output' } }, '{options.to}'],
  [{ outputs: ['{options.to}'], options: { to: 'dist' } }],
  [
    { outputs: ['{options.to}'], options: { to: 'dist' }, configurations: { ci: { to: 'factory-output' } } },
    '{options.to}',
  ],
  [
    { outputs: ['{workspaceRoot}/{options.a.b}'], options: { a: { b: 'factory-output/apps' } } },
    '{workspaceRoot}/{options.a.b}',
  ],
  [{ outputs: ['{options.a}'], options: { a: { b: 1 } } }, '{options.a}'],
  [{ outputs: ['{options.to ?? factory-output}'], options: { to: 'dist' } }],
  // Without "outputs", Nx takes outputPath for one
  [{ options: { outputPath: 'factory-output/apps/light' } }, 'factory-output/apps/light'],
  [{ options: { outputPath: ['dist', FOLDER] } }, FOLDER],
  [{ configurations: { ci: { outputPath: FOLDER } } }, FOLDER],
  [{ outputs: [], options: { outputPath: FOLDER } }],
];

it.each(OPTIONS)('%j', (target, ...[output]) => {
  expect(clash({ name: 'any', target: { cache: true, ...target } })?.output).toBe(output);
});

/** The outputs that Nx takes for granted, and the folder that clashes with them. */
it.each([
  ['build', 'apps/other', 'dist/apps/other/factory', true],
  ['build', 'apps/other', 'apps/other/dist', true],
  ['build', 'apps/other', 'apps/other/build/x', true],
  ['prepare', 'apps/other', 'apps/other/public', true],
  ['build', '.', 'dist/factory', true],
  ['build', '.', 'build', true],
  ['build', '.', FOLDER, false],
  ['build', 'apps/other', FOLDER, false],
  ['test', 'apps/other', 'apps/other/dist', false],
])('"%s" without outputs of a project in %s, and %s: %s', (name, root, folder, expected) => {
  expect(clash({ name, root, folder, target: { cache: true } }) !== undefined).toBe(expected);
});

it.each(['cacheableOperations', 'cacheableTargets'])('reads %s of the task runners', (list) => {
  const nxJson = { tasksRunnerOptions: { default: { options: { [list]: ['build'] } } } };
  const target = { outputs: ['factory-output'] };
  expect(clash({ target, nxJson })).toMatchObject({ isCached: true });
  expect(clash({ target: { ...target, cache: false }, nxJson })).toBeUndefined();
  expect(clash({ name: 'other', target, nxJson })).toBeUndefined();
});

describe('another target that makes an image', () => {
  const image = (outputPath: string, cache: boolean): Target => ({
    ...OWN,
    cache,
    options: { outputPath },
  });
  it.each([true, false])('clashes in the same folder, cached or not: %s', (cache) => {
    expect(clash({ target: image(FOLDER, cache) })).toEqual({
      project: 'other',
      target: 'build',
      output: '{options.outputPath}/partition.bin',
      isCached: cache,
    });
  });
  it('has patterns in its folder only if Nx stores it', () => {
    const folder = FOLDER.replace('light', 'li[gx]ht');
    expect(clash({ target: image(folder, true) })).toMatchObject({ isCached: true });
    expect(clash({ target: image(folder, false) })).toBeUndefined();
    expect(clash({ target: image(folder, false), folder })).toMatchObject({ isCached: false });
  });
  it('may have its folder in or around this one: its outputs are files of fixed names', () => {
    for (const folder of ['factory-output/apps/light', `${FOLDER}/default`])
      expect(clash({ target: image(folder, true) })).toBeUndefined();
  });
});
