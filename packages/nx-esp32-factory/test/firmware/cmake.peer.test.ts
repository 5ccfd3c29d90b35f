/** Our reader of CMakeLists.txt against CMake: what it knows is what CMake has. */
import fc from 'fast-check';
import { isUnknown } from '../../src/firmware/cmake';
import { type Case, CONDITION_START, CONDITIONS, KNOWN, UNKNOWN } from './cmake-cases';
import { NAMES, normal, type Project, Workshop } from './cmake-peer';
import { program } from './cmake-programs';

jest.setTimeout(240_000);

/** Environment variables that our reader does not know. */
const SHELLS = [{}, { BOARD: 'A' }, { BOARD: 'a;b' }] as const;
const RUNS = 60;

const workshop = new Workshop();
afterAll(() => workshop.remove());

const START = 'include($ENV{IDF_PATH}/tools/cmake/project.cmake)\n';

function projectOf([text, given]: Case): Project {
  const version = text.startsWith('cmake_minimum_required') ? '' : 'cmake_minimum_required(VERSION 3.16)\n';
  const main = `${version}${text}\n${START}project(app)\n`;
  return { ...given, files: { 'CMakeLists.txt': main, ...given?.files } };
}

/** Fails for each value that CMake has otherwise; returns how many builds there were, and how many values. */
function compare(project: Project): { built: number; known: number; unknown: number } {
  workshop.write(project);
  const ours = workshop.read(project);
  const count = { built: 0, known: 0, unknown: 0 };
  for (const shell of SHELLS) {
    const built = workshop.build(project, shell);
    if (built === undefined) continue;
    count.built++;
    for (const name of NAMES) {
      const value = ours[name];
      count[isUnknown(value) ? 'unknown' : 'known']++;
      if (isUnknown(value)) continue;
      const expected = built[name];
      const message = `${name} with ${JSON.stringify(shell)}\n${JSON.stringify(project, undefined, 2)}`;
      expect([message, value && normal(value)]).toEqual([message, expected && normal(expected)]);
    }
  }
  return count;
}

/** What our reader has for the list of defaults. */
const defaultsOf = (project: Project) => workshop.read(project).SDKCONFIG_DEFAULTS;

it.each(KNOWN.map((one) => [one[0], one] as const))('knows %j', (_, one) => {
  const project = projectOf(one);
  expect(compare(project).built).toBe(SHELLS.length);
  expect(defaultsOf(project)).not.toEqual(expect.objectContaining({ reason: expect.anything() }));
});

it.each(UNKNOWN.map((one) => [one[0], one] as const))('does not make up %j', (_, one) => {
  const project = projectOf(one);
  expect(compare(project).built).toBeGreaterThan(0);
  expect(defaultsOf(project)).toEqual(expect.objectContaining({ reason: expect.anything() }));
});

it.each(CONDITIONS)('if(%s)', (condition) => {
  const branches = 'set(SDKCONFIG_DEFAULTS yes)\nelse()\nset(SDKCONFIG_DEFAULTS no)\nendif()';
  const project = projectOf([`${CONDITION_START}if(${condition})\n${branches}`]);
  expect(compare(project).built).toBe(SHELLS.length);
  expect(['yes', 'no']).toContain(defaultsOf(project));
});

it.each<[title: string, main: string]>([
  ['at project()', `${START}set(SDKCONFIG_DEFAULTS a)\nproject(app)\nset(SDKCONFIG_DEFAULTS b)\n`],
  ['in a function', `${START}function(f)\nset(SDKCONFIG_DEFAULTS a)\nproject(app)\nendfunction()\nf()\n`],
  [
    'at the include of build system 2',
    'set(SDKCONFIG_DEFAULTS a)\ninclude($ENV{IDF_PATH}/tools/cmakev2/idf.cmake)\nset(SDKCONFIG_DEFAULTS b)\nproject(app)\n',
  ],
])('takes the values %s', (_, main) => {
  const project = { files: { 'CMakeLists.txt': `cmake_minimum_required(VERSION 3.16)\n${main}` } };
  expect(compare(project).built).toBe(SHELLS.length);
  expect(defaultsOf(project)).toBe('a');
});

it('knows nothing of random programs that CMake has otherwise', () => {
  const sum = { known: 0, unknown: 0 };
  const check = (project: Project) => {
    const { known, unknown } = compare(project);
    sum.known += known;
    sum.unknown += unknown;
  };
  fc.assert(fc.property(program, check), { numRuns: RUNS, seed: Number(process.env.SEED ?? 1) });
  expect(sum.known).toBeGreaterThan(sum.unknown);
});
