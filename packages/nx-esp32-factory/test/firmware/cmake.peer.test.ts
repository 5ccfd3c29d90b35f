/** Our reader of CMakeLists.txt against CMake, with random programs: what it knows is what CMake has. */
import fc from 'fast-check';
import { isUnknown } from '../../src/firmware/cmake';
import { NAMES, normal, type Project, Workshop } from './cmake-peer';
import { program } from './cmake-programs';

jest.setTimeout(240_000);

/** Environment variables that our reader does not know. */
const SHELLS = [{}, { BOARD: 'A' }, { BOARD: 'a;b' }] as const;
const RUNS = 60;

const workshop = new Workshop();
afterAll(() => workshop.remove());

it('knows nothing that CMake has otherwise', () => {
  const count = { known: 0, unknown: 0 };
  const check = (project: Project) => {
    workshop.write(project);
    const ours = workshop.read(project);
    for (const shell of SHELLS) {
      const built = workshop.build(project, shell);
      if (built === undefined) continue;
      for (const name of NAMES) {
        const value = ours[name];
        count[isUnknown(value) ? 'unknown' : 'known']++;
        if (isUnknown(value)) continue;
        const expected = built[name];
        const message = `${name} with ${JSON.stringify(shell)}\n${JSON.stringify(project, undefined, 2)}`;
        expect([message, value && normal(value)]).toEqual([message, expected && normal(expected)]);
      }
    }
  };
  fc.assert(fc.property(program, check), { numRuns: RUNS, seed: Number(process.env.SEED ?? 1) });
  expect(count.known).toBeGreaterThan(count.unknown);
});
