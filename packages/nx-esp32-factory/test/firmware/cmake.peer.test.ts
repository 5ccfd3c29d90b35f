import fc from 'fast-check';
import { isUnknown } from '../../src/firmware/cmake';
import { NAMES, normal, type Project, Workshop } from './cmake-peer';
import { program } from './cmake-programs';

const workshop = new Workshop();
afterAll(() => workshop.remove());
const BOARDS = [{}, { BOARD: '' }, { BOARD: 'A' }, { BOARD: 'a;b' }, { BOARD: 'ON' }] as const;

it('random', () => {
  const count = { built: 0, failed: 0, known: 0, unknown: 0 };
  const seed = Number(process.env.SEED ?? Date.now() & 0x7fffffff);
  console.log(seed);
  fc.assert(
    fc.property(program, (project: Project) => {
      workshop.write(project);
      const ours = workshop.read({ environment: { E: undefined as unknown as string }, ...project });
      for (const shell of BOARDS) {
        const built = workshop.build(project, shell);
        if (built === undefined) {
          count.failed++;
          continue;
        }
        count.built++;
        for (const name of NAMES) {
          const value = ours[name];
          count[isUnknown(value) ? 'unknown' : 'known']++;
          if (isUnknown(value)) continue;
          const a = value === undefined ? undefined : normal(value);
          const b = built[name] === undefined ? undefined : normal(built[name] as string);
          if (a !== b)
            throw new Error(
              `${name} with ${JSON.stringify(shell)}: we read ${JSON.stringify(a)}, CMake has ${JSON.stringify(b)}\n${project.files['CMakeLists.txt']}\n--- one\n${project.files['one.cmake']}\n--- two\n${project.files['two.cmake']}\n--- sub\n${project.files['sub/CMakeLists.txt']}\n ${JSON.stringify(project.cache)} ${JSON.stringify(project.environment)}`,
            );
        }
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 300), seed },
  );
  console.log(count);
}, 600_000);
